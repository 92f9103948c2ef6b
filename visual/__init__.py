"""Quads to pictures and pages: values in, text out; no HTTP and no store."""
