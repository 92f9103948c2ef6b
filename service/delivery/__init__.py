"""Delivery: connections, compression, headers and entity tags, around every route."""
