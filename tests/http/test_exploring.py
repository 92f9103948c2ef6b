"""The explorer's address as its state: filters, paths, old links, and what can be taken away."""

import re
from html import unescape
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

THING = "https://w3id.org/vndx/id/"
HTML = {"Accept": "text/html"}
PROVINCE = "unit/soc-trang"
ENDS = {"from": "person/nguyen-manh-hung", "to": "platform/akachain"}


def explore(client: httpx.Client, **asked: Any) -> str:
    answer = client.get("/explore", params={"lang": "en", **asked}, headers=HTML)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def ties(page: str) -> set[tuple[str, ...]]:
    rows = re.findall(r'<tr data-edge="([^"]+)"', page)
    return {tuple(unescape(row).replace(THING, "").split(" ")) for row in rows}


def events(client: httpx.Client, **asked: Any) -> list[dict[str, str]]:
    """The events behind the ties that are shown."""
    shown = client.get("/explore", params={"focus": PROVINCE, "format": "json", **asked}).json()
    return [event for edge in shown["edges"] for event in edge["events"]]


def test_a_relation_left_out_leaves_the_rest(client: httpx.Client) -> None:
    whole = ties(explore(client, focus=PROVINCE))
    assert "recommendedTo" in {tie[0] for tie in whole}
    rest = ties(explore(client, focus=PROVINCE, without=["recommendedTo", "partOf"]))
    assert rest == {tie for tie in whole if tie[0] not in ("recommendedTo", "partOf")}


def test_strength_lets_through_only_what_was_said_so_strongly(client: httpx.Client) -> None:
    said = events(client, strength="example")
    assert said
    assert {event["remark_en"] for event in said} == {"named as an example"}
    assert len(said) < len(events(client))


def test_sector_and_source_sift_events(client: httpx.Client) -> None:
    health = events(client, sector="health")
    assert any("VOV" in event["label_en"] for event in health)
    assert len(health) < len(events(client))
    assert events(client, source="hai-duong-2023-03-31") == []
    assert events(client, source="soc-trang-2021-01-04") != []


def test_time_has_two_ends_and_undated_ties_a_switch(client: httpx.Client) -> None:
    assert {event["date"] for event in events(client, since="2021-01-04", until="2021-01-04")} <= {
        "2021-01-04",
        "2021-01-01",
        "",
    }
    later = ties(explore(client, focus=PROVINCE, since="2022-01-01"))
    assert ("partOf", PROVINCE, "unit/viet-nam") in later, "undated ties stay until the switch is set"
    assert "recommendedTo" not in {tie[0] for tie in later}
    dated = ties(explore(client, focus=PROVINCE, since="2022-01-01", undated="no"))
    assert ("partOf", PROVINCE, "unit/viet-nam") not in dated


def test_sifting_moves_no_node(client: httpx.Client) -> None:
    def places(**asked: str) -> dict[str, tuple[int, int]]:
        shown = client.get("/explore", params={"focus": PROVINCE, "format": "json", **asked}).json()
        return {node["id"]: (node["x"], node["y"]) for node in shown["nodes"]}

    whole, sifted = places(), places(strength="example")
    assert 1 < len(sifted) < len(whole)
    assert sifted == {name: whole[name] for name in sifted}


def test_hidden_kinds_stand_in_the_address_and_not_in_the_file(client: httpx.Client) -> None:
    page = explore(client, focus=PROVINCE, hide="platform")
    assert re.search(r'<tr data-node="[^"]+/platform/akachain"[^>]* hidden>', page)
    assert re.search(r'value="platform" form="sift" checked', page)
    assert "hide=platform" in page
    shown = client.get("/explore", params={"focus": PROVINCE, "hide": "platform", "format": "json"}).json()
    assert "platform" not in {node["kind"] for node in shown["nodes"]}


@pytest.mark.parametrize(
    "asked", [{"since": "yesterday"}, {"sector": "<b>"}, {"source": "../x"}, {"hide": "<script>"}]
)
def test_what_no_filter_can_mean_is_no_filter(client: httpx.Client, asked: dict[str, str]) -> None:
    page = explore(client, focus=PROVINCE, **asked)
    assert ties(page) == ties(explore(client, focus=PROVINCE))
    assert "<script>" not in page


