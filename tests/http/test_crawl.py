"""Nothing leads nowhere: every IRI of every graph, and every link of every page, answers.

All IRIs are asked for as data. As pages, and link by link, so many of each kind are followed as keep the test
short; which ones is the same every time.
"""

import html
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rdflib.compare import isomorphic, to_isomorphic
from running import Service, serve

from loaders.release import open_release
from ontology.namespaces import BASE, STANDARD, THING, VOCABULARY
from service.formats import GRAPHS
from service.problems import CODES
from visual.words import word

RDFS = STANDARD["rdfs"]
PAGES_PER_KIND = 6
"""So many pages of one kind of address are fetched and read for links."""
PICKED_PER_KIND = 16
"""So many IRIs of one kind are asked for as pages."""
HEADS_PER_KIND = 40
"""So many further addresses of one kind are asked for with HEAD."""
SAMPLES = (
    "/doc/platform/vo-so",
    "/doc/unit/ben-tre",
    "/doc/meeting/soc-trang-2021-01-04",
    "/doc/evidence/ben-tre-2020-07-17-4626-4797",
    "/doc/concept/strength-example",
    "/doc/change/vinh-long-2025",
    "/graph/units",
    "/dataset",
    "/ontology",
)
"""Addresses whose formats are compared triple by triple."""


