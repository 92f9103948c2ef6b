"""Views in a browser, and the file that opens with the network unplugged."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.views.networks import VIEWS

pytestmark = pytest.mark.browser

STAGE = "document.querySelector('[data-stage]').stage"
THING = "https://w3id.org/vndx/id/"


def ready(page: Page) -> None:
    expect(page.locator("[data-stage] canvas")).to_be_visible()


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_drawn_where_the_server_put_it(visit, name) -> None:  # type: ignore[no-untyped-def]
    page = visit(f"/views/{name}?lang=en")
    ready(page)
    nodes = page.evaluate("JSON.parse(document.getElementById('picture-data').textContent).nodes")
    places = page.evaluate(f"{STAGE}.places")
    assert places == {node["id"]: {"x": node["x"], "y": node["y"]} for node in nodes}
    page.wait_for_timeout(300)
    assert page.evaluate(f"{STAGE}.places") == places, "nothing moves by itself"


def test_a_chosen_tie_is_read_beside_the_picture(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/views/recommendations?lang=en")
    ready(page)
    edge = f"recommendedTo {THING}platform/akachain {THING}unit/soc-trang"
    page.evaluate(f"id => {STAGE}.select({{ edge: id }})", edge)
    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text("recommended")
    expect(panel.locator('a[href^="/doc/act/soc-trang-2021-01-04"]').first).to_be_visible()
    expect(page.locator("tr[aria-current=true]")).to_have_attribute("data-edge", edge)


def test_a_chosen_row_chooses_in_the_picture(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/views/meetings?lang=vi")
    ready(page)
    row = page.locator(f'tr[data-node="{THING}person/nguyen-manh-hung"]')
    row.locator("td").first.click()
    assert page.evaluate(f"{STAGE}.selected.node") == f"{THING}person/nguyen-manh-hung"
    expect(page.locator("[data-panel] h2")).to_contain_text("Nguyễn Mạnh Hùng")


def test_a_double_click_goes_to_the_explorer(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/views/recommendations?lang=vi")
    ready(page)
    at = page.evaluate(f"id => {STAGE}.point(id)", f"{THING}unit/soc-trang")
    surface = page.locator("[data-surface]").bounding_box()
    assert surface
    page.mouse.dblclick(surface["x"] + at["x"], surface["y"] + at["y"])
    page.wait_for_url("**/explore?focus=**soc-trang**")


@pytest.fixture(scope="module")
def unplugged(browser: Browser) -> Iterator[BrowserContext]:
    """A context with the network off."""
    context = browser.new_context(offline=True, locale="vi-VN")
    yield context
    context.close()


def offline(
    site, unplugged: BrowserContext, tmp_path: Path, address: str
) -> tuple[Page, list[str], list[str]]:  # type: ignore[no-untyped-def]
    """The downloaded file, opened from disk with the network off; every request and complaint is listed."""
    file = tmp_path / "picture.html"
    file.write_bytes(httpx.get(site.url + address, trust_env=False).content)
    page = unplugged.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(file.as_uri())
    expect(page.locator("canvas")).to_be_visible()
    return page, [url for url in asked if url != file.as_uri() and not url.startswith("data:")], wrong


@pytest.mark.parametrize("name", VIEWS)
def test_the_offline_file_opens_with_the_network_unplugged(site, unplugged, tmp_path, name) -> None:  # type: ignore[no-untyped-def]
    page, asked, wrong = offline(site, unplugged, tmp_path, f"/views/{name}.html?lang=vi")
    assert asked == []
    assert wrong == []
    # It is painted with the next frame, which may come late; never means a timeout here.
    page.wait_for_function(
        "() => { const c = document.querySelector('canvas'); const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; return d.some((v, i) => i % 4 === 3 && v > 0); }"
    )
    expect(page.locator("tr[data-id]").first).to_be_visible()
    expect(page.get_by_text("CC BY 4.0").first).to_be_visible()
    page.close()


def test_the_offline_file_is_dark_where_the_reader_is(browser: Browser, tmp_path: Path, site) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "picture.html"
    file.write_bytes(httpx.get(f"{site.url}/views/meetings.html", trust_env=False).content)
    shades = {}
    for scheme in ("light", "dark"):
        page = browser.new_context(offline=True, color_scheme=scheme).new_page()  # type: ignore[arg-type]
        page.goto(file.as_uri())
        colours = "getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color"
        background, ink = page.evaluate(f"[{colours}].map((c) => Number(c.match(/\\d+/)[0]))")
        canvas = page.evaluate("getComputedStyle(document.querySelector('.canvas')).backgroundColor")
        shades[scheme] = (background > ink, "255" in canvas)
        page.context.close()
    assert shades == {"light": (True, True), "dark": (False, False)}
