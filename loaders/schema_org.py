"""The things of the record as schema.org has them, for search engines and other general readers.

One JSON-LD document with its context inline. What schema.org has no word for (how strongly something was
recommended, on which passage it rests) is left to the graph itself: `url` leads there.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from loaders.facts import Facts
from ontology.namespaces import BASE, LICENCE

_LANGUAGES: Final = ("vi", "en")

Node = dict[str, Any]


def schema_org(facts: Facts) -> bytes:
    """All people, organizations, units, platforms, programmes, documents, sources and meetings."""
    nodes = [
        {**_thing(facts, iri), "@type": kind, **_given(say(facts, iri))}
        for name, (kind, say) in _KINDS.items()
        for iri in facts.instances(name)
    ]
    dataset = {"@id": BASE + "dataset", "@type": "Dataset", "license": LICENCE, "url": BASE + "dataset"}
    document = {"@context": {"@vocab": "https://schema.org/"}, "@graph": [dataset, *nodes]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _thing(facts: Facts, iri: str) -> Node:
    names = [{"@value": facts.label(iri, language), "@language": language} for language in _LANGUAGES]
    others = [
        {"@value": text, "@language": language}
        for language in _LANGUAGES
        for text in facts.texts(iri, "skos:altLabel", language)
    ]
    return {"@id": iri, **_given({"name": names, "alternateName": others, "url": iri})}


def _person(facts: Facts, iri: str) -> Node:
    posts = facts.things(iri, "heldPost")
    bodies = sorted({body for post in posts for body in facts.things(post, "organization")})
    return {"jobTitle": [facts.label(post) for post in posts], "affiliation": _links(bodies)}


def _organization(facts: Facts, iri: str) -> Node:
    return {
        "parentOrganization": _links(facts.things(iri, "partOf")),
        "areaServed": _links(facts.things(iri, "jurisdiction")),
    }


def _unit(facts: Facts, iri: str) -> Node:
    return {"containedInPlace": _links(facts.things(iri, "partOf"))}


def _platform(facts: Facts, iri: str) -> Node:
    return {"provider": _links(facts.things(iri, "operatedBy"))}


def _work(facts: Facts, iri: str) -> Node:
    return {
        "datePublished": facts.text(iri, "date") if facts.text(iri, "datePrecision") == "day" else "",
        "author": _links([*facts.things(iri, "author"), *facts.things(iri, "issuedBy")]),
        "publisher": _links(facts.things(iri, "publisher")),
        "about": _links(facts.things(iri, "about")),
    }


def _meeting(facts: Facts, iri: str) -> Node:
    people = [person for part in facts.subjects("meeting", iri) for person in facts.things(part, "person")]
    return {
        "startDate": facts.text(iri, "date") if facts.text(iri, "datePrecision") == "day" else "",
        "location": _links(facts.things(iri, "place")),
        "attendee": _links(sorted(set(people))),
        "superEvent": _links(facts.things(iri, "partOf")),
    }


def _nothing(facts: Facts, iri: str) -> Node:
    return {}


_KINDS: Final[Mapping[str, tuple[str, Callable[[Facts, str], Node]]]] = {
    "Person": ("Person", _person),
    "Organization": ("Organization", _organization),
    "AdministrativeUnit": ("AdministrativeArea", _unit),
    "DigitalPlatform": ("SoftwareApplication", _platform),
    "Programme": ("Project", _nothing),
    "Document": ("CreativeWork", _work),
    "Source": ("Article", _work),
    "Meeting": ("Event", _meeting),
}
"""By class of ours: the class of schema.org, and what else is said."""


def _links(iris: list[str]) -> list[Node]:
    return [{"@id": iri} for iri in iris]


def _given(node: Node) -> Node:
    """The properties that have something in them."""
    return {name: value for name, value in node.items() if value}
