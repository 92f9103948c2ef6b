"""Journeys through the pages as a reader makes them, on a small and on a large screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PAGES = (
    "/",
    "/doc/person/nguyen-manh-hung",
    "/doc/unit/ben-tre",
    "/doc/meeting/soc-trang-2021-01-04",
    "/doc/source/soc-trang-2021-01-04",
    "/doc/observation/soc-trang-2021-01-04-chi-cntt-2020",
    "/questions",
    "/questions/vo-so",
    "/search?q=vo+so",
    "/ontology",
    "/dataset",
    "/sparql",
)

# Targets smaller than 24 px by 24 px, without those inside a sentence or a line of text, which are exempt
# (WCAG 2.2, success criterion 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "header a, button, input, select, summary, .evidence a, aside a")]
  .filter((e) => e.offsetParent)
  .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([text, box]) => `${text}: ${Math.round(box.width)} by ${Math.round(box.height)}`)"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_their_screen(visit: Visit, path: str, width: int) -> None:
    page = visit(path, width=width)
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    expect(page.locator("h1")).to_be_visible()


def test_from_home_to_the_evidence(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("main").get_by_role("searchbox").fill("vo so")
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("link", name="Vỏ sò", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vỏ sò")
    row = page.get_by_role("row").filter(has_text="nêu như ví dụ")
    expect(row).to_contain_text("Nguyễn Mạnh Hùng")
    row.get_by_role("link", name=re.compile("đoạn 23")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("đoạn 23")
    expect(page.get_by_text("hashlib.sha256")).to_be_visible()


def test_the_language_switch_keeps_the_page_and_is_kept(visit: Visit) -> None:
    page = visit("/doc/person/nguyen-manh-hung")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.get_by_role("navigation", name="Ngôn ngữ").get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Posts as attested")).to_be_visible()
    page.get_by_role("link", name="Minister of Information and Communications").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_theme_switch(visit: Visit) -> None:
    page = visit("/questions", scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("navigation", name="Màu trang").get_by_role("link", name="Tối").click()
    assert page.evaluate(paper) != light
    assert "theme" not in page.url
    page.goto("/")
    assert page.evaluate(paper) != light


def test_the_system_theme_is_followed(visit: Visit) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    assert visit("/", scheme="dark").evaluate(paper) != visit("/", scheme="light").evaluate(paper)


def test_a_question_with_its_live_answer(visit: Visit) -> None:
    page = visit("/questions")
    page.get_by_role("link", name=re.compile("từ hai cuộc họp trở lên")).click()
    expect(page.get_by_role("link", name="Nguyễn Mạnh Hùng")).to_be_visible()
    page.get_by_role("link", name="Mở trong trình soạn SPARQL").click()
    expect(page.locator(".CodeMirror")).to_contain_text("COUNT")
    expect(page.locator("#outcome")).to_contain_text("Nguyễn Mạnh Hùng")


def test_the_editor_runs_a_query(visit: Visit) -> None:
    page = visit("/sparql")
    expect(page.locator(".CodeMirror")).to_contain_text("SELECT")
    page.get_by_role("button", name="Chạy").click()
    outcome = page.locator("#outcome")
    expect(outcome.get_by_role("link", name="tỉnh Bến Tre")).to_be_visible()
    expect(outcome.get_by_role("link", name=re.compile("đoạn 23"))).to_be_visible()
    assert "query=" in page.url


def test_the_editor_runs_by_keyboard_and_tells_what_is_wrong(visit: Visit) -> None:
    page = visit("/sparql", allowed="400 (Bad Request)")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?x WHERE nonsense")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("không đúng cú pháp")


def test_an_example_is_put_into_the_editor_and_run(visit: Visit) -> None:
    page = visit("/sparql")
    page.get_by_text("Ví dụ").click()
    page.get_by_role("link", name=re.compile("vận hành sàn thương mại điện tử")).click()
    expect(page.locator(".CodeMirror")).to_contain_text("role-operated-by")
    expect(page.locator("#outcome").get_by_role("link", name="Viettel")).to_be_visible()


def test_without_scripts_the_form_asks_and_answers(visit: Visit) -> None:
    page = visit("/sparql", scripts=False)
    page.get_by_label("Câu truy vấn").fill("SELECT (2 + 3 AS ?five) {}")
    page.get_by_role("button", name="Chạy").click()
    expect(page.get_by_role("cell", name="5", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_query_is_saved_under_an_address(visit: Visit, scripts: bool) -> None:
    page = visit("/sparql?lang=en", scripts=scripts)
    page.get_by_role("button", name="Save link").click()
    page.wait_for_url(re.compile("/q/1[-_A-Za-z0-9]+$"))
    expect(page.get_by_role("heading", level=2).first).to_contain_text(
        "The same answer as when it was pinned"
    )
    expect(page.get_by_label("Permanent address")).to_have_value(page.url)
    if scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.url
    else:
        expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit("/doc/platform/vo-so")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Tới nội dung")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
