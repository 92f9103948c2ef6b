"""Strategy: journeys in a real headless Chromium against a real `vndx serve` on the real record.

No browser on this machine: the tests are skipped and say so, but where the environment variable CI is set
they fail instead. Every page is watched: a request to another host, an error on the console or a report of
the Content-Security-Policy fails its test.

A context of the browser costs more than most tests (processes, caches that are empty), so tests share two,
with scripts and without: each test opens its own pages there, and leaves no cookie, permission or storage
behind.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "http"))

from running import Service, serve  # noqa: E402

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def site(release: Path) -> Iterator[Service]:
    """The service on the real record. Pages are what is tested, and the machine may be busy."""
    with serve("--timeout", "60", release=release) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium from PATH."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        reason = f"no browser: none of {', '.join(NAMES)} is on PATH"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser, site: Service) -> Iterator[dict[bool, BrowserContext]]:
    """The contexts that tests share, by whether scripts run there."""
    shared = {
        scripts: browser.new_context(base_url=site.url, java_script_enabled=scripts, locale="vi-VN")
        for scripts in (True, False)
    }
    yield shared
    for context in shared.values():
        context.close()


@pytest.fixture
def visit(contexts: dict[bool, BrowserContext], site: Service) -> Iterator[Callable[..., Page]]:
    """Open a page: `visit(path, width=1280)`. In the end the test fails for what the page complained of."""
    pages: list[Page] = []
    complaints = []

    def open_page(
        path: str, *, width: int = 1280, scripts: bool = True, scheme: str = "light", allowed: str = "\0"
    ) -> Page:
        page = contexts[scripts].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

        def abroad(address: str) -> None:
            if not address.startswith((site.url, "data:", "blob:")):
                complaints.append(f"request to another host: {address}")

        page.on("request", lambda request: abroad(request.url))
        page.on("pageerror", lambda error: complaints.append(f"error in a script: {error}"))

        def spoken(kind: str, text: str) -> None:
            if kind in ("error", "warning") and allowed not in text:
                complaints.append(f"console: {text}")

        page.on("console", lambda said: spoken(said.type, said.text))
        page.goto(path)
        return page

    yield open_page
    for page in pages:
        forget(page, site.url)
    assert complaints == []


def forget(page: Page, origin: str) -> None:
    """Close the page, when all that is kept for `origin` beyond the page is gone from its context."""
    page.context.clear_permissions()
    everything = {"origin": origin, "storageTypes": "all"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)
    page.close()
    page.context.clear_cookies()
