"""Pictures: how soon they are there, what they cost a browser, what a page transfers, how a view is drawn.

The browser is a headless Chromium from PATH, driven by Playwright; where there is none those rows say so.
"""

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import psutil
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store

from bench import reconcile, servers, synthetic
from loaders.derive import rules
from ontology.iri import mint
from ontology.namespaces import STANDARD

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_RULES: Final = ("met-with", "attended-with", "recommended-to", "recommended-by", "participant")
_LARGE: Final = 680_000
"""Triples before derived edges, of which there are half as many again: together a million."""
_DRAWN: Final = 376_000
"""Triples before derived edges that make a network of 5,000 nodes."""
_PAGES: Final = {
    "home": "/",
    "person": "/doc/person/nguyen-manh-hung",
    "explorer": "/explore",
    "explorer, a neighbourhood": "/explore?focus=person/nguyen-manh-hung",
    "view": "/views/meetings",
    "map": "/views/map",
    "timeline": "/views/timeline",
    "search": "/search?q=vo+so",
    "SPARQL editor": "/sparql",
}
_PAINTED: Final = """() => new Promise((done) => {
  const look = () => requestAnimationFrame(
    document.querySelector("[data-stage]")?.stage ? () => requestAnimationFrame(done) : look
  );
  look();
})"""
"""Script that waits until the picture is there and has been painted."""

_RUNS: Final = 5
_ASKED: Final = 20


def run() -> str:
    """One Markdown section."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = folder / "large.nt"
        triples = _data(large, _LARGE, _RULES)
        with reconcile.served(folder / "record") as small:
            answers = [_answers(small, "the record", _record_things(small))]
            pages = _pages(small)
        with servers.vndx(large) as server:
            big = server.endpoint.removesuffix("/sparql")
            answers.append(_answers(big, f"{triples:,} triples", _synthetic_things()))
            pictures = _pictures(big)
        drawn = _drawn(folder)
    return "\n".join(
        [
            "## Pictures",
            "",
            f"`/api/neighbours` of {_ASKED} things not asked for before, ms; then the same once more.",
            "",
            "| graph | median | most | again |",
            "| --- | --- | --- | --- |",
            *answers,
            "",
            f"The explorer in Chromium, medians of {_RUNS} runs, each in a browser profile of its own.",
            "",
            "| nodes | first picture, s | CPU of Chromium, s |",
            "| --- | --- | --- |",
            *pictures,
            "",
            "What a first visit transfers, compressed; vis-network and the editor come with the pages that",
            "need them, the map is drawn by the server.",
            "",
            "| page | JavaScript, kB | all of the page, kB |",
            "| --- | --- | --- |",
            *pages,
            "",
            "`vndx draw meetings` of a made-up graph, whole command.",
            "",
            "| nodes | ties | format | s |",
            "| --- | --- | --- | --- |",
            *drawn,
            "",
        ]
    )


def _data(path: Path, triples: int, names: Sequence[str]) -> int:
    """Made-up meetings with the edges that the rules `names` derive from them; how many triples that is."""
    synthetic.write(path, triples)
    store = Store()
    store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
    for name in names:
        found: Any = store.query(rules()[name])
        store.bulk_extend(Quad(one.subject, one.predicate, one.object) for one in found)
    store.dump(str(path), format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return len(store)


def _record_things(address: str) -> list[str]:
    """Things of the record, spread over all that are drawn."""
    kinds = [mint(kind, "x")[:-1] for kind in ("person", "unit", "platform", "organization", "meeting")]
    query = "SELECT DISTINCT ?thing { ?thing <" + STANDARD["rdfs"] + "label> ?label } ORDER BY ?thing"
    asked = {"query": query, "format": "csv"}
    answer = httpx.get(address + "/sparql", params=asked, trust_env=False, timeout=60)
    listed = [name for name in answer.text.split()[1:] if name.startswith(tuple(kinds)) and "#" not in name]
    return listed[:: max(1, len(listed) // _ASKED)][:_ASKED]


def _synthetic_things() -> list[str]:
    each = _ASKED // 4
    return [
        mint(kind, f"{letter}{number}")
        for kind, letter in (("person", "p"), ("unit", "u"), ("platform", "x"), ("meeting", "m"))
        for number in range(1, each + 1)
    ]


def _answers(address: str, name: str, things: Sequence[str]) -> str:
    first: list[float] = []
    again: list[float] = []
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        # What is the same for all (how relations read) is fetched with the very first.
        client.get("/api/neighbours", params={"id": mint("unit", "viet-nam")})
        client.get("/api/neighbours", params={"id": mint("unit", "u60")})
        for times in (first, again):
            for thing in things:
                start = time.perf_counter()
                client.get("/api/neighbours", params={"id": thing}).raise_for_status()
                times.append((time.perf_counter() - start) * 1000)
    return f"| {name} | {statistics.median(first):.0f} | {max(first):.0f} | {statistics.median(again):.0f} |"


@contextmanager
def _browser() -> Iterator[Any]:
    """A headless Chromium; None where there is none."""
    executable = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if executable is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield browser
        browser.close()


def _chromium_cpu() -> float:
    """CPU seconds so far of all processes of the browser."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                times = process.cpu_times()
                total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


