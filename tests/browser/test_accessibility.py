"""Pictures by the rules of WCAG 2.2 AA as far as axe-core sees them, and the whole explorer by keyboard.

axe-core is a package of `package.json` for tests only; where it is not installed the tests are skipped, but
where the environment variable CI is set they fail instead.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/explore",
    "/explore?focus=unit/soc-trang&strength=example",
    "/explore?focus=unit/soc-trang&explain=platform/akachain~unit/soc-trang&release=0123abcd",
    "/explore?from=person/nguyen-manh-hung&to=platform/akachain",
    "/views",
    "/views/meetings",
    "/views/meetings?group=1",
    "/views/uses",
    "/views/posts",
    "/views/map?by=statements&at=2020-12-31",
    "/views/map?by=dan-so",
    "/views/timeline",
)


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed: run `npm ci`")
        pytest.skip("axe-core is not installed: run `npm ci`")
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """What axe-core complains of: rule, how often, and the first element."""
    # Through the debugging protocol, so that the policy of the page need not be loosened.
    page.evaluate(axe + "; undefined")
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],  # nobody reads the list of what passed
    }
    found: list[dict[str, Any]] = page.evaluate(
        "o => axe.run(document, o).then((r) => r.violations)", options
    )
    return [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:160]} "
        f"{one['nodes'][0].get('failureSummary', '')[:300]}"
        for one in found
    ]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", PAGES)
def test_no_page_of_pictures_has_a_violation(visit, axe: str, address: str, width: int) -> None:  # type: ignore[no-untyped-def]
    page, complaints = None, {}
    for language, theme in (
        (("vi", "light"), ("en", "dark")) if width == 360 else (("en", "light"), ("vi", "dark"))
    ):
        chosen = f"{address}{'&' if '?' in address else '?'}lang={language}&theme={theme}"
        if page is None:
            page = visit(chosen, width=width)
        else:
            page.goto(chosen)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if found := violations(page, axe):
            complaints[language, theme] = found
    assert complaints == {}


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Presses Tab until what is focused matches `selector`."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_every_stop_of_tab_in_a_picture_has_a_name(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/views/meetings")
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    stops = page.locator("[data-stage] :is(a, button, input, [tabindex]):not([tabindex='-1'])")
    named = stops.evaluate_all("all => all.map((one) => one.ariaLabel || one.innerText)")
    assert len(named) == 4 and all(named)


def test_the_whole_journey_by_keyboard(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?lang=en")
    # Search
    tab_to(page, "#add")
    page.keyboard.type("soc trang")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**focus=**")
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    focus = page.url.partition("focus=")[2].partition("&")[0]
    # Expand
    tab_to(page, "[data-surface]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    count = page.locator("tr[data-node]").count()
    page.keyboard.press("e")
    expect(page.locator("tr[data-node]")).not_to_have_count(count)
    assert "expanded=" in page.url
    # Read an edge
    tab_to(page, "tr[data-edge] a[data-explain]", most=600)
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel] [data-explains]").first).to_be_visible()
    expect(page.locator("[data-panel]")).to_be_focused()
    # Find a path
    page.locator("#connecting > summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, "#from")
    page.keyboard.type("nguyen manh hung")
    expect(page.locator("#from-list [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "#to")
    page.keyboard.type("akachain")
    expect(page.locator("#to-list [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "[data-connect] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=person/nguyen-manh-hung&to=platform/akachain**")
    expect(page.locator(".chain").first).to_contain_text("akachain")
    expect(page.locator('.chain a[href^="/doc/evidence/"]').first).to_be_visible()
    assert focus
    # Export
    tab_to(page, "[data-png] button", most=600)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = tmp_path / "picture.png"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"\x89PNG")
    assert int.from_bytes(file.read_bytes()[16:20], "big") >= 480


def test_filters_apply_as_they_change_and_stand_in_the_address(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=unit/soc-trang&lang=en")
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    stage = "document.querySelector('[data-stage]').stage"
    before = page.evaluate(f"{stage}.places")
    page.locator("#sifting > summary").click()
    page.locator("#sift-strength").focus()
    page.locator("#sift-strength").select_option("example")
    page.wait_for_url("**strength=example**")
    expect(page.locator("tr[data-node]")).not_to_have_count(len(before))
    after = page.evaluate(f"{stage}.places")
    assert 1 < len(after) < len(before)
    assert after == {node: before[node] for node in after}, "nothing moved"
    expect(page.locator("#sift-strength")).to_be_focused()
    slider = page.locator("#sift-since-slide")
    slider.focus()
    page.keyboard.press("End")
    assert page.locator("#sift-since").input_value() != ""
    page.keyboard.press("Enter")
    page.wait_for_url("**since=**")
    page.locator("[data-legend] label", has_text="platform").click()
    assert "hide=platform" in page.url
    taken = page.locator(".take-away a", has_text="CSV")
    expect(taken, "files hold what the picture shows").to_have_attribute("href", re.compile("hide=platform"))
    page.reload()
    expect(page.locator("[data-legend] input[value=platform]")).to_be_checked()
    page.get_by_role("link", name="Clear filters").first.click()
    expect(page.locator("tr[data-node]:not([hidden])").first).to_be_visible()
    page.wait_for_url(lambda url: "strength" not in url)
    assert "hide=platform" in page.url, "what the legend hides stays hidden until it is shown"
