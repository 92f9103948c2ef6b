"""`?asOf=`: what was attested up to a day, on the real record and on a small one of two sources.

The record's sources are of 2020-07-17 (Bến Tre), 2020-11-12 (Thái Nguyên), 2020-12-29, 2021-01-04 (Sóc Trăng)
and 2023-03-31 (Hải Dương); akachain is first named by that of Sóc Trăng.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from running import Service, serve

from ontology.namespaces import BASE, THING, VOCABULARY

HTML = {"Accept": "text/html"}
HUNG = "/doc/person/nguyen-manh-hung"


def triples(client: httpx.Client, path: str) -> set[tuple[str, str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in parse(answer.content, RdfFormat.N_TRIPLES)
    }


def about(client: httpx.Client, path: str) -> set[tuple[str, str, str]]:
    """The triples of an answer without the note on the document."""
    return {triple for triple in triples(client, path) if not triple[0].startswith(BASE + "doc/")}


@pytest.mark.parametrize("day", ["2020-13", "2020-02-30", "20", "yesterday", "2020-7-1", "0000"])
@pytest.mark.parametrize("path", [HUNG, "/doc/unit/ben-tre.ttl", "/search?q=ben", "/explore", "/views/map"])
def test_what_is_no_date_is_refused(client: httpx.Client, path: str, day: str) -> None:
    answer = client.get(path, params={**dict(httpx.URL(path).params), "asOf": day})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "asOf" in answer.json()["detail"]


def test_its_name_may_be_escaped_and_of_two_days_the_last_counts(client: httpx.Client) -> None:
    for query in ("%61sOf=2019", "as%4Ff=2019", "asOf=2021&asOf=2019"):
        assert client.get(f"/api/neighbours?id={THING}platform/vo-so&{query}").status_code == 404, query
    assert client.get(f"/api/neighbours?id={THING}platform/vo-so&asOf=2019&asOf=2021").status_code == 200


def test_nothing_of_later_is_told_in_any_form(client: httpx.Client) -> None:
    later = (
        "thai-nguyen-2020-11-12",
        "government-conference-2020-12-29",
        "soc-trang-2021-01-04",
        "hai-duong-2023",
    )
    page = client.get(HUNG, params={"asOf": "2020-08", "lang": "vi"}, headers=HTML).text
    assert "ben-tre-2020-07-17" in page
    assert "Đến hết 31/8/2020" in page
    assert "1 cuộc họp" in page
    for extension in ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "csv"):
        body = client.get(f"{HUNG}.{extension}", params={"asOf": "2020-08"}).text
        assert "ben-tre-2020-07-17" in body, extension
        assert not [slug for slug in later if slug in body], extension
    assert not [slug for slug in later if slug in re.sub(r"<head>.*?</head>", "", page, flags=re.S)]


def test_as_of_the_last_source_all_of_the_articles_is_told(client: httpx.Client) -> None:
    assert about(client, f"{HUNG}.nt?asOf=2023-03-31") == about(client, f"{HUNG}.nt")
    days = ["2019", "2020-07-17", "2020-11-12", "2020-12-29", "2021-01-04", "2023-03-31"]
    sizes = [len(about(client, f"{HUNG}.nt?asOf={day}")) for day in days]
    assert sizes == sorted(set(sizes))
    assert sizes[0] < 20


def test_a_month_and_a_year_go_to_their_last_day(client: httpx.Client) -> None:
    assert about(client, f"{HUNG}.nt?asOf=2020") == about(client, f"{HUNG}.nt?asOf=2020-12-31")
    assert about(client, f"{HUNG}.nt?asOf=2020-07") == about(client, f"{HUNG}.nt?asOf=2020-07-17")
    assert about(client, f"{HUNG}.nt?asOf=2020-07") != about(client, f"{HUNG}.nt?asOf=2020-07-16")


def test_machine_forms_note_the_day_and_differ_in_their_tags(client: httpx.Client) -> None:
    answers = [client.get(f"{HUNG}.nt", params={"asOf": day}) for day in ("2020-07-17", "2020-07-18", "")]
    assert len({answer.headers["etag"] for answer in answers}) == 3
    valid = (
        f'<{BASE}doc/person/nguyen-manh-hung?asOf=2020-07-17> <http://purl.org/dc/terms/valid> "2020-07-17"'
    )
    assert valid in answers[0].text
    assert "dc/terms/valid" not in answers[2].text


def test_it_is_carried_from_thing_to_document_and_on(client: httpx.Client) -> None:
    led = client.get("/id/platform/akachain", params={"asOf": "2021-01"}, headers={"Accept": "text/turtle"})
    assert (led.status_code, led.headers["location"]) == (303, "/doc/platform/akachain.ttl?asOf=2021-01")
    page = client.get("/doc/platform/akachain", params={"asOf": "2021-01"}, headers=HTML).text
    links = re.findall(r'<a\b[^>]* href="(/(?:doc|explore|views)[^"#]*)', page)
    assert len(links) > 20
    assert [link for link in links if "asOf=" not in link] == []
    assert '<input type="hidden" name="asOf" value="2021-01">' in page


def test_what_is_not_attested_yet_says_so(client: httpx.Client) -> None:
    answer = client.get("/doc/platform/akachain", params={"asOf": "2020-12", "lang": "en"}, headers=HTML)
    assert answer.status_code == 200
    assert "Nothing was attested yet by that day. It was first attested on 4 January 2021." in answer.text
    early = client.get("/doc/unit/ben-tre", params={"asOf": "2019", "lang": "en"}, headers=HTML).text
    assert "The earliest source of the dataset is of 17 July 2020." in early
    told = triples(client, "/doc/platform/akachain.nt?asOf=2020-12")
    assert {subject for subject, _, _ in told} == {BASE + "doc/platform/akachain?asOf=2020-12-31"}
    assert client.get("/doc/platform/no-such-thing", params={"asOf": "2020"}).status_code == 404


def test_a_unit_that_did_not_stand_names_those_that_did(client: httpx.Client) -> None:
    page = client.get("/doc/unit/vinh-long-2025", params={"asOf": "2021", "lang": "en"}, headers=HTML).text
    notice = re.findall(r'<p class="notice">(.*?)</p>', page, re.S)[0]
    assert "did not exist yet; it has existed since 1 July 2025" in notice
    for slug in ("ben-tre", "tra-vinh", "vinh-long"):
        assert f'href="/doc/unit/{slug}?asOf=2021"' in notice
    after = client.get("/doc/unit/ben-tre", params={"asOf": "2025-07", "lang": "en"}, headers=HTML).text
    notice = re.findall(r'<p class="notice">(.*?)</p>', after, re.S)[0]
    assert "it stood until 30 June 2025" in notice
    assert 'href="/doc/unit/vinh-long-2025?asOf=2025-07"' in notice
    known = about(client, "/doc/unit/ben-tre.nt?asOf=2021")
    assert not [triple for triple in known if triple[1] == VOCABULARY + "validUntil"]


def test_search_has_the_units_of_the_day_first_and_nothing_of_later(client: httpx.Client) -> None:
    def found(day: str, text: str = "Thái Nguyên", **more: str) -> list[dict[str, str]]:
        answer = client.get("/search", params={"q": text, "asOf": day, **more}).json()
        assert answer["asOf"].startswith(day)
        return answer["results"]  # type: ignore[no-any-return]

    units = {
        day: [(one["id"], one["stood"]) for one in found(day, kind="unit")] for day in ("2021", "2025-08")
    }
    before, after = (THING + "unit/thai-nguyen", THING + "unit/thai-nguyen-2025")
    assert units["2021"].index((before, "yes")) < units["2021"].index((after, "not-yet"))
    assert units["2025-08"].index((after, "yes")) < units["2025-08"].index((before, "no-longer"))
    assert THING + "platform/akachain" not in [one["id"] for one in found("2020", "akachain")]
    assert THING + "platform/akachain" in [one["id"] for one in found("2021", "akachain")]
    for address in ("/explore?q=akachain", "/explore?from=akachain&to=ben+tre", "/doc/platform/akachain-x"):
        params = dict(httpx.URL(address).params)
        told = {
            day: client.get(address, params={**params, "asOf": day}, headers=HTML).text
            for day in ("2020", "2021")
        }
        assert "platform/akachain&amp;" in told["2021"] or "/doc/platform/akachain?" in told["2021"], address
        assert "platform/akachain&amp;" not in told["2020"], address
        assert "/doc/platform/akachain?" not in told["2020"], address
    page = client.get("/search", params={"q": "Thái Nguyên", "asOf": "2021", "lang": "en"}, headers=HTML).text
    assert "did not exist yet" in page


def test_the_explorer_and_the_views_draw_what_was_attested(client: httpx.Client) -> None:
    hung = THING + "person/nguyen-manh-hung"

    def tied(day: str) -> set[str]:
        found = client.get("/api/neighbours", params={"id": hung, "asOf": day}).json()
        return {node["id"] for node in found["nodes"]} - {hung}

    assert THING + "unit/ben-tre" in tied("2020-08")
    assert tied("2020-08") < tied("2023-04")
    assert client.get("/api/neighbours", params={"id": hung, "asOf": "2019"}).status_code == 404
    page = client.get("/explore", params={"focus": "unit/ben-tre", "asOf": "2020-08"}, headers=HTML).text
    assert re.search(r'id="lasting"[^>]* value="[^"]*asOf=2020-08-31', page)
    taken = client.get("/explore", params={"focus": "unit/ben-tre", "asOf": "2020-08", "format": "json"})
    assert "asOf=2020-08-31" in taken.text
    drawn = client.get("/views/recommendations.json", params={"asOf": "2020-08"}).json()
    nodes = {node["id"] for node in drawn["nodes"]}
    assert THING + "platform/vo-so" in nodes
    assert THING + "platform/akachain" not in nodes
    index = client.get("/views", params={"asOf": "2021"}, headers=HTML).text
    assert index.count('src="/views/') > 5
    assert not [src for src in re.findall(r' src="(/views/[^"]*)"', index) if "asOf=2021" not in src]
    for address in ("/explore?focus=unit/ben-tre", "/views", "/views/meetings", "/views/map"):
        page = client.get(address, params={**httpx.URL(address).params, "asOf": "2021"}, headers=HTML).text
        assert '<input id="asof" type="date" name="asOf" value="2021-12-31">' in page, address
        form = page[page.index('<form class="asof') : page.index('id="asof"')]
        assert ('name="focus" value="unit/ben-tre"' in form) == ("focus" in address)
    maps = {
        day: client.get("/views/map", params={"asOf": day, "lang": "en"}, headers=HTML).text
        for day in ("2021", "2026")
    }
    assert "63 units" in maps["2021"]
    assert "34 units" in maps["2026"]
    assert (
        "soc-trang-2021-01-04"
        not in client.get("/views/timeline", params={"asOf": "2020"}, headers=HTML).text
    )


TWO = """\
@prefix vndx: <https://w3id.org/vndx/ontology#> .
@prefix person: <https://w3id.org/vndx/id/person/> .
@prefix source: <https://w3id.org/vndx/id/source/> .
@prefix meeting: <https://w3id.org/vndx/id/meeting/> .
@prefix part: <https://w3id.org/vndx/id/participation/> .
@prefix concept: <https://w3id.org/vndx/id/concept/> .
@prefix statement: <https://w3id.org/vndx/id/statement/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
source:one a vndx:Source ; vndx:date "2020-01-01"^^xsd:date .
source:two a vndx:Source ; vndx:date "2022-01-01"^^xsd:date .
person:an rdfs:label "An"@vi ; vndx:metWith person:binh , person:cuc .
person:binh rdfs:label "Bình"@vi .
person:cuc rdfs:label "Cúc"@vi .
meeting:m a vndx:Meeting ; vndx:source source:one ; vndx:participant person:an , person:binh , person:cuc .
part:an a vndx:Participation ; vndx:source source:one ; vndx:person person:an ; vndx:meeting meeting:m ;
  vndx:side concept:side-one .
