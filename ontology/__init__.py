"""What words mean: the vocabulary, its shapes, the JSON-LD context, and the rules for IRIs.

Imports nothing else of vndx, so that every other room may rest on it.
"""
