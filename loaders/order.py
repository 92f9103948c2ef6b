"""The order of predicates in a block of the record's Turtle, by class."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pyoxigraph import NamedNode

from ontology.iri import term
from ontology.namespaces import PREFIXES, STANDARD, VOCABULARY

_NAMES: Final = (
    "rdfs:label dcterms:title dcterms:description skos:altLabel skos:hiddenLabel skos:exactMatch"
    " skos:definition"
)
_LAST: Final = "dateInferredFrom evidence asRead note"
_ACT: Final = (
    "party signatory speaker speakerCarriedOver onBehalfOf addressee sector measure platform purpose"
    " condition strength alternativeTo area about programme document date datePrecision"
    " periodStart periodEnd periodPrecision from fromPrecision due duePrecision figure meeting"
)
_STATED: Final = (
    "number date datePrecision periodStart periodEnd periodPrecision issuedBy signedBy area partOf about"
)
ORDER: Final[Mapping[str, str]] = {
    "Organization": "organizationType jurisdiction partOf",
    "AdministrativeUnit": "partOf unitType officialCode validFrom validUntil",
    "DigitalPlatform": "named partOf",
    "Programme": _STATED,
    "Document": _STATED,
    "Source": "fileName length sha256 date datePrecision dateInferredFrom about author publisher",
    "Post": "organization postType singleSeat",
    "Meeting": "date datePrecision dateInferredFrom mode place site party partOf about",
    "Participation": "meeting person organization group post side role onBehalfOf site date datePrecision",
    "Tenure": "person post organization attestedOn",
    "Recommendation": _ACT,
    "Request": _ACT,
    "Commitment": _ACT,
    "Agreement": _ACT,
    "PlatformStatement": (
        "platform role agent area sector date datePrecision from fromPrecision purpose meeting"
    ),
    "Claim": "claimType speaker speakerCarriedOver onBehalfOf about area sector date datePrecision meeting",
    "Observation": (
        "indicator area about platform sector date periodStart periodEnd datePrecision value valueUpTo unit"
        " approximation kind reportedBy reporterCarriedOver comparedWith asRead meeting"
    ),
    "TerritorialChange": "date datePrecision before after legalBasis",
    "Evidence": "source paragraph start end sha256 citedDocument locator consultedAt consultedOn",
    "Concept": "skos:broader skos:inScheme",
    "Retired": "dcterms:isReplacedBy",
}
"""The order of predicates by class, between the names and what comes last; in the vocabulary's namespace
where no prefix stands. Predicates that the list of a class does not name follow it, by IRI."""

_TYPE: Final = STANDARD["rdf"] + "type"


def ranks(classes: Iterable[object]) -> Callable[[str], tuple[int, str]]:
    """The sort key of a predicate in a block with these classes."""
    own = " ".join(
        ORDER.get(value.value.removeprefix(VOCABULARY).removeprefix(STANDARD["skos"]), "")
        for value in classes
        if isinstance(value, NamedNode)
    )
    named = [_expand(name) for name in f"{_NAMES} {own}".split()]
    last = [_expand(name) for name in _LAST.split()]

    def rank(predicate: str) -> tuple[int, str]:
        if predicate == _TYPE:
            return -1, ""
        if predicate in named:
            return named.index(predicate), ""
        return (len(named) + 1 + last.index(predicate), "") if predicate in last else (len(named), predicate)

    return rank


def _expand(name: str) -> str:
    """The IRI of a name in the table above."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon else term(name)
