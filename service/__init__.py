"""The door: settings, evaluators, SPARQL, pages and everything else that speaks HTTP."""
