"""The explorer's data, the explorer without script, and the views: the real record, and a hostile one."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import networkx as nx
import pytest
from running import Service, serve

from loaders.release import open_release
from service.evaluators.direct import Direct
from service.graph import Graph
from service.views.networks import ViewError, view, written

THING = "https://w3id.org/vndx/id/"
PROVINCE = THING + "unit/soc-trang"
PLATFORM = THING + "platform/akachain"
MINISTER = THING + "person/nguyen-manh-hung"
SECRETARY = THING + "person/lam-van-man"
HTML = {"Accept": "text/html"}
VIEWS = ("meetings", "recommendations", "participation", "commitments", "uses", "programmes", "posts")

HOSTILE_TURTLE = """\
@prefix v: <https://w3id.org/vndx/ontology#> . @prefix i: <https://w3id.org/vndx/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix c: <https://w3id.org/vndx/id/concept/> .
<https://w3id.org/vndx/id/platform/evil> a v:DigitalPlatform ;
  rdfs:label "<script>document.title='owned'</script>"@vi , "</script><img src=x onerror=alert(1)>"@en ;
  v:recommendedTo <https://w3id.org/vndx/id/unit/evil> .
<https://w3id.org/vndx/id/unit/evil> a v:AdministrativeUnit ;
  rdfs:label "<a href='javascript:alert(1)'>\\u202Ehref</a>"@vi , "%s"@en .
<https://w3id.org/vndx/id/act/evil> a v:Recommendation ;
  rdfs:label "{{ 7*7 }}<b>"@vi , "\\"><svg onload=alert(1)>"@en ;
  v:platform <https://w3id.org/vndx/id/platform/evil> ; v:addressee <https://w3id.org/vndx/id/unit/evil> ;
  v:strength c:strength-example .
c:strength-example rdfs:label "<i>ví dụ</i>"@vi , "example"@en .
<https://w3id.org/vndx/id/organization/one> a v:Organization ; rdfs:label "Một <b>"@vi .
<https://w3id.org/vndx/id/organization/two> a v:Organization ; rdfs:label "Hai <b>"@vi .
<https://w3id.org/vndx/id/observation/one> a v:Observation ; rdfs:label "Dân số theo Một"@vi ;
  v:indicator <https://w3id.org/vndx/id/indicator/people> ; v:kind c:kind-measured ; v:value 1200.0 ;
  v:area <https://w3id.org/vndx/id/unit/evil> ; v:reportedBy <https://w3id.org/vndx/id/organization/one> .
<https://w3id.org/vndx/id/observation/two> a v:Observation ; rdfs:label "Dân số theo Hai"@vi ;
  v:indicator <https://w3id.org/vndx/id/indicator/people> ; v:kind c:kind-measured ; v:value 1300.0 ;
  v:area <https://w3id.org/vndx/id/unit/evil> ; v:reportedBy <https://w3id.org/vndx/id/organization/two> .
<https://w3id.org/vndx/id/observation/aim> a v:Observation ; rdfs:label "Chỉ tiêu"@vi ;
  v:indicator <https://w3id.org/vndx/id/indicator/people> ; v:kind c:kind-target ; v:value 9000.0 ;
  v:area <https://w3id.org/vndx/id/unit/evil> ; v:reportedBy <https://w3id.org/vndx/id/organization/two> .
