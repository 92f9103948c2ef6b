"""The explorer as a reader uses it: by mouse, by keyboard, by its twin in text."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from running import serve

pytestmark = pytest.mark.browser

THING = "https://w3id.org/vndx/id/"
PROVINCE = THING + "unit/soc-trang"
PLATFORM = THING + "platform/akachain"
MEETING = THING + "meeting/soc-trang-2021-01-04"
STAGE = "document.querySelector('[data-stage]').stage"


def drawn(page: Page) -> dict[str, Any]:
    """The place of each node that is drawn."""
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    return dict(page.evaluate(f"{STAGE}.places"))


def point(page: Page, node: str) -> tuple[float, float]:
    """Where on the screen a node is."""
    at = page.evaluate(f"id => {STAGE}.point(id)", node)
    surface = page.locator("[data-surface]").bounding_box()
    assert surface
    return surface["x"] + at["x"], surface["y"] + at["y"]


def twin(page: Page) -> set[str]:
    return set(
        page.evaluate("[...document.querySelectorAll('tr[data-node]')].map((row) => row.dataset.node)")
    )


def test_a_neighbourhood_appears_and_its_twin_agrees(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit(f"/explore?focus={PROVINCE}&lang=vi")
    places = drawn(page)
    assert len(places) > 10
    assert set(places) == twin(page)
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    edges = page.evaluate(
        "JSON.parse(document.getElementById('picture-data').textContent).edges.map((e) => e.id)"
    )
    assert edges == page.evaluate(
        "[...document.querySelectorAll('tr[data-edge]')].map((row) => row.dataset.edge)"
    )


@pytest.mark.parametrize(
    ("language", "until", "since"),
    [("vi", "đến 30/6/2025", "từ 1/7/2025"), ("en", "until 30 June 2025", "from 1 July 2025")],
)
def test_two_suggestions_of_one_name_are_told_apart(visit, language, until, since) -> None:  # type: ignore[no-untyped-def]
    page = visit(f"/explore?lang={language}")
    page.locator("#add").press_sequentially("thai nguyen")
    said = page.locator("#add-list small")
    expect(said.nth(0)).to_contain_text(f" · {until}")
    expect(said.nth(1)).to_contain_text(f" · {since}")
    expect(said.nth(2)).not_to_contain_text("·")


def test_a_double_click_expands_and_moves_no_node(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=vi")
    before = drawn(page)
    page.mouse.dblclick(*point(page, MEETING))
    page.wait_for_url("**expanded=meeting/soc-trang-2021-01-04**")
    expect(page.locator("tr[data-node]")).not_to_have_count(len(before))
    after = drawn(page)
    assert {node: after[node] for node in before} == before
    assert set(after) == twin(page)
    page.get_by_role("button", name="Lùi lại").click()
    expect(page.locator("tr[data-node]")).to_have_count(len(before))
    assert drawn(page) == before
    page.get_by_role("button", name="Làm lại").click()
    expect(page.locator("tr[data-node]")).to_have_count(len(after))
    assert twin(page) == set(after)


def test_the_address_holds_the_whole_state(visit) -> None:  # type: ignore[no-untyped-def]
    address = "/explore?focus=unit/soc-trang&expanded=meeting/soc-trang-2021-01-04&lang=vi"
    assert drawn(visit(address)) == drawn(visit(address))


@pytest.mark.parametrize(("language", "words"), [("vi", "được nêu ra cho"), ("en", "was put to")])
def test_a_tie_is_explained_with_its_evidence(visit, language, words) -> None:  # type: ignore[no-untyped-def]
    page = visit(f"/explore?focus=unit/soc-trang&lang={language}")
    drawn(page)
    edge = f"recommendedTo {PLATFORM} {PROVINCE}"
    page.evaluate(f"id => {STAGE}.select({{ edge: id }})", edge)
    panel = page.locator("[data-panel]")
    expect(panel.locator(f'[data-explains="{edge}"]')).to_contain_text(words)
    expect(panel.locator('a[href^="/doc/evidence/soc-trang-2021-01-04-"]').first).to_be_visible()
    expect(page.locator("tr[data-edge][aria-current=true]")).to_have_count(1)
    expect(page.locator("[data-live]")).to_contain_text(words)
    assert "explain=platform/akachain~unit/soc-trang" in page.url


def test_a_click_on_a_node_shows_it_and_marks_its_row(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=vi")
    drawn(page)
    page.mouse.click(*point(page, PLATFORM))
    expect(page.locator("[data-panel] h2")).to_have_text("akachain")
    expect(page.locator("tr[aria-current=true]")).to_have_attribute("data-node", PLATFORM)
    expect(page.locator("[data-live]")).to_contain_text("akachain, nền tảng")


def test_by_keyboard_alone_from_a_name_to_its_evidence(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?lang=vi")
    field = page.get_by_role("combobox")
    field.focus()
    page.keyboard.type("akachain")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "add-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**focus=platform/akachain**")
    before = drawn(page)
    page.locator("[data-surface]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("tr[data-node][aria-current=true]")).to_have_attribute("data-node", PLATFORM)
    page.keyboard.press("ArrowRight")
    expect(page.locator("tr[data-node][aria-current=true]")).not_to_have_attribute("data-node", PLATFORM)
    page.keyboard.press("e")
    expect(page.locator("tr[data-node]")).not_to_have_count(len(before))
    after = drawn(page)
    assert {node: after[node] for node in before} == before
    page.locator("tr[data-edge] a[data-explain]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-panel] a[href^="/doc/evidence/"]').first).to_be_visible()


def test_arrow_keys_walk_the_rows_of_the_twin(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=vi")
    drawn(page)
    page.locator("tr[data-node] a").first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("tr[data-node]").nth(1)
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-current", "true")
    assert page.evaluate(f"{STAGE}.selected.node") == second.get_attribute("data-node")


def test_the_legend_filters_picture_and_twin(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=vi")
    drawn(page)
    page.locator("[data-legend] label", has_text="nền tảng").click()
    expect(page.locator(f'tr[data-node="{PLATFORM}"]')).to_be_hidden()
    expect(page.locator(f'tr[data-node="{MEETING}"]')).to_be_visible()
    page.locator("[data-legend] label", has_text="nền tảng").click()
    expect(page.locator(f'tr[data-node="{PLATFORM}"]')).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/explore", "/explore?focus=unit/soc-trang", "/views", "/views/meetings"]
)
def test_nothing_is_wider_than_the_screen(visit, width, scheme, address) -> None:  # type: ignore[no-untyped-def]
    page = visit(address, width=width, scheme=scheme)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if "focus" in address or "meetings" in address:
        expect(page.locator("canvas")).to_be_visible()


def test_without_script_the_explorer_is_tables_and_links(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=vi", scripts=False)
    expect(page.locator("[data-stage]")).to_be_hidden()
    page.locator("tr[data-edge] a[data-explain]").first.click()
    expect(page.locator('[data-panel] a[href^="/doc/evidence/"]').first).to_be_visible()
    page.locator(f'tr[data-node="{MEETING}"] .do a').click()
    assert "expanded=meeting/soc-trang-2021-01-04" in page.url


def test_hostile_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    evil = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
    file = tmp_path / "hostile.ttl"
    file.write_text(
        "@prefix v: <https://w3id.org/vndx/ontology#> . @prefix p: <https://w3id.org/vndx/id/platform/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f'p:evil rdfs:label "{evil}"@vi ; v:recommendedTo <{PROVINCE}> ; v:partOf p:long .\n'
        f'p:long rdfs:label "\\u202E{"x" * 10_000}"@vi .\n<{PROVINCE}> rdfs:label "<b>Sóc Trăng</b>"@vi .\n',
        encoding="utf-8",
    )
    with serve("--dataset", str(file), "--workers", "1") as site:
        page = browser.new_context(viewport={"width": 800, "height": 700}).new_page()
        page.goto(f"{site.url}/explore?focus=platform/evil&lang=vi")
        assert set(drawn(page)) == {f"{THING}platform/evil", f"{THING}platform/long"}
        for node in drawn(page):
            page.evaluate(f"id => {STAGE}.select({{ node: id }})", node)
            expect(page.locator("[data-panel] h2")).not_to_be_empty()
        assert page.locator("main img, main script, main b").count() == 0
        expect(page.locator("[data-panel] .pick").first).to_contain_text("<img src=x")
        assert "owned" not in page.title().split("·")[1]
        assert page.evaluate("document.documentElement.scrollWidth") <= 800
        page.context.close()


def test_arrow_keys_walk_from_neighbour_to_neighbour_and_back(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=en")
    drawn(page)
    page.locator(f'tr[data-node="{PROVINCE}"] a').first.focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("document.activeElement.dataset.node")
    assert first and first != PROVINCE
    assert page.evaluate(f"{STAGE}.selected.node") == first
    expect(page.locator("[data-live]")).to_contain_text("ties")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.node") == PROVINCE
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.node") not in (first, PROVINCE), "another each time"


def test_collapse_takes_back_what_an_expansion_brought(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&expanded=meeting/soc-trang-2021-01-04&lang=en")
    before = drawn(page)
    page.evaluate(f"id => {STAGE}.select({{ node: id }})", MEETING)
    page.locator("[data-surface]").focus()
    page.keyboard.press("c")
    page.wait_for_url(lambda url: "expanded" not in url)
    expect(page.locator("tr[data-node]")).not_to_have_count(len(before))
    after = drawn(page)
    assert set(after) < set(before)
    assert after == {node: before[node] for node in after}


def test_several_things_in_focus_and_one_dropped(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&focus=platform/vo-so&lang=en")
    expect(page.locator(".chips li")).to_have_count(3)
    assert {PROVINCE, THING + "platform/vo-so"} <= set(drawn(page))
    page.get_by_role("link", name="Drop Vỏ sò").click()
    page.wait_for_url(lambda url: "vo-so" not in url)
    expect(page.locator(".chips li")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".chips li")).to_have_count(3)


def test_by_touch_a_tap_reads_and_two_fingers_zoom(browser: Browser, site) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(
        base_url=site.url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto("/explore?focus=unit/soc-trang&lang=en")
    drawn(page)
    page.locator("[data-stage]").scroll_into_view_if_needed()
    page.touchscreen.tap(*point(page, PLATFORM))
    expect(page.locator("[data-panel] h2")).to_have_text("akachain")
    scale = f"{STAGE}.scale"
    before = page.evaluate(scale)
    surface = page.locator("[data-surface]").bounding_box()
    assert surface
    x, y = surface["x"] + surface["width"] / 2, surface["y"] + surface["height"] / 2
    wire = context.new_cdp_session(page)
    for kind, apart in (("touchStart", 20), ("touchMove", 50), ("touchMove", 90)):
        fingers = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate(scale) > before * 1.5
    context.close()


def test_suggestions_are_as_of_the_day_of_the_page(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?lang=en&asOf=2021")
    page.locator("#add").fill("akachain")
    expect(page.get_by_role("option").first).to_contain_text("akachain")
    page.goto(page.url.replace("asOf=2021", "asOf=2020"))
    with page.expect_response(lambda answer: "/search?" in answer.url) as asked:
        page.locator("#add").fill("akachain")
    assert PLATFORM not in asked.value.text()
