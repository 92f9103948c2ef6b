"""Search by name at 1 thousand, 100 thousand and 1 million labels, in process: how long a query takes.

The names are made up of real family names, given names and places, the same for every run; a fifth of the
queries each are whole names, names without marks, beginnings, words out of order, and slips of the finger.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from loaders import search_index
from loaders.search import SearchIndex
from ontology.iri import mint, strip_marks, term
from ontology.namespaces import STANDARD

SIZES: Final = (1_000, 100_000, 1_000_000)
QUERIES: Final = 500

_FAMILIES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Mai Đinh Trịnh Lương".split()
)
_MIDDLES = (
    "Văn Thị Đức Minh Hữu Ngọc Quang Thanh Xuân Công Đình Mạnh Hồng Bá Thế Anh Tuấn Huy Việt Gia".split()
)
_GIVEN = (
    "An Bình Chi Cường Dũng Đạt Giang Hà Hải Hạnh Hiếu Hòa Hùng Hương Lan Linh Long Mai Mãi Mỹ Nam".split()
)
_BODIES = (
    "Sở Thông tin và Truyền thông",
    "UBND xã",
    "Hội đồng nhân dân huyện",
    "Công ty cổ phần",
    "Nền tảng số",
)
_PLACES = (
    "Bến Tre,Sóc Trăng,Hải Dương,Thái Nguyên,Hòa Bình,Quảng Ngãi,Lâm Đồng,Tây Ninh,Phú Thọ,Cà Mau".split(",")
)


def run() -> str:
    """One Markdown section."""
    rows = [_measured(size) for size in SIZES]
    return "\n".join(
        [
            "## Search by name",
            "",
            f"In process, {QUERIES} queries each: whole, without marks, begun, out of order, with a slip.",
            "Milliseconds of CPU, as a query takes on a machine that does nothing else, and by the clock.",
            "",
            "| labels | p50 | p99 | slips only, p99 | p99 by the clock | index | made in |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _measured(size: int) -> str:
    names = list(_names(size // 2, Random(7)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.sqlite"
        began = time.perf_counter()
        search_index.write(_store(names), path)
        made = time.perf_counter() - began
        index = SearchIndex(path)
        index.find("warm up")
        times, slips, clock = [], [], []
        for kind, text in _queries(names, Random(11)):
            start, began_at = time.thread_time(), time.perf_counter()
            index.find(text)
            taken = 1000 * (time.thread_time() - start)
            times.append(taken)
            clock.append(1000 * (time.perf_counter() - began_at))
            if kind == "slip":
                slips.append(taken)
        index.close()
        megabytes = path.stat().st_size / 1e6
    p99, slip, waited = (statistics.quantiles(one, n=100)[98] for one in (times, slips, clock))
    middle = statistics.median(times)
    return (
        f"| {size:,} | {middle:.1f} ms | {p99:.1f} ms | {slip:.1f} ms | {waited:.1f} ms"
        f" | {megabytes:.0f} MB | {made:.0f} s |"
    )


def _names(count: int, random: Random) -> Iterator[str]:
    """Names of people and bodies; each has a label in two languages."""
    for number in range(count):
        if number % 2:
            yield f"{random.choice(_BODIES)} {random.choice(_PLACES)} {random.randrange(10_000)}"
        else:
            middle = " ".join(random.sample(_MIDDLES, random.choice((1, 2))))
            yield f"{random.choice(_FAMILIES)} {middle} {random.choice(_GIVEN)}"


def _store(names: list[str]) -> Store:
    label, type_ = NamedNode(STANDARD["rdfs"] + "label"), NamedNode(STANDARD["rdf"] + "type")
    person, body = NamedNode(term("Person")), NamedNode(term("Organization"))
    store = Store()

    def quads() -> Iterator[Quad]:
        for number, name in enumerate(names):
            kind = "organization" if number % 2 else "person"
            thing = NamedNode(mint(kind, f"x{number}"))
            yield Quad(thing, type_, body if number % 2 else person)
            yield Quad(thing, label, Literal(name, language="vi"))
            yield Quad(thing, label, Literal(strip_marks(name).title(), language="en"))

    store.bulk_extend(quads())
    return store


def _queries(names: list[str], random: Random) -> Iterator[tuple[str, str]]:
    for number in range(QUERIES):
        name = random.choice(names)
        kind = ("whole", "plain", "begun", "turned", "slip")[number % 5]
        if kind == "plain":
            name = strip_marks(name)
        elif kind == "begun":
            name = name[: max(1, len(name) // 3)]
        elif kind == "turned":
            name = " ".join(reversed(name.split()))
        elif kind == "slip":
            place = random.randrange(1, len(name) - 1)
            name = name[:place] + "x" + name[place:]
        yield kind, name
