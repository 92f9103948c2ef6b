"""Names made to do harm, on a page of every kind: shown as the text they are, and nothing else happens.

The record is the smallest that holds one of everything; each of its labels is wrapped in markup, scripts, a
link that would run, marks that turn writing round, or ten thousand letters.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from loaders.building import build

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "http"), str(ROOT / "tests" / "unit")]

import minirecord  # noqa: E402
from running import Service, serve  # noqa: E402

pytestmark = pytest.mark.browser

MARKUP = (
    "<img src=x onerror=hacked=1></title></script><script>hacked=1</script><style>*{display:none}</style>"
)
LINK = "javascript:hacked=1 href='javascript:hacked=1' \\\" onmouseover=hacked=1 x=\\\""
TURNED = "\u202etxet denrut\u2066\u200f"
LONG = "Dài" * 3400
FORMS = (MARKUP + " NAME", LINK + " NAME", "NAME" + TURNED, "NAME " + LONG, "{{7*7}} NAME")

SLUG = minirecord.SLUG
PAGES = (
    "/",
    "/doc/person/an",
    "/doc/person/binh",
    "/doc/organization/bo",
    "/doc/organization/cong-ty-c",
    "/doc/post/bo-truong-bo",
    "/doc/platform/nen-tang-a",
    "/doc/platform/nen-tang-b",
    "/doc/indicator/ho-co-mang",
    "/doc/document/luat",
    f"/doc/source/{SLUG}",
    f"/doc/meeting/{SLUG}",
    f"/doc/participation/{SLUG}-an",
    f"/doc/tenure/{SLUG}-an-bo-truong",
    f"/doc/act/{SLUG}-a",
    f"/doc/act/{SLUG}-ho-tro",
    f"/doc/statement/{SLUG}-a-van-hanh",
    f"/doc/observation/{SLUG}-ho",
    "/doc/unit/mot",
    "/doc/unit/hai-2025",
    "/doc/change/mot-hai",
    "/doc/evidence/luat-dieu-1",
    "/doc/concept/sector-health",
    "/doc/concept/scheme-strength",
    "/search?q=An",
    "/dataset",
    "/sparql?query=SELECT+%3Fs+%3Fname+%7B+%3Fs+"
    "%3Chttp%3A%2F%2Fwww.w3.org%2F2000%2F01%2Frdf-schema%23label%3E+%3Fname+%7D+LIMIT+400",
    "/doc/person/%3Cscript%3E",
    "/explore?focus=person/an",
    "/views/meetings",
)


def hostile(text: str) -> str:
    """The Turtle with every label made hostile, by turns in one of the forms."""
    count = iter(range(10_000))

    def worse(match: re.Match[str]) -> str:
        form = FORMS[next(count) % len(FORMS)]
        return f'"{form.replace("NAME", match[1])}"@{match[2]}'

    head, body = text[: text.rindex("@prefix")], text[text.rindex("@prefix") :]
    first, rest = body.split("\n", 1)
    return head + first + "\n" + re.sub(r'"([^"\n]*)"@(vi|en)', worse, rest)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("hostile")
    texts = {name: hostile(text) for name, text in minirecord.files().items()}
    build(minirecord.write(folder / "data", texts), folder / "release")
    with serve(release=folder / "release") as running:
        yield running


@pytest.fixture(scope="module")
def context(browser: Browser, attacked: Service) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=attacked.url, viewport={"width": 360, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("address", PAGES)
def test_hostile_names_are_text(page: Page, address: str) -> None:
    complaints: list[str] = []
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text) if said.type == "error" and "404" not in said.text else None
        ),
    )
    page.on(
        "request",
        lambda request: complaints.append(request.url) if request.url.endswith("/x") else None,
    )
    for language in ("vi", "en"):
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        assert page.evaluate("typeof hacked") == "undefined"
        assert (
            page.locator("img[src=x], main style, main script:not([type]), [onmouseover], [onerror]").count()
            == 0
        )
        assert page.locator("a[href^='javascript:' i]").count() == 0
        assert page.locator("h1").is_visible()
        assert page.locator("footer.site").is_visible(), "what comes after a hostile name is still there"
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0
    assert complaints == []


def test_the_names_are_there_as_they_are(page: Page) -> None:
    page.goto("/questions")
    page.goto(f"/doc/meeting/{SLUG}")
    text = page.locator("body").text_content() or ""
    assert "<img src=x onerror=hacked=1>" in text
    assert "javascript:hacked=1" in text
    assert LONG[:900] in text
    assert "{{7*7}}" in text
    assert TURNED in text
    isolated = page.evaluate(
        "[...document.querySelectorAll('main a, main h1')].every("
        "(e) => getComputedStyle(e).unicodeBidi === 'isolate' || getComputedStyle(e).display === 'none')"
    )
    assert isolated, "a mark in a name may not turn round what stands beside it"
