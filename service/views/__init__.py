"""The views: relations, map and timeline of the whole record."""
