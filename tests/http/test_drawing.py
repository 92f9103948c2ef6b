"""`vndx draw`: every view in every format that it has, and what is said where it has not."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from pytest import CaptureFixture
from running import Service, serve

from loaders.release import open_release
from service.cli import main
from service.evaluators.direct import Direct
from service.views.drawing import FORMATS, SHEETS, VIEWS
from service.views.painting import BROWSERS

THING = "https://w3id.org/vndx/id/"
HTML = {"Accept": "text/html"}

HOSTILE = """\
@prefix v: <https://w3id.org/vndx/ontology#> . @prefix i: <https://w3id.org/vndx/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix c: <https://w3id.org/vndx/id/concept/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/vndx/id/unit/ben-tre> a v:AdministrativeUnit ; v:unitType c:unit-type-province ;
  rdfs:label "tỉnh <script>alert(1)</script>\\u202E"@vi , "</svg><img src=x onerror=alert(1)>"@en .
<https://w3id.org/vndx/id/meeting/evil> a v:Meeting ; v:place <https://w3id.org/vndx/id/unit/ben-tre> ;
  v:date "2021-01-04"^^xsd:date ; v:datePrecision "day" ;
  rdfs:label "<a href='javascript:alert(1)'>href</a>%s"@vi , "</text><script>alert(2)</script>"@en .