""" % ("x" * 10_000)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    file: Path = tmp_path_factory.mktemp("hostile") / "hostile.ttl"
    file.write_text(HOSTILE_TURTLE, encoding="utf-8")
    with serve("--dataset", str(file), "--workers", "1") as running, running.client() as client:
        yield client


def neighbours(client: httpx.Client, *ids: str, expanded: tuple[str, ...] = ()) -> Any:
    answer = client.get("/api/neighbours", params={"id": list(ids), "expanded": list(expanded)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_neighbours_have_the_shape_of_the_contract(client: httpx.Client) -> None:
    found = neighbours(client, PROVINCE)
    ids = {node["id"] for node in found["nodes"]}
    assert {PROVINCE, PLATFORM} <= ids
    for node in found["nodes"]:
        assert {"id", "label", "label_en", "kind", "x", "y"} <= set(node)
        assert isinstance(node["x"], int)
    for edge in found["edges"]:
        assert {"id", "source", "target", "relation", "events"} <= set(edge)
        assert {edge["source"], edge["target"]} <= ids
        assert PROVINCE in (edge["source"], edge["target"])
        assert isinstance(edge["events"], int)
    told = next(
        edge for edge in found["edges"] if edge["relation"] == "recommendedTo" and edge["source"] == PLATFORM
    )
    assert told["events"] >= 1
    assert (told["label"], told["label_en"]) == ("được đề xuất cho", "recommended to")


def test_only_things_are_nodes_and_events_are_what_ties_stand_for(client: httpx.Client) -> None:
    kinds = {node["kind"] for node in neighbours(client, MINISTER)["nodes"]}
    assert {"person", "meeting", "post"} <= kinds
    assert not kinds & {"act", "participation", "tenure", "observation", "statement", "evidence", "concept"}


def test_of_one_relation_at_most_25_are_drawn_and_the_rest_is_counted(client: httpx.Client) -> None:
    found = neighbours(client, THING + "unit/viet-nam")
    inside = [edge for edge in found["edges"] if edge["relation"] == "partOf"]
    assert len(inside) == 25
    left = next(one for one in found["more"] if one["relation"] == "partOf")
    assert left["count"] >= 30
    assert left["backwards"] is True


def test_expanding_moves_no_node_and_is_the_same_every_time(client: httpx.Client) -> None:
    before = {node["id"]: (node["x"], node["y"]) for node in neighbours(client, PROVINCE)["nodes"]}
    found = neighbours(client, PROVINCE, expanded=(MINISTER,))
    after = {node["id"]: (node["x"], node["y"]) for node in found["nodes"]}
    assert len(after) > len(before)
    assert {name: after[name] for name in before} == before
    assert neighbours(client, PROVINCE, expanded=(MINISTER,)) == found


@pytest.mark.parametrize(
    "address", ["/api/neighbours?id=", "/api/path?from={0}&to=", "/api/edge?to={0}&from="]
)
def test_malformed_and_unknown_ids(client: httpx.Client, address: str) -> None:
    for wrong, status, code in (
        ("not-an-iri", 400, "bad-request"),
        ("https://w3id.org/vndx/id/person/Bad%20Slug", 400, "bad-request"),
        (THING + "person/khong-ai-ca", 404, "not-found"),
    ):
        answer = client.get(address.format(PROVINCE) + wrong)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert client.get(address.partition("?")[0]).status_code == 400


def test_a_meeting_of_two_people_is_explained_with_evidence(client: httpx.Client) -> None:
    found = client.get("/api/edge", params={"from": SECRETARY, "to": MINISTER}).json()
    met = next(edge for edge in found["edges"] if edge["relation"] == "metWith")
    assert [event["kind"] for event in met["events"]] == ["meeting"] * len(met["events"])
    meeting = met["events"][0]
    assert meeting["date"] == "2021-01-04"
    assert meeting["address"] == "/doc/meeting/soc-trang-2021-01-04"
    for passage in [*meeting["evidence"], *met["evidence"]]:
        assert re.fullmatch(r"[0-9a-f]{64}", passage["sha256"])
        assert passage["start"] < passage["end"]
        assert passage["paragraph"] >= 1
        assert passage["source"]["id"] == THING + "source/soc-trang-2021-01-04"
        assert client.get(passage["address"], headers=HTML).status_code == 200
    assert len(met["evidence"]) >= 2, "of both participations"


def test_a_recommendation_is_explained_with_its_strength_and_speaker(client: httpx.Client) -> None:
    found = client.get("/api/edge", params={"from": PLATFORM, "to": PROVINCE}).json()
    edge = next(edge for edge in found["edges"] if edge["relation"] == "recommendedTo")
    facts = [event["facts"] for event in edge["events"]]
    strengths = {value["id"].rpartition("/")[2] for fact in facts for value in fact["strength"]["values"]}
    assert "strength-recommended" in strengths
    assert all(fact["speaker"]["values"][0]["label_en"] for fact in facts)
    assert facts[0]["sector"]["label"] == "lĩnh vực"
    assert "purpose" in facts[0]


def test_paths_run_from_end_to_end_without_a_loop(client: httpx.Client) -> None:
    found = client.get("/api/path", params={"from": PLATFORM, "to": THING + "unit/hai-duong"}).json()
    assert 1 <= len(found["paths"]) <= 5
    for path in found["paths"]:
        at = PLATFORM
        visited = [at]
        for edge in path:
            assert at in (edge["source"], edge["target"])
            at = edge["target"] if edge["source"] == at else edge["source"]
            visited.append(at)
        assert at == THING + "unit/hai-duong"
        assert len(set(visited)) == len(visited)
    assert {edge["source"] for path in found["paths"] for edge in path} <= {
        node["id"] for node in found["nodes"]
    }
    without = client.get(
        "/api/path", params={"from": PLATFORM, "to": PROVINCE, "without": ["recommendedTo"]}
    ).json()
    assert all(edge["relation"] != "recommendedTo" for path in without["paths"] for edge in path)


def rows(page: str, name: str) -> list[str]:
    return [unescape(found) for found in re.findall(rf'<tr data-{name}="([^"]*)"', page)]


def data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="picture-data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_explorer_without_script_holds_the_same_in_text(client: httpx.Client, language: str) -> None:
    page = client.get(f"/explore?focus={PROVINCE}&lang={language}", headers=HTML).text
    shown = data(page)
    assert rows(page, "node") == [node["id"] for node in shown["nodes"]]
    assert rows(page, "edge") == [edge["id"] for edge in shown["edges"]]
    assert {node["id"] for node in shown["nodes"]} == {
        node["id"] for node in neighbours(client, PROVINCE)["nodes"]
    }
    link = next(found for found in re.findall(r'href="(/explore\?[^"]*expanded=[^"]*)"', page))
    grown = client.get(unescape(link), headers=HTML).text
    assert len(rows(grown, "node")) >= len(rows(page, "node"))
    assert not re.search(r"<script(?! type)|<style|\son\w+=|\sstyle=", page)


def test_a_tie_is_explained_without_script(client: httpx.Client) -> None:
    address = "/explore?focus=unit/soc-trang&explain=platform/akachain~unit/soc-trang&lang="
    for language, words in (("vi", "akachain được nêu ra cho"), ("en", "akachain was put to")):
        page = client.get(address + language, headers=HTML).text
        assert words in page
        assert "/doc/evidence/soc-trang-2021-01-04-" in page


def test_the_explorer_tells_of_unknown_names_and_keeps_the_rest(client: httpx.Client) -> None:
    answer = client.get("/explore?focus=person/khong-ai-ca", headers=HTML)
    assert answer.status_code == 404
    assert "person/khong-ai-ca" in answer.text
    mixed = client.get("/explore?focus=person/khong-ai-ca&focus=unit/soc-trang&expanded=../x", headers=HTML)
    assert mixed.status_code == 200
    assert PROVINCE in rows(mixed.text, "node")


def test_the_search_of_the_explorer_works_without_script(client: httpx.Client) -> None:
    page = client.get("/explore?focus=unit/soc-trang&q=nguyen+manh+hung", headers=HTML).text
    assert "focus=unit/soc-trang&amp;focus=person/nguyen-manh-hung" in page


def test_the_index_of_views_leads_to_every_view(client: httpx.Client) -> None:
    page = client.get("/views?lang=en", headers=HTML).text
    for name in VIEWS:
        assert f'href="/views/{name}"' in page
        small = client.get(f"/views/{name}.svg?small=dark")
        assert small.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_view_is_a_picture_and_the_same_in_text(client: httpx.Client, name: str, language: str) -> None:
    answer = client.get(f"/views/{name}?lang={language}", headers=HTML)
    assert answer.status_code == 200
    shown = data(answer.text)
    assert shown["nodes"]
    assert rows(answer.text, "node") == [node["id"] for node in shown["nodes"]]
    assert rows(answer.text, "edge") == [edge["id"] for edge in shown["edges"]]
    assert all(isinstance(node["x"], int) for node in shown["nodes"])
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_view_is_also_shown_group_by_group(client: httpx.Client) -> None:
    whole = client.get("/views/meetings?format=json").json()
    groups = {node["community"] for node in whole["nodes"]}
    page = client.get("/views/meetings?lang=en", headers=HTML).text
    assert "Group by group" in page
    assert "/views/meetings?group=1" in page
    part = client.get("/views/meetings?group=1&format=json").json()
    places = {node["id"]: (node["x"], node["y"]) for node in whole["nodes"] if node["community"] == 1}
    assert {node["id"]: (node["x"], node["y"]) for node in part["nodes"]} == places
    assert 1 < len(part["nodes"]) < len(whole["nodes"])
    assert part["query"] == "/views/meetings?group=1"
    for wrong in (str(max(groups) + 1), "0", "x", "²"):
        assert client.get(f"/views/meetings?group={wrong}").status_code == 404
    assert "Group by group" not in client.get("/views/recommendations?lang=en", headers=HTML).text


def test_who_was_recommended_what_is_in_the_view(client: httpx.Client) -> None:
    shown = client.get("/views/recommendations.json").json()
    told = next(edge for edge in shown["edges"] if (edge["source"], edge["target"]) == (PLATFORM, PROVINCE))
    assert any("khuyến nghị" in event["remark"] for event in told["events"])
    assert all("keep" not in event["remark_en"] for edge in shown["edges"] for event in edge["events"])


def test_meetings_tie_those_who_took_part(client: httpx.Client) -> None:
    shown = client.get("/views/meetings.json").json()
    pairs = {(edge["source"], edge["target"]) for edge in shown["edges"]}
    assert (THING + "meeting/soc-trang-2021-01-04", MINISTER) in pairs
    top = max(shown["nodes"], key=lambda node: node["betweenness"])
    assert top["kind"] in ("person", "organization", "meeting")


@pytest.mark.parametrize("name", VIEWS)
def test_every_format_holds_the_same_nodes_and_ties(client: httpx.Client, name: str) -> None:
    shown = client.get(f"/views/{name}?format=json").json()
    nodes, edges = len(shown["nodes"]), len(shown["edges"])
    assert client.get(f"/views/{name}", headers={"Accept": "application/json"}).json() == shown
    table = list(csv.DictReader(io.StringIO(client.get(f"/views/{name}.csv").text, newline="")))
    assert len({(row["source"], row["relation"], row["target"]) for row in table}) == edges
    graphml = nx.parse_graphml(client.get(f"/views/{name}.graphml").text, force_multigraph=True)
    assert (len(graphml), graphml.number_of_edges()) == (nodes, edges)
    gexf = client.get(f"/views/{name}.gexf").text
    assert (len(re.findall(r"<node ", gexf)), len(re.findall(r"<edge ", gexf))) == (nodes, edges)


def test_the_offline_file_is_a_download_and_never_a_page(client: httpx.Client) -> None:
    answer = client.get("/views/recommendations.html", headers=HTML)
    if answer.status_code == 503:
        pytest.skip("vis-network is not set up here: " + answer.json()["detail"])
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<title>" in answer.text


def test_unknown_views_and_formats(client: httpx.Client) -> None:
    unknown = client.get("/views/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert unknown.json()["views"] == [*VIEWS, "map", "timeline"]
    assert client.get("/views/meetings.exe").status_code == 404
    assert client.get("/views/meetings?format=exe").status_code == 404
    for address in ("/views/meetings.CSV", "/views/map?format=CSV", "/views/timeline?format=CSV"):
        assert client.get(address).headers["content-type"] == "text/csv; charset=utf-8", address
    assert client.get("/views/map?format=PNG").status_code == 404, "painted by the page, never here"
    assert client.get("/views/timeline.json").json()["formats"] == ["html", "svg", "csv", "ttl"]
    assert client.get("/views/timeline?format=csv&since=2020").json()["code"] == "bad-request"


@pytest.mark.parametrize("name", ["map", "timeline"])
@pytest.mark.parametrize(("extension", "media_type"), [("svg", "image/svg+xml"), ("csv", "text/csv")])
def test_the_map_and_the_timeline_have_their_files_by_name_and_by_accept(
    client: httpx.Client, name: str, extension: str, media_type: str
) -> None:
    asked = client.get(f"/views/{name}?format={extension}")
    assert asked.headers["content-type"].startswith(media_type)
    assert client.get(f"/views/{name}.{extension}").content == asked.content
    assert client.get(f"/views/{name}", headers={"Accept": media_type}).content == asked.content
    page = client.get(f"/views/{name}", headers={"Accept": "application/json"})
    assert page.headers["content-type"].startswith("text/html")


def test_where_sources_disagree_both_are_shown(hostile: httpx.Client) -> None:
    ends = {"from": THING + "organization/one", "to": THING + "unit/evil"}
    told = hostile.get("/api/edge", params=ends).json()["edges"][0]["events"]
    assert [event["id"] for event in told] == [THING + "observation/one"]
    assert [rival["id"] for rival in told[0]["rivals"]] == [THING + "observation/two"], "a target is no rival"
    assert told[0]["rivals"][0]["facts"]["value"]["values"][0]["label"] == "1300"
    address = "/explore?focus=organization/one&explain=organization/one~unit/evil&lang="
    for language, words in (("vi", "Nguồn khác nói khác"), ("en", "Another source says otherwise")):
        page = hostile.get(address + language, headers=HTML).text
        assert words in page
        assert "Dân số theo Hai" in page
        assert "<b>" not in page


def test_hostile_names_are_text_everywhere(hostile: httpx.Client) -> None:
    addresses = ["/explore?focus=platform/evil", "/views/recommendations", "/views/meetings", "/explore"]
    addresses.append("/explore?focus=platform/evil&explain=platform/evil~unit/evil")
    for address in addresses:
        for language in ("vi", "en"):
            page = hostile.get(f"{address}{'&' if '?' in address else '?'}lang={language}", headers=HTML)
            assert page.status_code == 200, (address, page.text[:300])
            assert not re.search(
                r"<script>|<img src=x|<svg onload|<b>|<i>|<a href='|href=\"javascript:", page.text
            ), address
    shown = data(hostile.get("/explore?focus=platform/evil", headers=HTML).text)
    assert "<script>document.title='owned'</script>" in {node["label"] for node in shown["nodes"]}
    assert max(len(node["label_en"]) for node in shown["nodes"]) == 10_000


@pytest.mark.parametrize("suffix", ["svg", "graphml", "gexf", "csv", "json"])
def test_a_view_is_written_in_the_format_of_its_suffix(
    client: httpx.Client, service: Service, suffix: str
) -> None:
    assert service.release
    opened = open_release(service.release)
    graph = Graph(Direct(opened.quads).evaluate, opened.digest)
    made = written(asyncio.run(view(graph, "commitments")), suffix, "vi")
    assert made == client.get(f"/views/commitments.{suffix}?lang=vi").content


def test_what_cannot_be_drawn_is_told(service: Service) -> None:
    assert service.release
    opened = open_release(service.release)
    graph = Graph(Direct(opened.quads).evaluate, opened.digest)
    with pytest.raises(ViewError, match="meetings, recommendations"):
        asyncio.run(view(graph, "nothing"))
    with pytest.raises(ViewError, match=r"\.html, \.svg"):
        written(asyncio.run(view(graph, "meetings")), "pdf", "vi")


def test_a_service_without_anything_to_draw_says_so(people: Path) -> None:
    with serve("--dataset", str(people), "--workers", "1") as running, running.client() as client:
        page = client.get("/views/meetings?lang=en", headers=HTML)
        assert page.status_code == 200
        assert "no tie" in page.text
        assert client.get("/explore", headers=HTML).status_code == 200


def test_ties_of_two_ends_are_the_same_in_either_order(service: Service) -> None:
    with service.client() as client:
        pairs = [(PLATFORM, PROVINCE), (PROVINCE, PLATFORM)]
        found = [client.get("/api/edge", params={"from": a, "to": b}).json()["edges"] for a, b in pairs]
        for one, other in pairwise(found):
            assert {edge["id"] for edge in one} == {edge["id"] for edge in other}
