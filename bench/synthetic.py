"""Made-up meetings in our own vocabulary, the same triples for every engine and every run.

One meeting brings about 100 triples: eight participations, two acts with evidence, a figure.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from ontology.iri import mint, term
from ontology.namespaces import STANDARD

_TYPE = f"<{STANDARD['rdf']}type>"
_LABEL = f"<{STANDARD['rdfs']}label>"
_XSD = STANDARD["xsd"]
PER_MEETING = 100


def write(path: Path, triples: int, seed: int = 7) -> int:
    """Write about `triples` triples to `path` as N-Triples; gives their exact number."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines(triples // PER_MEETING, Random(seed)):
            file.write(line)
            count += 1
    return count


def lines(meetings: int, random: Random) -> Iterator[str]:
    """The N-Triples lines of so many meetings, with a third as many people and 63 units."""
    people = max(meetings // 3, 20)
    for unit in range(63):
        yield from _thing("unit", f"u{unit}", "AdministrativeUnit", f"tỉnh số {unit}")
    for platform in range(100):
        yield from _thing("platform", f"x{platform}", "DigitalPlatform", f"Nền tảng {platform}")
    for person in range(people):
        yield from _thing("person", f"p{person}", "Person", f"Người thứ {person}")
    for number in range(meetings):
        yield from _meeting(number, people, random)


def _meeting(number: int, people: int, random: Random) -> Iterator[str]:
    meeting, unit = f"m{number}", random.randrange(63)
    date = f"{2010 + random.randrange(15)}-{1 + random.randrange(12):02}-{1 + random.randrange(28):02}"
    yield from _thing("meeting", meeting, "Meeting", f"Buổi làm việc {number}")
    yield _literal("meeting", meeting, "date", date, "date")
    yield _link("meeting", meeting, "place", "unit", f"u{unit}")
    for index, person in enumerate(random.sample(range(people), 8)):
        part = f"{meeting}-{index}"
        yield from _typed("participation", part, "Participation")
        yield _link("participation", part, "meeting", "meeting", meeting)
        yield _link("participation", part, "person", "person", f"p{person}")
        side = "side-ministry" if index < 3 else "side-locality"
        yield _link("participation", part, "side", "concept", side)
        yield _link("participation", part, "evidence", "evidence", f"{meeting}-e{index % 3}")
    for index in range(2):
        act = f"{meeting}-a{index}"
        yield from _thing("act", act, "Recommendation", f"Khuyến nghị {number} {index}")
        yield _link("act", act, "meeting", "meeting", meeting)
        yield _link("act", act, "speaker", "person", f"p{random.randrange(people)}")
        yield _link("act", act, "addressee", "unit", f"u{unit}")
        yield _link("act", act, "platform", "platform", f"x{random.randrange(100)}")
        yield _link("act", act, "strength", "concept", "strength-recommended")
        yield _link("act", act, "evidence", "evidence", f"{meeting}-e{index}")
    for index in range(3):
        evidence = f"{meeting}-e{index}"
        yield from _typed("evidence", evidence, "Evidence")
        yield _link("evidence", evidence, "source", "source", meeting)
        yield _literal("evidence", evidence, "paragraph", str(index + 1), "integer")
        yield _literal("evidence", evidence, "start", str(number * 7 + index), "integer")
        yield _literal("evidence", evidence, "end", str(number * 7 + index + 90), "integer")
        yield _literal("evidence", evidence, "sha256", f"{random.getrandbits(256):064x}", "string")
    figure = f"{meeting}-f"
    yield from _thing("observation", figure, "Observation", f"Số liệu {number}")
    yield _link("observation", figure, "area", "unit", f"u{unit}")
    yield _link("observation", figure, "indicator", "indicator", f"i{random.randrange(50)}")
    yield _literal("observation", figure, "value", f"{random.randrange(1000) / 10}", "decimal")


def _thing(kind: str, slug: str, class_: str, label: str) -> Iterator[str]:
    yield from _typed(kind, slug, class_)
    yield f'<{mint(kind, slug)}> {_LABEL} "{label}"@vi .\n'


def _typed(kind: str, slug: str, class_: str) -> Iterator[str]:
    yield f"<{mint(kind, slug)}> {_TYPE} <{term(class_)}> .\n"


def _link(kind: str, slug: str, property_: str, to_kind: str, to_slug: str) -> str:
    return f"<{mint(kind, slug)}> <{term(property_)}> <{mint(to_kind, to_slug)}> .\n"


def _literal(kind: str, slug: str, property_: str, value: str, datatype: str) -> str:
    return f'<{mint(kind, slug)}> <{term(property_)}> "{value}"^^<{_XSD}{datatype}> .\n'
