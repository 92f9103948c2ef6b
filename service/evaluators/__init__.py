"""Evaluators: what answers queries, behind one port."""
