"""Pages over HTTP, on the real record: what a reader sees in both languages, what machines are led to."""

import html
import re
from html.parser import HTMLParser

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from service.pages.questions import KINDS, questions

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
PAGES = (
    "/",
    "/doc/person/nguyen-manh-hung",
    "/doc/unit/ben-tre",
    "/doc/platform/vo-so",
    "/doc/organization/cuc-tin-hoc-hoa",
    "/doc/meeting/soc-trang-2021-01-04",
    "/doc/act/soc-trang-2021-01-04-akachain",
    "/doc/source/soc-trang-2021-01-04",
    "/doc/concept/sector-agriculture",
    "/doc/post/thu-tuong-chinh-phu",
    "/doc/indicator/gia-tri-dti",
    "/questions",
    "/questions/vo-so",
    "/search?q=vo+so",
    "/ontology",
    "/dataset",
    "/sparql",
)


def page(client: httpx.Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers={**BROWSER, **headers})
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


class Outline(HTMLParser):
    """Headings, landmarks, ids, links and images of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.foreign: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(tag)
        if (
            tag == "script"
            and "src" not in given
            and given.get("type") not in ("application/json", "application/ld+json")
        ):
            self.inline.append(tag)
        address = given.get("src") or (given.get("href") if tag == "link" else None)
        if (
            address
            and not address.startswith(("/", "http://127.0.0.1"))
            and given.get("rel") not in ("license",)
        ):
            self.foreign.append(address)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_made(client: httpx.Client, path: str, language: str) -> None:
    text = page(client, path, Cookie=f"lang={language}")
    outline = Outline(text)
    assert f'<html lang="{language}"' in text
    assert outline.levels.count(1) == 1
    assert outline.levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False))
    assert {"header", "main", "footer", "nav"} <= set(outline.tags)
    assert len(outline.ids) == len(set(outline.ids)), "ids must be unique"
    assert outline.inline == []
    assert outline.foreign == []
    assert 'href="#main"' in text
    assert text.count("<table") == text.count("<caption>")
    assert 'hreflang="vi"' in text
    assert 'hreflang="en"' in text


def test_language_by_address_then_cookie_then_header(client: httpx.Client) -> None:
    assert '<html lang="vi"' in page(client, "/")
    assert '<html lang="en"' in page(client, "/", **{"Accept-Language": "fr, en;q=0.8, vi;q=0.5"})
    assert '<html lang="vi"' in page(client, "/", **{"Accept-Language": "en", "Cookie": "lang=vi"})
    answer = client.get("/?lang=en", headers={**BROWSER, "Cookie": "lang=vi"})
    assert '<html lang="en"' in answer.text
    assert answer.headers["content-language"] == "en"
    assert "lang=en" in answer.headers["set-cookie"]
    assert "Accept-Language" in answer.headers["vary"]
    unknown = client.get("/?lang=fr", headers={**BROWSER, "Accept-Language": "en"})
    assert '<html lang="en"' in unknown.text
    assert "set-cookie" not in unknown.headers


def test_the_language_switch_keeps_the_page(client: httpx.Client) -> None:
    text = page(client, "/search?q=vo+so&kind=platform")
    assert 'href="/search?q=vo+so&amp;kind=platform&amp;lang=en"' in text


def test_the_theme_is_kept_without_scripts(client: httpx.Client) -> None:
    answer = client.get("/?theme=dark", headers=BROWSER)
    assert 'data-theme="dark"' in answer.text
    assert "theme=dark" in answer.headers["set-cookie"]
    assert 'data-theme="dark"' in page(client, "/", Cookie="theme=dark")
    assert 'data-theme="auto"' in page(client, "/", Cookie="theme=nonsense")


def test_home_has_counts_meetings_and_questions(client: httpx.Client) -> None:
    text = page(client, "/")
    assert "ở\u00a0đâu" in text, "the headline keeps both on one line"
    assert text.count('href="/questions/') == 5
    assert "/doc/meeting/hai-duong-2023-03-31" in text
    assert re.search(r"<b>[\d.]+</b> <span>cuộc họp</span>", text)


def test_a_person_has_posts_meetings_and_evidence(client: httpx.Client) -> None:
    text = page(client, "/doc/person/nguyen-manh-hung")
    assert "Nguyễn Mạnh Hùng</h1>" in text
    assert "Bộ trưởng Bộ Thông tin và Truyền thông" in text
    assert "/doc/meeting/soc-trang-2021-01-04" in text
    assert re.search(r'href="/doc/evidence/[a-z0-9-]+" title="[^"]+đoạn \d+ · ký tự \d+–\d+"', text)
    assert '"@type":"Person"' in text


def test_a_platform_says_where_by_whom_and_how_strongly(client: httpx.Client) -> None:
    text = page(client, "/doc/platform/vo-so")
    section = text.split('id="recommendations"')[1].split("</section>")[0]
    for expected in ("tỉnh Bến Tre", "nêu như ví dụ", "Nguyễn Mạnh Hùng", "Postmart", "đoạn 23"):
        assert expected in section


def test_pages_never_hold_words_of_an_article_without_sources(client: httpx.Client) -> None:
    text = page(client, "/doc/act/soc-trang-2021-01-04-akachain")
    assert "<blockquote" not in text
    assert "SHA-256" in text


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "nq", "trig"])
def test_data_of_a_thing_parses_and_holds_its_statements(client: httpx.Client, extension: str) -> None:
    answer = client.get(f"/doc/act/soc-trang-2021-01-04-akachain.{extension}")
    assert answer.status_code == 200
    format = RdfFormat.from_extension(extension)
    assert format is not None
    assert answer.headers["content-type"].startswith(format.media_type)
    triples = {str(quad.triple) for quad in parse(answer.content, format)}
    act = "<https://w3id.org/vndx/id/act/soc-trang-2021-01-04-akachain>"
    assert (
        f"{act} <https://w3id.org/vndx/ontology#platform> <https://w3id.org/vndx/id/platform/akachain>"
        in triples
    )
    assert any("creativecommons.org/licenses/by/4.0" in triple for triple in triples)
    assert any("ontology#sha256" in triple for triple in triples)
    again = client.get(f"/doc/act/soc-trang-2021-01-04-akachain.{extension}")
    assert again.content == answer.content


def test_json_ld_carries_its_context(client: httpx.Client) -> None:
    body = client.get("/doc/platform/akachain.jsonld").json()
    assert body["@context"]["vndx"] == "https://w3id.org/vndx/ontology#"
    nodes = {node["id"]: node for node in body["@graph"]}
    platform = nodes["https://w3id.org/vndx/id/platform/akachain"]
    assert "DigitalPlatform" in platform["type"]
    assert platform["label"]["vi"] == "akachain"
    assert "qb" not in body["@context"], "only what is used"


def test_csv_of_a_thing(client: httpx.Client) -> None:
    lines = client.get("/doc/platform/akachain.csv").text.splitlines()
    assert lines[0] == "subject,property,value,type,graph"
    assert any("rdf-schema#label,akachain,@vi,https://w3id.org/vndx/graph/registry" in line for line in lines)


@pytest.mark.parametrize(
    ("accept", "end"),
    [
        ("text/html", ""),
        ("*/*", ""),
        ("text/turtle", ".ttl"),
        ("application/ld+json", ".jsonld"),
        ("application/rdf+xml;q=0.9, text/html;q=0.1", ".rdf"),
        ("text/csv", ".csv"),
        ("application/n-quads", ".nq"),
        ("application/trig, */*;q=0.1", ".trig"),
        ("application/n-quads, application/n-triples;q=0.8, text/turtle;q=0.6, text/html;q=0.2", ".nt"),
        ("application/n-quads, text/turtle;q=0", ".nq"),
    ],
)
def test_id_leads_to_the_document(client: httpx.Client, accept: str, end: str) -> None:
    answer = client.get("/id/person/nguyen-manh-hung", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/doc/person/nguyen-manh-hung{end}"
    assert "Accept" in answer.headers["vary"]


def test_id_refuses_what_is_not_offered(client: httpx.Client) -> None:
    answer = client.get("/id/person/nguyen-manh-hung", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["offered"]


def test_questions_are_grouped_by_kind_and_none_is_lost(client: httpx.Client) -> None:
    text = page(client, "/questions")
    assert text.count('href="/questions/') == len(questions())
    sections = re.findall(r'<section aria-labelledby="([a-z-]+)">', text)
    assert sections == [kind for kind in KINDS if any(one.kind == kind for one in questions())]
    only = page(client, "/questions?kind=negative")
    assert only.count('href="/questions/') == sum(one.kind == "negative" for one in questions())
    assert re.search(r'href="/questions\?kind=negative" aria-current="true"', only)
    assert client.get("/questions?kind=planet", headers=BROWSER).status_code == 400


def test_search_as_json(client: httpx.Client) -> None:
    body = client.get("/search", params={"q": "vo so", "limit": "3"}).json()
    assert body["query"] == "vo so"
    first = body["results"][0]
    assert first["id"] == "https://w3id.org/vndx/id/platform/vo-so"
    assert set(first) == {"id", "label", "label_en", "kind", "description", "match"}
    assert set(first["match"]) == {"field", "text", "reason"}
    assert len(body["results"]) <= 3


def test_search_refuses_unknown_kinds_and_limits(client: httpx.Client) -> None:
    assert client.get("/search", params={"q": "x", "kind": "planet"}).status_code == 400
    assert client.get("/search", params={"q": "x", "limit": "many"}).json()["code"] == "bad-request"


def test_search_as_a_page(client: httpx.Client) -> None:
    text = page(client, "/search?q=%3Cscript%3Evo+so")
    assert "<script>vo" not in text
    assert 'href="/doc/platform/vo-so"' in page(client, "/search?q=vo+so")


def test_the_editor_answers_without_scripts(client: httpx.Client) -> None:
    text = page(
        client,
        "/sparql?query=SELECT+%3Fm+%7B%3Fm+a+%3Chttps%3A%2F%2Fw3id.org%2Fvndx%2Fontology%23Meeting%3E%7D",
    )
    assert 'id="outcome"' in text
    assert 'href="/doc/meeting/soc-trang-2021-01-04"' in text
    wrong = client.get("/sparql", params={"query": "SELECT nonsense"}, headers=BROWSER)
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    assert "SELECT nonsense" in wrong.text


def test_the_editor_knows_our_prefixes_and_nothing_abroad(client: httpx.Client) -> None:
    text = page(client, "/sparql")
    assert '"endpoint":"/sparql"' in text
    assert '"vndx":"https://w3id.org/vndx/ontology#"' in text


def test_the_vocabulary_in_both_languages_and_as_data(client: httpx.Client) -> None:
    text = page(client, "/ontology")
    assert 'id="Meeting"' in text
    assert "Cuộc họp" in text
    assert "A working session, conference, visit or signing." in page(client, "/ontology?lang=en")
    for path in ("/ontology.ttl", "/ontology/shapes", "/ontology/shapes.ttl"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        assert answer.status_code == 200
        assert list(parse(answer.content, RdfFormat.TURTLE))
    assert (
        client.get("/ontology", headers={"Accept": "text/turtle"})
        .headers["content-type"]
        .startswith("text/turtle")
    )
    assert "@context" in client.get("/ontology/context.jsonld").json()


def test_the_dataset_page_has_files_checksums_and_citation(client: httpx.Client) -> None:
    text = page(client, "/dataset")
    digest = re.search(r"<code>([0-9a-f]{64})</code>", text)
    assert digest
    assert 'href="/dumps/vndx.nq.gz"' in text
    assert "CC BY 4.0" in text


def test_pages_are_tagged_and_revalidated(client: httpx.Client) -> None:
    first = client.get("/doc/platform/vo-so", headers=BROWSER)
    again = client.get("/doc/platform/vo-so", headers={**BROWSER, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    english = client.get("/doc/platform/vo-so", headers={**BROWSER, "Cookie": "lang=en"})
    assert english.headers["etag"] != first.headers["etag"]


def test_every_machine_form_that_a_page_links_is_there(client: httpx.Client) -> None:
    for path in ("/dataset", "/ontology", "/doc/platform/vo-so"):
        linked = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', page(client, path))
        assert len(linked) >= 6
        for media_type, address in linked:
            answer = client.get(html.unescape(address), headers={"Accept": "*/*"})
            assert answer.status_code == 200, address
            assert answer.headers["content-type"].startswith(media_type)


@pytest.mark.parametrize(
    ("language", "named", "others"),
    [
        ("vi", r"(\d+) người được nêu tên", r"(\d+) tổ chức hoặc nhóm"),
        ("en", r"(\d+) people named", r"(\d+) bod"),
    ],
    ids=["vi", "en"],
)
def test_a_meeting_counts_people_and_others_as_they_are_listed(
    client: httpx.Client, language: str, named: str, others: str
) -> None:
    """Bodies and groups that took part are no people named, and stand in the same list."""
    asked = next(question.query for question in questions() if question.slug == "people-at-each-meeting")
    rows = client.get("/sparql", params={"query": asked}).json()["results"]["bindings"]
    counts = {row["meeting"]["value"]: int(row["people"]["value"]) for row in rows}
    for name in ("ben-tre-2020-07-17", "hai-duong-2023-03-31", "thai-nguyen-2020-11-12"):
        text = page(client, f"/doc/meeting/{name}?lang={language}")
        lede = re.search(r'<p class="lede">(.*?)</p>', text, re.DOTALL)
        listed = re.search(r'href="#participants">[^<]+</a> <span class="tally">(\d+)<', text)
        assert lede and listed
        told = [int(found[1]) for found in (re.search(named, lede[1]), re.search(others, lede[1])) if found]
        assert told[0] == counts[f"https://w3id.org/vndx/id/meeting/{name}"]
        assert sum(told) == int(listed[1]) > told[0]