class Links(HTMLParser):
    """The addresses that a page leads to, and the anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if given.get("id"):
            self.anchors.add(given["id"] or "")
        for name in ("href", "src"):
            if given.get(name):
                self.found.append(given[name] or "")


def kind(path: str) -> str:
    """The kind of an address, of which so many are followed: its folder, extension, and whether it asks."""
    name, _, query = path.partition("?")
    parts = name.strip("/").split("/")
    folder = "/".join(parts[:-1])
    extension = parts[-1].rpartition(".")[2] if "." in parts[-1] else ""
    return f"/{folder} {extension} {'?' if query else ''}" if folder else name + ("?" if query else "")


def sampled(paths: Iterable[str], most: int) -> list[str]:
    """At most `most` addresses of each kind, spread over all there are."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for path in sorted(set(paths)):
        by_kind[kind(path)].append(path)
    return [path for found in by_kind.values() for path in found[:: -(-len(found) // most)]]


def everyone(ask: Callable[[str], str], paths: Iterable[str]) -> list[str]:
    """What `ask` complains of."""
    with ThreadPoolExecutor(4) as pool:
        return [complaint for complaint in pool.map(ask, paths) if complaint]


@pytest.fixture(scope="module")
def quads(release: Path) -> list[Quad]:
    return list(parse(path=open_release(release).quads))


@pytest.fixture(scope="module")
def iris(quads: list[Quad]) -> list[str]:
    """Every IRI of ours in any place of any quad."""
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name)}
    return sorted(term.value for term in terms if isinstance(term, NamedNode) and term.value.startswith(BASE))


def path_of(iri: str) -> str:
    return "/" + urldefrag(iri).url.removeprefix(BASE)


@pytest.mark.long
def test_every_iri_of_every_graph_is_given_as_data(service: Service, iris: list[str]) -> None:
    kinds = Counter(iri.removeprefix(BASE).partition("/")[0].partition("#")[0] for iri in iris)
    assert kinds["id"] > 2000
    assert kinds["ontology"] > 100
    assert kinds["graph"] >= 9

    with service.client(follow_redirects=True, headers={"Accept": "application/n-triples"}) as client:

        def ask(path: str) -> str:
            if path.startswith("/dumps/"):
                answer = client.head(path)
                return "" if answer.status_code == 200 else f"{path}: {answer.status_code}"
            answer = client.get(path)
            if answer.status_code != 200:
                return f"{path}: {answer.status_code}"
            if path.startswith("/id/"):
                if [first.status_code for first in answer.history] != [303]:
                    return f"{path}: not 303 but {answer.history}"
                if "creativecommons.org/licenses/by/4.0" not in answer.text:
                    return f"{path}: no licence"
            # A graph is given as what stands in it, which need not be about the graph.
            told = path.startswith("/graph/") or f"<{BASE}{path[1:]}" in answer.text
            return "" if told and answer.text else f"{path}: says nothing of it"

        assert everyone(ask, sorted({path_of(iri) for iri in iris} - {"/sparql"})) == []


def test_parts_are_described_with_their_owners(client: httpx.Client, iris: list[str]) -> None:
    parts = [iri for iri in iris if iri.startswith(THING) and "#" in iri]
    assert len(parts) > 100
    for iri in parts[:: len(parts) // 10]:
        answer = client.get(path_of(iri), headers={"Accept": "application/n-triples"}, follow_redirects=True)
        assert f"\n<{iri}> <" in answer.text, iri


def test_every_term_has_its_place_on_the_page_of_the_vocabulary(
    client: httpx.Client, iris: list[str]
) -> None:
    anchors = Links(client.get("/ontology", headers={"Accept": "text/html"}).text).anchors
    named = {urldefrag(iri).fragment for iri in iris if iri.startswith(BASE + "ontology#")} - {""}
    assert len(named) > 100
    assert named <= anchors


def test_a_page_for_so_many_things_of_each_kind(service: Service, iris: list[str]) -> None:
    """With `VNDX_CRAWL=whole` in the environment, a page for every single one."""
    most = len(iris) if os.environ.get("VNDX_CRAWL") == "whole" else PICKED_PER_KIND
    chosen = sampled({path_of(iri) for iri in iris} - {"/sparql"}, most)
    chosen = [path for path in chosen if not path.startswith("/dumps/")]
    assert len({kind(path) for path in chosen}) > 18
    with service.client(follow_redirects=True, headers={"Accept": "text/html"}) as client:

        def ask(path: str) -> str:
            answer = client.get(path)
            page = answer.headers["content-type"].startswith("text/html")
            return "" if answer.status_code == 200 and page else f"{path}: {answer.status_code}"

        assert everyone(ask, chosen) == []


def test_every_problem_says_what_its_type_means(client: httpx.Client) -> None:
    for code, (status, title) in CODES.items():
        told = client.get(f"/problem/{code}").json()
        assert told == {"type": f"{BASE}problem/{code}", "title": title, "status": status}
        page = client.get(f"/problem/{code}", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert word(f"problem.{code}", "en") in html.unescape(page.text)
    assert client.get("/problem/no-such").status_code == 404


@pytest.mark.long
def test_every_link_from_the_home_page_on_leads_somewhere(service: Service) -> None:
    """Round after round: pages are read for links until no kind of address has pages left to read."""
    origin = service.url
    read: Counter[str] = Counter()
    headed: Counter[str] = Counter()
    seen: set[str] = {"/"}
    waiting = ["/"]
    complaints: list[str] = []
    with service.client(follow_redirects=True, headers={"Accept": "text/html, */*;q=0.5"}) as client:

        def visit(path: str) -> tuple[str, list[str]]:
            whole = read[kind(path)] <= PAGES_PER_KIND
            answer = client.get(path) if whole else client.head(path)
            if answer.status_code != 200:
                return f"{path}: {answer.status_code}", []
            if not whole or not answer.headers["content-type"].startswith("text/html"):
                return "", []
            links = Links(answer.text)
            here = str(answer.url)
            lost = [
                link for link in links.found if link.startswith("#") and link[1:] not in {*links.anchors, ""}
            ]
            return f"{path}: no anchor {lost}" if lost else "", [urljoin(here, link) for link in links.found]

        while waiting:
            round_ = []
            for path in waiting:
                read[kind(path)] += 1
                headed[kind(path)] += 1
                if headed[kind(path)] <= PAGES_PER_KIND + HEADS_PER_KIND:
                    round_.append(path)
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(visit, round_))
            complaints += [complaint for complaint, _ in answers if complaint]
            waiting = sorted(set(_local(origin, (link for _, found in answers for link in found))) - seen)
            seen.update(waiting)
    assert complaints == []
    assert len(seen) > 300
    assert {"/doc/person ", "/doc/evidence ", "/questions ", "/views ", "/graph "} <= {
        name.rstrip() + " " for name in read
    }


def _local(origin: str, links: Iterable[str]) -> Iterator[str]:
    """The addresses among `links` that are this service's, without fragments and without what only switches
    language or theme."""
    for link in links:
        parts = urlsplit(link)
        if not link.startswith(origin + "/"):
            continue
        query = "&".join(part for part in parts.query.split("&") if not part.startswith(("lang=", "theme=")))
        yield parts.path + (f"?{query}" if query else "")


def graph(answer: httpx.Response, format: str) -> rdflib.Graph:
    """The triples of an answer, whatever graphs they stand in."""
    engine = next(form.engine for form in GRAPHS if form.name == format)
    assert isinstance(engine, RdfFormat)
    lines = {f"{quad.triple} ." for quad in parse(answer.content, engine)}
    return rdflib.Graph().parse(data="\n".join(sorted(lines)), format="nt")


@pytest.mark.parametrize("path", SAMPLES)
def test_every_format_says_the_same(client: httpx.Client, path: str) -> None:
    told = {}
    for form in GRAPHS:
        answer = client.get(f"{path}.{form.extension}")
        assert answer.status_code == 200, form
        assert answer.headers["content-type"] == form.content_type
        told[form.name] = graph(answer, form.name)
    first = to_isomorphic(told["nt"])
    assert len(first) > 5
    for name, found in told.items():
        assert isomorphic(first, found), name


HUB = f"{THING}concept/hub"
LINKED = 4_500
"""So many statements name the hub: more than two pages of data, more than a page of HTML is written from."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A concept that many acts name, each resting on a passage of one of two sources."""
    lines = [f'<{HUB}> <{RDFS}label> "trung tâm"@vi .', f"<{HUB}> <{RDFS}seeAlso> <{HUB}#part> ."]
    lines += [f'<{HUB}#part> <{RDFS}label> "a part"@en .']
    for number in range(LINKED):
        act, passage = f"{THING}act/a{number}", f"{THING}evidence/s{number % 2}-{number}-{number + 9}"
        lines += [
            f"<{act}> <{VOCABULARY}sector> <{HUB}> .",
            f'<{act}> <{RDFS}label> "Act {number}"@en .',
            f"<{act}> <{VOCABULARY}evidence> <{passage}> .",
            f"<{passage}> <{VOCABULARY}source> <{THING}source/s{number % 2}> .",
        ]
    file = tmp_path_factory.mktemp("hub") / "hub.nt"
    file.write_text("\n".join(lines), encoding="utf-8")
    with serve("--dataset", str(file), "--workers", "1") as running:
        yield running


def test_a_hub_is_given_page_by_page(hub: Service) -> None:
    with hub.client() as client:
        path, told, told_again, pages = "/doc/concept/hub.nt", set(), set(), 0
        while path:
            answer = client.get(path)
            assert answer.status_code == 200
            assert len(answer.text.splitlines()) < 7_000
            lines = {line for line in answer.text.splitlines() if f"<{BASE}doc/" not in line}
            told_again |= told & lines
            told |= lines
            pages += 1
            links = {part["rel"]: part["url"] for part in answer.links.values()}
            assert f'"Page {pages} of 3 of {LINKED + 2} statements."@en' in answer.text
            assert ("prev" in links) == (pages > 1)
            assert client.get(path).content == answer.content
            path = links.get("next", "")
        assert pages == 3
        # Every statement stands on one page, with its passage; a passage may stand on several.
        assert len([line for line in told if f"<{VOCABULARY}sector>" in line]) == LINKED
        assert len([line for line in told if f"<{VOCABULARY}source>" in line]) == LINKED
        assert f'<{HUB}#part> <{RDFS}label> "a part"@en .' in told
        assert [line for line in told_again if f"<{VOCABULARY}sector>" in line] == []
        assert client.get("/doc/concept/hub.nt?page=4").status_code == 404
        assert client.get("/doc/concept/hub.nt?page=x").status_code == 400


def test_the_page_of_a_hub_is_short_and_leads_to_all_of_it(hub: Service) -> None:
    with hub.client(headers={"Accept": "text/html", "Accept-Language": "en"}) as client:
        first = client.get("/doc/concept/hub")
        assert len(first.content) < 300_000
        assert "There are 4,502 statements of this" in first.text
        path, acts = "/doc/concept/hub?section=everything", set()
        while path:
            page = client.get(path).text
            assert len(page) < 300_000
            acts |= set(re.findall(r"/doc/act/a\d+", page))
            following = re.search(r'<a rel="next" href="([^"]+)"', page)
            path = following[1].replace("&amp;", "&") if following else ""
        assert len(acts) == LINKED
        assert client.get("/doc/concept/hub?section=everything&page=999").status_code == 404
        assert client.get("/doc/concept/hub?section=no-such").status_code == 404


def test_a_long_section_has_pages_of_its_own(client: httpx.Client) -> None:
    """What the page of a source cuts stands on the pages of its section, in the same order, all of it."""
    path, asked = "/doc/source/ben-tre-2020-07-17?lang=en", {"Accept": "text/html"}

    def said(page: str) -> list[str]:
        section = page.partition('id="statements"')[2].partition('id="evidence"')[0]
        return re.findall(r'<p class="what"><a href="([^"]+)"', section)

    whole = client.get(path, headers=asked).text
    count = int(re.findall(r'section=statements[^"]*">Show all (\d+)<', whole)[0])
    found: list[str] = []
    for number in range(1, 99):
        page = client.get(f"{path}&section=statements&page={number}", headers=asked)
        if page.status_code == 404:
            break
        found += said(page.text)
    assert len(found) == count > 150
    assert said(whole) == found[:50]
    paragraphs = [int(number) for number in re.findall(r"<h3>Paragraph (\d+)", whole)]
    assert paragraphs == sorted(paragraphs)