""" % ("x" * 10_000)


@pytest.fixture(scope="module", autouse=True)
def loaded(release: Path) -> Iterator[None]:
    """The record is loaded once for some seventy commands (tests/unit/test_commands.py has them load it)."""
    store = Store()
    store.load(path=open_release(release).quads, format=RdfFormat.N_QUADS)

    async def start(self: Direct) -> None:
        self._store = store

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Direct, "start", start)
        yield


def draw(service: Service, *arguments: str) -> int:
    return main(["draw", *arguments, "--release", str(service.release)])


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_drawn_in_every_format_that_it_has(
    service: Service, tmp_path: Path, name: str, capsys: CaptureFixture[str]
) -> None:
    for extension in FORMATS:
        out = tmp_path / f"{name}.{extension}"
        if extension == "png":
            continue
        if name in SHEETS and extension in ("graphml", "gexf", "json"):
            assert draw(service, name, "--out", str(out)) != 0
            told = capsys.readouterr().err
            assert f"the {name} has no nodes and ties" in told
            assert ".svg" in told
            continue
        assert draw(service, name, "--out", str(out), "--lang", "en") == 0
        text = out.read_text(encoding="utf-8")
        assert f"/views/{name}" in text
        assert "licenses/by/4.0" in text
        if extension == "csv":
            assert len(list(csv.DictReader(io.StringIO(text, newline="")))) > 3
        else:
            assert "vndx, “" in unescape(text)
            assert "31 March 2023" in text
        if extension == "svg":
            ElementTree.fromstring(text)
            assert "script" not in text


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="no Chromium on PATH")
@pytest.mark.parametrize("name", ["uses", "map"])
def test_png_is_painted_by_a_browser(service: Service, tmp_path: Path, name: str) -> None:
    out = tmp_path / "picture.png"
    assert draw(service, name, "--out", str(out)) == 0
    made = out.read_bytes()
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20], "big") > 1000
    assert len(made) > 30_000, "an empty picture is smaller"


def test_without_a_browser_png_says_what_to_do(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert draw(service, "map", "--out", str(tmp_path / "picture.png")) != 0
    assert "use .svg" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing", "--out", "x.svg"), "the views are meetings,"),
        (("meetings", "--out", "x.exe"), "no picture is written as '.exe': use .html, .svg"),
        (("meetings", "--out", "x"), "a file without suffix"),
        (("meetings", "--out", "x.svg", "--by", "meetings"), "the option 'by' is not for the view meetings"),
        (("map", "--out", "x.svg", "--by", "weather"), "cannot be shaded by 'weather'"),
        (("map", "--out", "x.svg", "--at", "2021"), "at '2021' is no day"),
        (("timeline", "--out", "nowhere/x.svg"), "nowhere/x.svg"),
    ],
)
def test_what_cannot_be_drawn_says_what_to_change(
    service: Service, arguments: tuple[str, ...], told: str, capsys: CaptureFixture[str]
) -> None:
    assert draw(service, *arguments) != 0
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_the_language_and_the_day_are_chosen(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "map.svg"
    places = {}
    for at in ("2025-06-30", "2025-07-01"):
        assert draw(service, "map", "--out", str(out), "--at", at, "--by", "meetings") == 0
        places[at] = out.read_text(encoding="utf-8").count('class="place"')
    assert places == {"2025-06-30": 63, "2025-07-01": 34}
    assert "Bản đồ các tỉnh, thành: Cuộc họp" in out.read_text(encoding="utf-8")
    assert "Stephen Truong" in out.read_text(encoding="utf-8"), "the outlines are credited in the file too"
    timeline = tmp_path / "timeline.csv"
    assert draw(service, "timeline", "--out", str(timeline), "--since", "2023-01-01") == 0
    rows = csv.DictReader(io.StringIO(timeline.read_text(encoding="utf-8"), newline=""))
    days = {row["date"] for row in rows}
    assert days and min(days) >= "2023-01-01"


def test_turtle_of_the_map_holds_what_it_counts(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "map.ttl"
    assert draw(service, "map", "--out", str(out)) == 0
    subjects = {quad.subject for quad in parse(out.read_text(encoding="utf-8"), RdfFormat.TURTLE)}
    for name in ("meeting/soc-trang-2021-01-04", "unit/can-tho-2025"):
        assert NamedNode(THING + name) in subjects


@pytest.mark.parametrize("address", ["/views/map?by=meetings", "/views/timeline?since=2020-01-01"])
def test_the_pages_offer_the_same_files(client: httpx.Client, address: str) -> None:
    page = client.get(address, headers=HTML).text
    offered = set(re.findall(r"format=(\w+)", page))
    assert {"html", "svg", "csv", "ttl"} <= offered
    assert "/sparql?query=" in page
    for extension in ("html", "svg", "csv", "ttl"):
        answer = client.get(f"{address}&format={extension}")
        assert answer.status_code == 200, answer.text[:200]
        assert "sandbox" in answer.headers["content-security-policy"]
    bare = client.get(f"{address}&format=svg&small=light").text
    assert "<title>" in bare
    assert "CC BY" not in bare, "the picture for the index has the drawing alone"
    refused = client.get(f"{address}&format=gexf")
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    file = tmp_path_factory.mktemp("hostile") / "hostile.ttl"
    file.write_text(HOSTILE, encoding="utf-8")
    with serve("--dataset", str(file), "--workers", "1") as running, running.client() as client:
        yield client


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("extension", ["svg", "html"])
def test_hostile_names_are_text_in_maps_and_timelines(
    hostile: httpx.Client, extension: str, language: str
) -> None:
    for name in ("map?at=2020-01-01", "timeline?since=2000-01-01"):
        text = hostile.get(f"/views/{name}&format={extension}&lang={language}").text
        assert not re.search(r"<script|<img src=x|</text><script|javascript:alert\(1\)'>href</a>x", text)
        assert "&lt;" in text or (extension == "svg" and "timeline" in name), "the strip names nothing"
        if extension == "svg":
            ElementTree.fromstring(text)


def test_hostile_names_are_text_in_the_graph_of_an_answer(hostile: httpx.Client) -> None:
    query = "SELECT ?meeting ?place { ?meeting <https://w3id.org/vndx/ontology#place> ?place }"
    for language in ("vi", "en"):
        asked = {"query": query, "show": "graph", "lang": language}
        page = hostile.get("/sparql", params=asked, headers=HTML).text
        assert "data-graph" in page
        assert not re.search(r"<script>|<img src=x|<a href='|href=\"javascript:", page)
