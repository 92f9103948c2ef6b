"""Queries pinned to a release: their address, their answer in canonical form, what it is today."""