part:binh a vndx:Participation ; vndx:source source:one ; vndx:person person:binh ; vndx:meeting meeting:m ;
  vndx:side concept:side-two .
part:cuc a vndx:Participation ; vndx:source source:two ; vndx:person person:cuc ; vndx:meeting meeting:m ;
  vndx:side concept:side-two .
statement:cuc a vndx:Claim ; vndx:source source:one ; vndx:about person:cuc .
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Cúc is named by the first source, but only the second has her at the meeting."""
    file: Path = tmp_path_factory.mktemp("two") / "two.ttl"
    file.write_text(TWO, encoding="utf-8")
    with serve("--dataset", str(file), "--workers", "1") as running:
        yield running


def test_shortcuts_are_there_only_with_an_event_behind_them(two: Service) -> None:
    with two.client() as client:
        met = VOCABULARY + "metWith"
        an, binh, cuc = (THING + f"person/{name}" for name in ("an", "binh", "cuc"))
        early, late = (about(client, f"/doc/person/an.nt?asOf={day}") for day in ("2021", "2022"))
        assert {triple for triple in early if triple[1] == met} == {(an, met, binh)}
        assert {triple for triple in late if triple[1] == met} == {(an, met, binh), (an, met, cuc)}
        there = VOCABULARY + "participant"
        meeting = about(client, "/doc/meeting/m.nt?asOf=2021")
        assert {triple[2] for triple in meeting if triple[1] == there} == {an, binh}
        assert about(client, "/doc/person/cuc.nt?asOf=2021") == {
            (cuc, "http://www.w3.org/2000/01/rdf-schema#label", "Cúc"),
            (THING + "statement/cuc", VOCABULARY + "about", cuc),
        }
        drawn = client.get("/api/neighbours", params={"id": an, "asOf": "2021"}).json()
        assert cuc not in {node["id"] for node in drawn["nodes"]}
