"""A query's answer in canonical form, and its digest; docs/permalinks.md says how to recompute it."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from ontology.namespaces import STANDARD
from service.evaluators.port import Answer, Form
from visual.description import Term

Row = Mapping[str, Term]

_STRING: Final = STANDARD["xsd"] + "string"
_ESCAPES: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    **{
        ord(sign): escape
        for sign, escape in zip('\b\t\n\f\r"\\', r"\b \t \n \f \r \" \\".split(), strict=True)
    },
}


class NoLastingFormError(ValueError):
    """An answer that has no canonical form; the message says why."""


@dataclass(frozen=True)
class Result:
    """An answer that can be compared: `lines` in canonical form, each with what it says as `rows`.

    Of solutions a line is a row, of a graph a triple, and ASK has one line. `columns` are the names of what a
    row holds, as the query projects them. `ordered` says that the query gives the rows an order that counts;
    else they are sorted.
    """

    form: Form
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool

    @property
    def text(self) -> bytes:
        """The canonical form."""
        lines = self.lines if self.ordered else sorted(self.lines)
        head = ["\t".join(f"?{name}" for name in sorted(self.columns))] if self.form == "solutions" else []
        return "".join(line + "\n" for line in [*head, *lines]).encode("utf-8", "surrogatepass")

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, 64 hexadecimal digits."""
        return hashlib.sha256(self.text).hexdigest()

    def without(self, other: "Result") -> list[Row]:
        """The rows that `other` has not, or not so often."""
        left = Counter(other.lines)
        missing = []
        for line, row in zip(self.lines, self.rows, strict=True):
            if left[line]:
                left[line] -= 1
            else:
                missing.append(row)
        return missing


def read(answer: Answer, *, ordered: bool) -> Result:
    """The answer, given in SPARQL results JSON or as N-Triples. Raises `NoLastingFormError`."""
    data = answer.read()
    if answer.form == "graph":
        return _graph([quad.triple for quad in parse(data, RdfFormat.N_TRIPLES)])
    if answer.form == "boolean":
        held = bool(orjson.loads(data)["boolean"])
        row = {"answer": Literal(held)}
        return Result("boolean", ("answer",), (str(held).lower(),), (row,), False)
    found = parse_query_results(data, QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        raise NoLastingFormError("the answer is no table")
    names = [variable.value for variable in found.variables]
    rows = [
        {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in found
    ]
    columns = sorted(names)  # as SELECT * leaves their order to the engine
    lines = tuple("\t".join(map(written, map(row.get, columns))) for row in rows)
    return Result("solutions", tuple(names), lines, tuple(rows), ordered)


def written(term: Term | None) -> str:
    """A term as canonical N-Triples has it; nothing for what is unbound. Raises `NoLastingFormError`."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    if isinstance(term, Literal):
        text = f'"{term.value.translate(_ESCAPES)}"'
        if term.language:
            return f"{text}@{term.language.lower()}"
        return text if term.datatype.value == _STRING else f"{text}^^<{term.datatype.value}>"
    raise NoLastingFormError(
        "the answer has blank nodes, which have no name that lasts: ask for IRIs and values"
    )


def _graph(triples: Sequence[Triple]) -> Result:
    triples = sorted(_named(dict.fromkeys(triples)), key=str)
    lines = tuple(f"{node_text(t.subject)} {written(t.predicate)} {node_text(t.object)} ." for t in triples)
    rows = tuple({"subject": t.subject, "property": t.predicate, "value": t.object} for t in triples)
    return Result("graph", ("subject", "property", "value"), lines, rows, False)


def node_text(term: Term) -> str:
    """A term of a canonical form: as `written`, and a blank node by the name that it has there."""
    return str(term) if isinstance(term, BlankNode) else written(term)


def _named(triples: Mapping[Triple, None]) -> list[Triple]:
    """The triples with their blank nodes named by RDF Dataset Canonicalization (RDFC-1.0).

    That takes exponential time where blank nodes cannot be told apart by the triples they stand in, so those
    are refused.
    """
    nodes = {term for t in triples for term in (t.subject, t.object) if isinstance(term, BlankNode)}
    if not nodes:
        return list(triples)
    seen: dict[BlankNode, list[str]] = {node: [] for node in nodes}
    for triple in triples:
        for node in {triple.subject, triple.object}:
            if isinstance(node, BlankNode):
                seen[node].append(" ".join(_as_seen_from(node, term) for term in triple))
    if len({tuple(sorted(lines)) for lines in seen.values()}) < len(nodes):
        raise NoLastingFormError("the answer has blank nodes that cannot be told apart")
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


def _as_seen_from(node: BlankNode, term: Term) -> str:
    """A term in the way of RDFC-1.0, section 4.6: the node itself is `a`, any other blank node `z`."""
    if isinstance(term, BlankNode):
        return "_:a" if term == node else "_:z"
    return written(term)
