"""People, organizations, posts and who held them, in the formats of neighbours: Popolo and FollowTheMoney.

Both were made for politicians and officials. A tenure here is attested on a day and has no start or end, so
none is written: the day is told in the source's note (Popolo) and as `date` (FollowTheMoney).
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from loaders.facts import Facts
from ontology.iri import parse
from ontology.namespaces import LICENCE

_LANGUAGES: Final = ("vi", "en")

Entity = dict[str, Any]


def popolo(facts: Facts) -> bytes:
    """Popolo JSON (popoloproject.com): `persons`, `organizations`, `posts`, `memberships`, `areas`.

    Terms of ours stand only where Popolo has none (its specification, section 2): the language of a name, and
    names, links and validity of areas.
    """
    tenures = facts.instances("Tenure")
    document = {
        "licence": LICENCE,
        "persons": [_named(facts, iri) for iri in facts.instances("Person")],
        "organizations": [_organization(facts, iri) for iri in facts.instances("Organization")],
        "posts": [_post(facts, iri) for iri in facts.instances("Post")],
        "memberships": [_membership(facts, iri) for iri in tenures],
        "areas": [_area(facts, iri) for iri in facts.instances("AdministrativeUnit")],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _named(facts: Facts, iri: str) -> Entity:
    """The fields of a Popolo class that everything with a name has."""
    others = [
        {"name": name, "lang": language, "note": note}
        for property, note in (("skos:altLabel", "alternative"), ("skos:hiddenLabel", "misspelt in a source"))
        for language in _LANGUAGES
        for name in facts.texts(iri, property, language)
    ]
    english = facts.label(iri, "en")
    if english and english != facts.label(iri):
        others.append({"name": english, "lang": "en", "note": "gloss"})
    return _whole(id=iri, name=facts.label(iri), other_names=others, links=[{"url": iri}])


def _organization(facts: Facts, iri: str) -> Entity:
    area, parent = facts.thing(iri, "jurisdiction"), facts.thing(iri, "partOf")
    return _named(facts, iri) | _whole(area_id=area, parent_id=parent)


def _area(facts: Facts, iri: str) -> Entity:
    return _named(facts, iri) | _whole(
        classification=facts.label(facts.thing(iri, "unitType")),
        parent_id=facts.thing(iri, "partOf"),
        valid_from=facts.text(iri, "validFrom"),
        valid_until=facts.text(iri, "validUntil"),
    )


def _post(facts: Facts, iri: str) -> Entity:
    """A post has labels for names, and other labels are bare, so those misspelt in sources are left out."""
    organization = facts.thing(iri, "organization")
    label = facts.label(iri)
    others = [text for language in _LANGUAGES for text in facts.texts(iri, "skos:altLabel", language)]
    others.append(facts.label(iri, "en"))
    return _whole(
        id=iri,
        label=label,
        other_label=[other for other in dict.fromkeys(others) if other not in ("", label)],
        organization_id=organization,
        area_id=facts.thing(organization, "jurisdiction"),
        links=[{"url": iri}],
    )


def _membership(facts: Facts, iri: str) -> Entity:
    post = facts.thing(iri, "post")
    day = facts.text(iri, "attestedOn")
    return _whole(
        id=iri,
        person_id=facts.thing(iri, "person"),
        organization_id=facts.thing(iri, "organization"),
        post_id=post,
        role=facts.label(post),
        sources=[{"url": url, "note": f"attested on {day}"} for url in facts.things(iri, "evidence")],
    )


def followthemoney(facts: Facts) -> bytes:
    """FollowTheMoney entities, one JSON object a line: `id`, `schema`, `properties` (lists of texts)."""
    lines = [json.dumps(entity, ensure_ascii=False, sort_keys=True) + "\n" for entity in _entities(facts)]
    return "".join(lines).encode("utf-8")


def _entities(facts: Facts) -> Iterator[Entity]:
    for iri in facts.instances("Person"):
        yield _entity(iri, "Person", **_thing(facts, iri))
    for iri in facts.instances("Organization"):
        yield _entity(iri, "Organization", **_thing(facts, iri))
    for iri in facts.instances("Post"):
        organization = facts.thing(iri, "organization")
        area = facts.thing(organization, "jurisdiction")
        yield _entity(
            iri,
            "Position",
            **_thing(facts, iri),
            organization=[_id(organization)],
            subnationalArea=[facts.label(area)],
        )
    for iri in facts.instances("Tenure"):
        yield _entity(
            iri,
            "Occupancy",
            holder=[_id(facts.thing(iri, "person"))],
            post=[_id(facts.thing(iri, "post"))],
            date=facts.texts(iri, "attestedOn"),
            sourceUrl=facts.things(iri, "evidence"),
        )


def _thing(facts: Facts, iri: str) -> dict[str, list[str]]:
    """The properties of an FtM Thing. Glosses of ours are no names that a source uses: weak aliases."""
    label = facts.label(iri)
    weak = [facts.label(iri, "en"), *facts.texts(iri, "skos:hiddenLabel", "vi")]
    return {
        "name": [label],
        "alias": [name for language in _LANGUAGES for name in facts.texts(iri, "skos:altLabel", language)],
        "weakAlias": sorted({name for name in weak if name and name != label}),
        "sourceUrl": [iri],
    }


def _entity(iri: str, schema: str, **properties: list[str]) -> Entity:
    told = {name: [text for text in texts if text] for name, texts in properties.items()}
    return {
        "id": _id(iri),
        "schema": schema,
        "properties": {name: texts for name, texts in told.items() if texts},
    }


def _id(iri: str) -> str:
    """An identifier that FollowTheMoney takes: no slash, no colon."""
    if not iri:
        return ""
    thing = parse(iri)
    return f"vndx-{thing.kind}-{thing.slug}"


def _whole(**fields: Any) -> Entity:
    """The fields that have something in them."""
    return {name: value for name, value in fields.items() if value}
