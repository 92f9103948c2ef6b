"""The ten kinds of query that are measured, over the made-up meetings of `bench/synthetic.py`."""

from dataclasses import dataclass
from typing import Final

from bench.client import JSON, N_TRIPLES

_HEAD: Final = (
    "PREFIX vndx: <https://w3id.org/vndx/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX p: <https://w3id.org/vndx/id/person/> PREFIX m: <https://w3id.org/vndx/id/meeting/> "
    "PREFIX u: <https://w3id.org/vndx/id/unit/> "
)


@dataclass(frozen=True)
class Kind:
    """A kind of query: its text, to fill in with a number and a unit (`{n}`, `{u}`); so many make a round.

    Where it is `marked`, a comment makes each text one that did not come before, so that no cache answers;
    the rest are lookups, whose answers nobody keeps.
    """

    name: str
    repeats: int
    text: str
    accept: str = JSON
    marked: bool = True

    def texts(self, first: int, count: int) -> list[str]:
        """`count` queries from number `first` on."""
        return [
            _HEAD + self.text.format(n=number % 200, u=number % 63) + f" # {number}" * self.marked
            for number in range(first, first + count)
        ]


_LABEL: Final = "SELECT ?l {{ p:p{n} rdfs:label ?l }}"
LABEL: Final = Kind("label", 150, _LABEL, marked=False)
MARKED_LABEL: Final = Kind("label, a comment of its own in each text", 150, _LABEL)
"""The same for a server that knows requests which differ by no more than a name."""
MEETINGS: Final = Kind(
    "meetings of a person, with co-participants",
    20,
    "SELECT ?m ?date ?other {{ ?a vndx:person p:p{n} ; vndx:meeting ?m . "
    "?m vndx:date ?date . ?b vndx:meeting ?m ; vndx:person ?other }}",
)
AGGREGATE: Final = Kind(
    "aggregate by unit and year",
    3,
    "SELECT ?u ?y (COUNT(*) AS ?n) {{ ?m vndx:place ?u ; vndx:date ?d BIND(YEAR(?d) AS ?y) }} GROUP BY ?u ?y",
)
ROWS: Final = Kind(
    "10,000 rows", 3, "SELECT ?s ?l {{ ?s a vndx:Recommendation ; rdfs:label ?l }} LIMIT 10000"
)
CONSTRUCT: Final = Kind(
    "CONSTRUCT of 50,000 triples",
    2,
    "CONSTRUCT {{ ?s vndx:person ?o }} {{ ?s vndx:person ?o }} LIMIT 50000",
    N_TRIPLES,
)
KINDS: Final = (
    LABEL,
    MARKED_LABEL,
    Kind("describe", 50, "DESCRIBE m:m{n}", N_TRIPLES, marked=False),
    MEETINGS,
    Kind(
        "recommendations in a unit, with evidence",
        10,
        "SELECT ?act ?x ?by ?start ?end {{ ?act vndx:addressee u:u{u} ; vndx:platform ?x ; "
        "vndx:speaker ?by ; vndx:evidence ?e . ?e vndx:start ?start ; vndx:end ?end }}",
    ),
    Kind(
        "two hops between people",
        1,
        "SELECT DISTINCT ?far {{ ?a vndx:person p:p{n} ; vndx:meeting ?m . ?b vndx:meeting ?m ; "
        "vndx:person ?q . ?c vndx:person ?q ; vndx:meeting ?k . ?d vndx:meeting ?k ; vndx:person ?far }}",
    ),
    AGGREGATE,
    Kind("property path", 10, "SELECT ?s {{ p:p{n} ^vndx:person/vndx:meeting/vndx:place/^vndx:area ?s }}"),
    Kind("text filter", 3, 'SELECT ?s {{ ?s rdfs:label ?l FILTER(CONTAINS(?l, "việc {n}")) }}'),
    ROWS,
    CONSTRUCT,
)
