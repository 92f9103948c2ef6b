"""The offline file: each known trap of pyvis is a test here (design section 8)."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pictures import HOSTILE, WORDS, event, origin, picture, thing

from ontology.namespaces import LICENCE
from visual.network import LibraryMissingError, offline
from visual.picture import compose
from visual.relations import Tie

LIBRARY = (
    "globalThis.vis = { Network: class {} }; // </script><script>bad()</script>\n//# sourceMappingURL=x.map\n"
)


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    (tmp_path / "vis-network.standalone.min.js").write_text(LIBRARY, encoding="utf-8")
    return tmp_path


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of those that hold text only."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.raw: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside] = self.raw.get(self._inside, "") + data
        else:
            self.text.append(data)


def test_nothing_of_the_file_comes_from_elsewhere(vendor: Path) -> None:
    page = Page(offline(picture(), "vi", vendor=vendor))
    for tag, attributes in page.elements:
        assert "src" not in attributes, (tag, attributes)
        assert "href" not in attributes, (tag, attributes)
    assert "link" not in {tag for tag, _ in page.elements}
    policy = next(found["content"] for tag, found in page.elements if found.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none'")
    assert not re.search(r"@import|url\((?!\"?data:)", page.raw["style"])
    assert "sourceMappingURL" not in page.raw["script"]
    assert not re.search(r"cdnjs|jsdelivr|bootstrap", "".join(page.raw.values()))


def test_hostile_names_are_text_in_table_data_and_title(vendor: Path) -> None:
    shown = offline(picture(HOSTILE), "vi", vendor=vendor)
    page = Page(shown)
    assert [tag for tag, _ in page.elements].count("script") == 3
    assert not [tag for tag, _ in page.elements if tag in ("img", "a")]
    data = json.loads(page.raw["data"])
    assert {node["label"] for node in data["nodes"]} >= set(HOSTILE)
    assert "<script>document" not in shown
    assert "{{ 7 * 7 }} {% raw %}" in page.text, "a name is no template"
    assert all("title" not in node for node in data["nodes"]), "vis-network would run titles as HTML"


def test_heading_and_options_are_escaped(vendor: Path) -> None:
    base = picture()
    named = origin()
    evil = type(named)(**{**named.__dict__, "title": HOSTILE[0], "about": HOSTILE[2], "query": HOSTILE[1]})
    page = Page(offline(type(base)(evil, base.nodes, base.ties, base.words), "vi", vendor=vendor))
    assert [tag for tag, _ in page.elements].count("script") == 3
    assert not [tag for tag, _ in page.elements if tag in ("img", "a")]
    assert HOSTILE[0] in page.text


def test_the_library_cannot_end_its_own_element(vendor: Path) -> None:
    page = Page(offline(picture(), "vi", vendor=vendor))
    assert "bad()" in page.raw["script"], "still inside the script"


def test_parallel_and_opposite_ties_are_kept(vendor: Path) -> None:
    one, other = thing("platform", "a"), thing("unit", "b")
    ties = [
        Tie(one.id, other.id, "recommendedTo", (event("1"),)),
        Tie(one.id, other.id, "metWith", (event("2"),), True),
        Tie(other.id, one.id, "recommendedTo", (event("3"),)),
    ]
    data = json.loads(
        Page(offline(compose(origin(), [one, other], ties, WORDS), "en", vendor=vendor)).raw["data"]
    )
    assert len(data["edges"]) == 3
    assert {edge["label"] for edge in data["edges"]} == {"recommended to", "met with"}


def test_nodes_are_not_looked_up_one_by_one(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyvis.network import Network

    def quadratic(*_: object, **__: object) -> None:
        raise AssertionError("add_node and add_edge look through all nodes at each call")

    monkeypatch.setattr(Network, "add_node", quadratic)
    monkeypatch.setattr(Network, "add_edge", quadratic)
    unit = thing("unit", "u")
    many = [thing("platform", f"p{number}") for number in range(300)]
    drawn = compose(origin(), [unit, *many], [Tie(one.id, unit.id, "recommendedTo") for one in many], WORDS)
    data = json.loads(Page(offline(drawn, "vi", vendor=vendor)).raw["data"])
    assert (len(data["nodes"]), len(data["edges"])) == (301, 300)


def test_importing_our_module_does_not_import_pyvis_or_ipython() -> None:
    check = "import sys, visual.network; sys.exit(any(name in sys.modules for name in ('pyvis', 'IPython')))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_file_says_what_it_shows_and_how_to_cite_it(vendor: Path) -> None:
    drawn = picture()
    text = " ".join(Page(offline(drawn, "en", vendor=vendor)).text)
    for wanted in (
        "Test picture",
        "/views/test",
        "2021-01-04",
        "ab12" * 16,
        LICENCE,
        drawn.origin.citation("en"),
    ):
        assert wanted in text


def test_the_tables_hold_the_nodes_and_ties_of_the_picture_in_its_order(vendor: Path) -> None:
    drawn = picture(("A", "B", "C"))
    page = Page(offline(drawn, "vi", vendor=vendor))
    rows = [found["data-id"] for tag, found in page.elements if tag == "tr" and "data-id" in found]
    assert rows == [node.thing.id for node in drawn.nodes] + [tie.id for tie in drawn.ties]
    data = json.loads(page.raw["data"])
    assert rows == [node["id"] for node in data["nodes"]] + [edge["id"] for edge in data["edges"]]
    assert [(node["x"], node["y"]) for node in data["nodes"]] == [(node.x, node.y) for node in drawn.nodes]


def test_without_the_library_the_message_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissingError, match="make serve"):
        offline(picture(), "vi", vendor=tmp_path)
