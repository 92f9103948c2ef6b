"""What IRIs are called: kinds and local names, labels of things, and the words of relations."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode

from ontology import iri
from ontology.iri import IriError
from service.graph import Graph, Term, batches, query
from visual.relations import Relation, Thing
from visual.words import word

_VERBS: Final = ("Recommendation", "Request", "Agreement", "Observation", "TerritorialChange", "about")


async def describe(graph: Graph, iris: Iterable[str]) -> dict[str, Thing]:
    """The things of these IRIs, in the order given; a thing without a label has empty ones."""
    names = list(dict.fromkeys(iris))
    labels: dict[str, dict[str, str]] = {name: {} for name in names}
    for some in batches(names):
        for row in await graph.select(query("labels"), thing=some):
            label = row["label"]
            if isinstance(label, Literal):
                labels[text(row["thing"])][label.language or ""] = label.value
    return {
        name: Thing(name, found.get("vi", found.get("", "")), found.get("en", ""), kind(name))
        for name, found in labels.items()
    }


async def dates(graph: Graph, events: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The date (ISO) of each event that has one, with its precision, by IRI."""
    found: dict[str, tuple[str, str]] = {}
    for some in batches(events):
        for row in await graph.select(query("event-dates"), event=some):
            found[text(row["event"])] = (text(row["date"]), text(row["precision"]))
    return found


async def words(graph: Graph) -> dict[str, Relation]:
    """How each relation is read in both languages, by local name."""
    read: dict[str, dict[str, str]] = {}
    for row in await graph.select(query("relation-words")):
        label = row["label"]
        if not isinstance(label, Literal) or label.language not in ("vi", "en"):
            continue
        name = local_name(text(row["relation"]))
        read.setdefault(name, {})[f"label_{label.language}"] = label.value
        if "inverse" in row:
            read[name][f"inverse_{label.language}"] = text(row["inverse"])
    vocabulary = {
        name: Relation(
            found.get("label_vi", name),
            found.get("label_en", name),
            found.get("inverse_vi", ""),
            found.get("inverse_en", ""),
        )
        for name, found in read.items()
    }
    return vocabulary | {name: _verb(name) for name in _VERBS}


def _verb(name: str) -> Relation:
    """A tie that stands for events of a class, read as a verb rather than as the name of the class."""
    tie, tied = f"pictures.tie.{name}", f"pictures.tied.{name}"
    return Relation(word(tie, "vi"), word(tie, "en"), word(tied, "vi"), word(tied, "en"))


def kind(name: str) -> str:
    """The kind of a thing by its IRI; "" for an IRI that vndx does not mint."""
    try:
        return iri.parse(name).kind
    except IriError:
        return ""


def local_name(name: str) -> str:
    """What stands after the last `#` or `/` of an IRI."""
    return name.rpartition("#")[2] if "#" in name else name.rpartition("/")[2]


def text(term: Term) -> str:
    """The IRI or the value of a term. A blank node or triple is a `TypeError`: ties have none."""
    if isinstance(term, NamedNode | Literal):
        return term.value
    raise TypeError(f"{term} is neither an IRI nor a literal")
