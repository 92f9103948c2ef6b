"""The Reconciliation Service API 0.2: names typed elsewhere matched with things, and extended."""
