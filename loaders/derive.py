"""Derived edges: what follows from the record by rule, and stands in no file.

Each rule is one SPARQL CONSTRUCT in `rules/`. Rules see the whole record as one graph, not each other's
results, so their order does not matter.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, QueryTriples, Store

from ontology.iri import graph

RULES: Final = Path(__file__).parent / "rules"
DERIVED: Final = NamedNode(graph("derived"))


class RuleError(ValueError):
    """A rule that is no CONSTRUCT query."""


def rules() -> dict[str, str]:
    """The text of each rule by its name, in order of name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.rq"))}


def load(quads: Iterable[Quad]) -> Store:
    """An in-memory store with `quads`. It keeps the value of a number, not its form: 2.0 comes out as 2."""
    store = Store()
    store.bulk_extend(quads)
    return store


def apply(rule: str, store: Store) -> set[Quad]:
    """What one rule adds to `store`, in `graph/derived`; nothing that stands in another graph."""
    answer = store.query(rule, use_default_graph_as_union=True)
    if not isinstance(answer, QueryTriples):
        raise RuleError("a rule is a CONSTRUCT query")
    return {
        Quad(triple.subject, triple.predicate, triple.object, DERIVED)
        for triple in answer
        if not any(store.quads_for_pattern(triple.subject, triple.predicate, triple.object))
    }


def derive(store: Store) -> set[Quad]:
    """All that the rules add to `store`, which stays as it is."""
    return set().union(*(apply(rule, store) for rule in rules().values()))
