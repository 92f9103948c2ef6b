"""The SPARQL page: answers as a graph, completion from our own data, names put into the query."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from test_accessibility import axe, violations

__all__ = ["axe"]

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
THING = "https://w3id.org/vndx/id/"
STAGE = "document.querySelector('[data-stage]').stage"
SELECT = """PREFIX vndx: <https://w3id.org/vndx/ontology#>
SELECT ?platform ?to ?by WHERE {
  ?act a vndx:Recommendation ; vndx:platform ?platform ; vndx:addressee ?to ; vndx:speaker ?by
}"""
CONSTRUCT = """PREFIX vndx: <https://w3id.org/vndx/ontology#>
CONSTRUCT { ?platform vndx:recommendedTo ?to } WHERE { ?platform vndx:recommendedTo ?to }"""


@pytest.mark.parametrize(("query", "relation"), [(SELECT, "to"), (CONSTRUCT, "recommended to")])
def test_an_answer_is_shown_as_a_graph_in_place(visit: Visit, query: str, relation: str) -> None:
    page = visit(f"/sparql?query={quote(query)}&lang=en")
    expect(page.locator("[data-graph]")).to_have_count(0)
    page.get_by_role("link", name="Show the result as a graph").click()
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    expect(page.locator("#graph")).to_be_focused()
    assert "show=graph" in page.url
    drawn = page.evaluate(f"Object.keys({STAGE}.places)")
    assert THING + "platform/akachain" in drawn
    twin = "[...document.querySelectorAll('[data-graph] tr[data-node]')].map((row) => row.dataset.node)"
    assert sorted(page.evaluate(twin)) == sorted(drawn), "the tables hold the same"
    name = f"{'to' if query == SELECT else 'recommendedTo'} {THING}platform/akachain {THING}unit/soc-trang"
    page.evaluate(f"id => {STAGE}.select({{ edge: id }})", name)
    expect(page.locator("[data-panel] dl")).to_contain_text(relation)
    expect(page.locator("[data-live]")).to_contain_text("akachain")


def test_what_cannot_be_drawn_is_told(visit: Visit) -> None:
    page = visit(f"/sparql?query={quote('SELECT (1 AS ?one) {}')}&show=graph&lang=en")
    expect(page.get_by_text("No two things stand together")).to_be_visible()
    expect(page.get_by_role("link", name="Show the result as a graph")).to_have_count(0)


def test_without_script_an_answer_is_a_picture_and_tables(visit: Visit) -> None:
    page = visit(f"/sparql?query={quote(SELECT)}&lang=en", scripts=False)
    page.get_by_role("link", name="Show the result as a graph").click()
    expect(page.locator("[data-graph] img")).to_be_visible()
    assert page.locator("[data-graph] img").evaluate("(image) => image.naturalWidth") > 100
    page.get_by_text("The same in text").click()
    expect(page.locator(f'[data-graph] tr[data-node="{THING}platform/akachain"]')).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_graph_of_an_answer_is_accessible(visit: Visit, axe: str, width: int) -> None:
    page = visit(f"/sparql?query={quote(SELECT)}&show=graph", width=width)
    for language, theme in (("vi", "light"), ("en", "dark")):
        page.goto(f"/sparql?query={quote(SELECT)}&show=graph&lang={language}&theme={theme}")
        expect(page.locator("[data-stage] canvas")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def written(page: Page, text: str) -> list[str]:
    """What Ctrl+Space offers after `text`, in an otherwise empty query."""
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('')")
    page.locator(".CodeMirror").click()
    page.keyboard.type(text)
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first).to_be_visible()
    return page.locator(".CodeMirror-hint").all_inner_texts()


def test_completion_knows_the_vocabulary_and_the_names_of_things(visit: Visit) -> None:
    page = visit("/sparql?lang=vi")
    # A property by its name, told in both languages.
    offered = written(page, "SELECT * { ?act vndx:speak")
    assert offered[0].startswith("vndx:speaker")
    assert "—" in offered[0]
    page.keyboard.press("Enter")
    expect(page.locator(".CodeMirror-code")).to_contain_text("PREFIX vndx: <https://w3id.org/vndx/ontology#>")
    # A class by a Vietnamese word without marks.
    assert any(one.startswith("vndx:Recommendation") for one in written(page, "SELECT * { ?act a khuyen"))
    # A thing by its name.
    offered = written(page, "SELECT * { ?act ?p platform:vo-so")
    assert any(one.startswith("platform:vo-so") and "Vỏ sò" in one for one in offered)


def test_a_name_becomes_an_address_in_the_query(visit: Visit) -> None:
    page = visit("/sparql?lang=en")
    page.evaluate(
        "(() => { const editor = document.querySelector('.CodeMirror').CodeMirror;"
        " editor.setValue('SELECT * { ?s ?p '); editor.setCursor(editor.lineCount(), 0); })()"
    )
    page.get_by_role("combobox", name="Insert the address of a name into the query").fill("nguyen manh hung")
    expect(page.locator("#insert-list [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".CodeMirror-code")).to_contain_text("?s ?p person:nguyen-manh-hung")
    expect(page.locator(".CodeMirror-code")).to_contain_text("PREFIX person:")
    expect(page.locator("[data-live]")).to_contain_text("was inserted")