@pytest.mark.parametrize("asked", [ENDS, {"from": "Nguyen Manh Hung", "to": "akachain"}])
def test_paths_are_lists_of_sentences_with_evidence(client: httpx.Client, asked: dict[str, str]) -> None:
    page = explore(client, **asked)
    chains = re.findall(r'<section class="chain".*?</section>', page, re.DOTALL)
    assert 2 <= len(chains) <= 5
    steps = [chain.count('<li><p class="what">') for chain in chains]
    assert steps[0] == min(steps)
    for chain in chains:
        assert "/doc/person/nguyen-manh-hung" in chain
        assert "/doc/platform/akachain" in chain
    assert all("/doc/evidence/" in chain for chain in chains[:2])
    assert ("was taken to mean" in page) is (asked is not ENDS)


def test_one_step_and_several_are_counted_as_such(client: httpx.Client) -> None:
    page = explore(client, **{"from": "person/phan-van-mai", "to": "person/nguyen-manh-hung", "lang": "en"})
    assert ">1 step<" in page and "1 steps" not in page
    assert " steps<" in page


def test_places_to_start_are_several_of_each_kind(client: httpx.Client) -> None:
    page = explore(client, lang="en")
    titles = re.findall(r"<h3>.*?</svg> ([^<]+)</h3>", page)
    assert titles == ["People", "Platforms", "Administrative units", "Meetings"]


@pytest.mark.parametrize(("language", "day"), [("vi", "17/7/2020"), ("en", "17 July 2020")])
def test_days_in_names_of_events_are_written_as_people_read_them(
    client: httpx.Client, language: str, day: str
) -> None:
    tie = "person/phan-van-mai~post/bi-thu-tinh-uy-ben-tre"
    page = explore(client, focus="person/phan-van-mai", explain=tie, lang=language)
    names = re.findall(r'href="/doc/tenure/[^"]+"><bdi>([^<]+)', page)
    assert names and all(name.endswith(f" · {day}") for name in names)


def test_a_relation_left_out_leaves_paths_over_others(client: httpx.Client) -> None:
    page = explore(client, **ENDS, without=["recommendedTo", "recommendedBy"])
    used = {tie[0] for tie in ties(page)}
    assert used
    assert not used & {"recommendedTo", "recommendedBy"}


def test_an_old_link_says_that_the_data_has_changed(client: httpx.Client) -> None:
    assert "The data has changed since" in explore(client, focus=PROVINCE, release="0123abcd")
    digest = client.get("/explore", params={"focus": PROVINCE, "format": "json"}).json()["release"]
    page = explore(client, focus=PROVINCE, release=digest[:12])
    assert "data-older" not in page
    assert f"release={digest[:12]}" in unescape(page), "the lasting link names the release"


@pytest.mark.parametrize("format", ["svg", "graphml", "gexf", "csv", "json", "ttl"])
def test_every_file_names_its_query_release_licence_and_citation(client: httpx.Client, format: str) -> None:
    asked = {"focus": PROVINCE, "strength": "example", "format": format, "lang": "en"}
    answer = client.get("/explore", params=asked)
    assert answer.status_code == 200
    text = unescape(answer.text)
    digest = client.get("/explore", params={**asked, "format": "json"}).json()["release"]
    assert digest[:12] in text
    assert "licenses/by/4.0" in text
    assert f"/explore?focus={PROVINCE}&strength=example" in text
    if format != "csv":
        assert "vndx, “Soc Trang Province”" in text
        assert "31 March 2023" in text


def test_turtle_holds_the_events_that_are_shown(client: httpx.Client) -> None:
    asked = {"focus": PROVINCE, "strength": "example"}
    answer = client.get("/explore", params={**asked, "format": "ttl"})
    subjects = {quad.subject for quad in parse(answer.text, RdfFormat.TURTLE)}
    listed = events(client, strength="example")
    assert {NamedNode(event["id"]) for event in listed} <= subjects
    views = client.get("/views/recommendations?format=ttl")
    assert views.headers["content-type"].startswith("text/turtle")
    assert NamedNode(THING + "platform/akachain") in {q.subject for q in parse(views.text, RdfFormat.TURTLE)}


def test_open_in_sparql_asks_what_the_picture_is_about(client: httpx.Client) -> None:
    page = explore(client, focus=PROVINCE)
    address = unescape(re.findall(r'href="(/sparql\?query=[^"]+)"', page)[0])
    answer = client.get(address, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert "platform/akachain" in answer.text


def test_an_explanation_tells_both_languages_strength_and_status(client: httpx.Client) -> None:
    page = explore(client, focus=PROVINCE, explain=f"platform/akachain~{PROVINCE}")
    panel = page[page.index("data-explains") : page.index('data-swap="paths"')]
    assert '<p class="under" lang="vi">' in panel
    assert "not checked here" in panel, "this service was given no copies of the articles"
    assert re.search(r"SHA-256 [0-9a-f]{64}", panel)
    assert "recommended" in panel