def _pictures(address: str) -> list[str]:
    """How soon a neighbourhood of so many nodes is drawn, from asking for the page on."""
    with _browser() as browser:
        if browser is None:
            return ["| no Chromium on PATH | | |"]
        return [_picture(browser, address, wanted) for wanted in (200, 1000)]


def _picture(browser: Any, address: str, wanted: int) -> str:
    focus = _wide(address, wanted)
    path = "/explore?" + "&".join(f"focus={quote(name)}" for name in focus) + "&lang=vi"
    httpx.get(address + path, headers={"Accept": "text/html"}, trust_env=False, timeout=60)
    seconds, cpu, nodes = [], [], 0
    for _ in range(_RUNS):
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto("about:blank")
        before, start = _chromium_cpu(), time.perf_counter()
        page.goto(address + path, wait_until="commit")
        page.evaluate(_PAINTED)
        seconds.append(time.perf_counter() - start)
        page.wait_for_load_state("networkidle")
        cpu.append(_chromium_cpu() - before)
        nodes = page.evaluate("Object.keys(document.querySelector('[data-stage]').stage.places).length")
        page.context.close()
    return f"| {nodes:,} | {statistics.median(seconds):.2f} | {statistics.median(cpu):.2f} |"


def _wide(address: str, wanted: int) -> list[str]:
    """So many units that their neighbourhoods together have `wanted` nodes or a few more."""
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        for count in range(1, 60):
            names = [mint("unit", f"u{number}") for number in range(count)]
            found = client.get("/api/neighbours", params={"id": names}).json()
            if len(found["nodes"]) >= wanted:
                return [name.rpartition("/id/")[2] for name in names]
    raise RuntimeError(f"there is no neighbourhood of {wanted} nodes")


def _pages(address: str) -> list[str]:
    with _browser() as browser:
        if browser is None:
            return ["| no Chromium on PATH | | |"]
        return [_page(browser, address, name, path) for name, path in _PAGES.items()]


def _page(browser: Any, address: str, name: str, path: str) -> str:
    """Bytes as they come over the wire, headers included."""
    page = browser.new_context().new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    wire.on(
        "Network.loadingFinished",
        lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}),
    )
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    script = sum(size for request, size in sizes.items() if kinds.get(request) == "Script")
    page.context.close()
    return f"| {name} | {script / 1000:.0f} | {sum(sizes.values()) / 1000:.0f} |"


def _drawn(folder: Path) -> list[str]:
    release = folder / "drawn"
    release.mkdir()
    _data(folder / "drawn.nt", _DRAWN, ("participant",))
    (folder / "drawn.nt").rename(release / "quads.nq")
    (release / "manifest.json").write_text(json.dumps({"digest": "0" * 64}), encoding="utf-8")
    command = [str(servers.BIN / "vndx"), "draw", "meetings", "--release", str(release), "--out"]
    subprocess.run([*command, str(folder / "view.json")], check=True, stdout=subprocess.DEVNULL)
    made = json.loads((folder / "view.json").read_bytes())
    rows = []
    for extension in ("svg", "html", "graphml", "gexf"):
        start = time.perf_counter()
        out = str(folder / f"view.{extension}")
        subprocess.run([*command, out], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        rows.append(f"| {len(made['nodes']):,} | {len(made['edges']):,} | {extension} | {seconds:.1f} |")
    return rows
