"""Files to checked quads to derived edges to a release."""
