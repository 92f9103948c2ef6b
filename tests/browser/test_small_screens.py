"""Pages on a phone: what a reader sees first, what is folded, and that nothing is cut."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), [(360, "vi"), (1280, "en")])
def test_the_days_of_the_explorer_are_in_its_filter(visit, width, language) -> None:  # type: ignore[no-untyped-def]
    page = visit(f"/explore?focus=unit/ben-tre&lang={language}", width=width)
    fields = page.locator("main input[type=date]")
    expect(fields).to_have_count(3)
    for number in range(3):
        expect(fields.nth(number)).to_be_hidden()
    page.locator("#sifting > summary").click()
    for number in range(3):
        expect(fields.nth(number)).to_be_visible()
    since, until = (fields.nth(number).bounding_box() for number in range(2))
    assert since and until
    assert since["y"] == until["y"], "side by side, not one under the other"
    page.fill("#asof", "2020-08-01")
    page.press("#asof", "Enter")
    page.wait_for_url("**asOf=2020-08-01**")
    expect(page.locator("div.asof")).to_contain_text("1/8/2020" if language == "vi" else "1 August 2020")
    page.locator("#sifting > summary").click()
    expect(page.locator("#asof")).to_have_value("2020-08-01")


def test_english_pages_name_articles_and_keep_what_is_printed(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/doc/document/nghi-quyet-202-2025-qh15?lang=en", width=360)
    cited = page.locator("section[aria-labelledby=cited]")
    expect(cited.locator("a", has_text=re.compile("^Article 1, Clause 8$"))).to_have_attribute(
        "title", re.compile(r", Article 1, Clause 8 \(Điều 1, khoản 8\)$")
    )
    assert not cited.get_by_text(re.compile("^điều", re.IGNORECASE)).count()


SHIFTS = """() => new Promise((done) => {
  let moved = 0;
  const told = (list) => list.getEntries().forEach((entry) => { moved += entry.value; });
  new PerformanceObserver(told).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(moved), 300);
})"""
"""How much of the page has moved since it was opened, as Chromium counts it."""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ["/explore?focus=person/nguyen-manh-hung", "/views/meetings"])
def test_nothing_moves_when_a_picture_is_drawn(visit, address, width) -> None:  # type: ignore[no-untyped-def]
    page = visit(address, width=width)
    expect(page.locator("[data-stage] canvas")).to_be_visible()
    assert page.evaluate(SHIFTS) < 0.02


def test_without_script_no_room_is_kept_for_a_picture(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=person/nguyen-manh-hung", scripts=False)
    assert page.locator("[data-stage]").bounding_box() is None
    assert page.locator("[data-history]").bounding_box() is None


def test_days_of_the_timeline_stand_on_one_line(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/views/timeline?lang=en")
    assert "30 December 2020" in page.locator(".timeline time").all_inner_texts()
    lines = page.evaluate(
        "[...document.querySelectorAll('.timeline time')].map((e) => e.getClientRects().length)"
    )
    assert set(lines) == {1}


def test_days_and_sliders_of_the_filter_stand_in_one_row(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?focus=person/nguyen-manh-hung&lang=vi")
    page.locator("#sifting > summary").click()
    labels = page.locator(".time > p:not(.whole) > label")
    expect(labels).to_have_count(4)
    tops = [labels.nth(number).bounding_box()["y"] for number in range(4)]
    assert max(tops) - min(tops) <= 2


def test_a_suggestion_has_room_for_its_name(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?lang=en", width=360)
    page.locator("#add").press_sequentially("thai nguyen")
    expect(page.locator("#add-list small").first).to_contain_text("until 30 June 2025")
    name = page.locator("#add-list bdi").first
    assert name.evaluate("(one) => one.getClientRects().length") == 1, "it stands on one line"
    beside = page.locator("#add-list small").first.bounding_box()
    assert beside["x"] + beside["width"] <= 344


def test_names_to_start_from_stand_apart(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("/explore?lang=en", width=360)
    first, second = (page.locator(".explained li").nth(number).bounding_box() for number in range(2))
    assert second["y"] - (first["y"] + first["height"]) >= 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_view_offers_a_link_that_names_its_release(visit, scheme) -> None:  # type: ignore[no-untyped-def]
    for address in ("/views/meetings", "/views/map?by=meetings&at=2025-06-30", "/explore?focus=unit/ben-tre"):
        page = visit(address, width=360, scheme=scheme)
        link = page.locator("a[rel=bookmark]")
        expect(link).to_have_count(1)
        box = link.bounding_box()
        assert box
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= 360
        query = address.partition("?")[2].replace("&", ".*")
        expect(link).to_have_attribute("href", re.compile(rf"{query}.*[?&]release=[0-9a-f]{{64}}$"))
