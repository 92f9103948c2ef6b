"""Permalinks of every kind are made on one release and followed on the second and third, kept and pruned."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from running import Service, serve

from loaders.building import VanishedError, build
from loaders.citing import cite
from service.permalinks.address import Pin

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

import minirecord
from minirecord import ARTICLE, REGISTRY, SLUG, SOURCE

PREFIXES = (
    "PREFIX vndx: <https://w3id.org/vndx/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
_TO_MOT = (
    "{ ?act a vndx:Recommendation ; vndx:addressee <https://w3id.org/vndx/id/unit/mot> ; rdfs:label ?label }"
)
ACTS = f"{PREFIXES}SELECT ?act ?label {_TO_MOT}"
SAME = PREFIXES + "SELECT ?person { ?person a vndx:Person ; rdfs:label 'An'@vi }"
ASK = PREFIXES + "ASK { ?act rdfs:label 'Use B'@en }"
GRAPH = f"{PREFIXES}CONSTRUCT {{ ?act rdfs:label ?label }} WHERE {_TO_MOT}"
QUERIES = {"acts": ACTS, "same": SAME, "ask": ASK, "graph": GRAPH}

OLD = "https://w3id.org/vndx/id/person/cu"
EVIDENCE = "/doc/evidence/" + SLUG + "-{}-{}".format(*re.search("cả nước 60%", ARTICLE).span())  # type: ignore[union-attr]
PEOPLE = """
person:cu a vndx:Person ; rdfs:label "Cũ"@vi , "Old"@en .
person:bo a vndx:Person ; rdfs:label "Bỏ"@vi , "Left"@en .
"""
RETIRED = """
person:cu a vndx:Retired ; rdfs:label "Cũ"@vi , "Old"@en ; dcterms:isReplacedBy person:binh ;
  vndx:note "Là Bình."@vi , "Is Binh."@en .
person:bo a vndx:Retired ; rdfs:label "Bỏ"@vi , "Left"@en ; vndx:note "Nhầm tên."@vi , "A misreading."@en .
"""
SECOND = SOURCE.replace('"Use B"@en', '"Use B now"@en')
THIRD = (
    SECOND.replace("«cả nước 60%»", "«nước 60%»")
    + f"""
act:{SLUG}-c a vndx:Recommendation ; rdfs:label "C dùng A"@vi , "C should use A"@en ; vndx:speaker person:an ;
  vndx:addressee organization:cong-ty-c ; vndx:sector concept:sector-health ;
  vndx:measure concept:measure-use-platform ; vndx:strength concept:strength-keep-improving ;
  vndx:meeting meeting:{SLUG} ; vndx:evidence «Bộ trưởng An khuyên» .
"""
)


def write(folder: Path, registry: str, source: str) -> Path:
    said, problems = cite(source, {SLUG: ARTICLE}, SLUG)
    assert not problems
    texts = {
        **minirecord.files(),
        "registry/all.ttl": minirecord.turtle(registry),
        f"sources/{SLUG}.ttl": minirecord.turtle(said),
    }
    return minirecord.write(folder, texts)


@dataclass(frozen=True)
class World:
    """The digests of three releases, a service that saw them come, a replica that has kept the last one only,
    and the links that were made on the first, by what they lead to."""

    digests: list[str]
    kept: Service
    pruned: Service
    links: dict[str, str]


def made(client: httpx.Client, digest: str) -> dict[str, str]:
    """The address of a permalink of each kind, as the service itself gives them."""
    links = {}
    for name, query in QUERIES.items():
        answer = client.get("/q", params={"query": query})
        assert answer.status_code == 303, answer.text
        links[f"q-{name}"] = answer.headers["location"]
    for name, path in (
        ("resource", "/doc/person/an"),
        ("statement", f"/doc/act/{SLUG}-b"),
        ("question", "/questions/vo-so"),
        ("dataset", "/dataset"),
    ):
        page = client.get(path, headers={"Accept": "text/html"}).text
        links[name] = re.findall(rf'href="({path}\?release=\w+)"', page)[0]
        assert digest in links[name]
    asked = {"focus": "person/an", "lang": "en"}
    page = client.get("/explore", params=asked, headers={"Accept": "text/html"}).text
    lasting = unescape(re.findall(r'id="lasting"[^>]* value="([^"]*)"', page)[0])
    links["explorer"] = lasting.removeprefix(str(client.base_url).rstrip("/"))
    view = client.get("/views/meetings", headers={"Accept": "text/html"}).text
    links["view"] = re.findall(r'<a href="([^"]*)" rel="bookmark">', view)[0]
    assert links["view"] == f"/views/meetings?release={digest}"
    links["search"] = f"/search?q=cu&release={digest}"
    links["dump"] = f"/dumps/SHA256SUMS?release={digest}"
    links["merged"] = f"/doc/person/cu?release={digest}"
    links["evidence"] = f"{EVIDENCE}?release={digest}"
    return links


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("permalinks")
    data, out, pruned = folder / "data", folder / "out", folder / "pruned"
    write(data, REGISTRY + PEOPLE, SOURCE)
    digests = [build(data, out).digest]
    with serve("--workers", "1", release=out) as service, service.client() as client:
        links = made(client, digests[0])
        renamed = REGISTRY.replace('"Binh"@en', '"Binh of Mot"@en')
        write(data, renamed + PEOPLE, SECOND)
        digests.append(build(data, out).digest)
        with pytest.raises(VanishedError, match=r"2 things .*person/bo, person/cu"):
            build(write(folder / "careless", REGISTRY, SOURCE), out, shrink=0.5)
        write(data, renamed + RETIRED, THIRD)
        digests.append(build(data, out, shrink=0.5).digest)
        deadline = time.monotonic() + 30
        while client.get("/ready").headers["vndx-release"] != digests[2]:
            assert time.monotonic() < deadline, service.log
            time.sleep(0.1)
        shutil.copytree(out, pruned, symlinks=True)
        assert build(data, pruned, keep=1).digest == digests[2]
        with serve("--workers", "1", release=pruned) as replica:
            yield World(digests, service, replica, links)


@pytest.fixture
def kept(world: World) -> Iterator[httpx.Client]:
    with world.kept.client() as client:
        yield client


@pytest.fixture
def pruned(world: World) -> Iterator[httpx.Client]:
    with world.pruned.client() as client:
        yield client


def page(client: httpx.Client, path: str, status: int = 200, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == status, (path, answer.status_code)
    return unescape(answer.text)


def told(client: httpx.Client, path: str) -> dict[str, object]:
    answer = client.get(path + ".json")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_permalink_answers_as_it_did_while_its_release_is_kept(
    world: World, kept: httpx.Client
) -> None:
    for name, link in world.links.items():
        answer = kept.get(link, headers={"Accept": "text/html" if name != "search" else "application/json"})
        assert answer.status_code == 200, (name, answer.text)
        if not name.startswith("q-"):
            assert answer.headers["vndx-release"] == world.digests[0], name
    assert "Use B" in page(kept, world.links["statement"])
    assert "Use B now" not in page(kept, world.links["statement"])
    assert "Use B now" in page(kept, world.links["statement"].partition("?")[0])
    assert OLD in [found["id"] for found in kept.get(world.links["search"]).json()["results"]]
    assert OLD not in [found["id"] for found in kept.get("/search?q=cu").json()["results"]]
    assert kept.get(world.links["dump"]).text != kept.get("/dumps/SHA256SUMS").text
    assert "Old" in page(kept, world.links["merged"])
    assert "60" in page(kept, world.links["evidence"]) or "characters" in page(kept, world.links["evidence"])


def test_every_permalink_of_a_pruned_release_says_what_took_its_place(
    world: World, pruned: httpx.Client
) -> None:
    for name, link in world.links.items():
        answer = pruned.get(link)
        if name.startswith("q-") or name == "explorer":
            assert answer.status_code == 200, name
            continue
        assert (answer.status_code, answer.json()["code"]) == (410, "release-gone"), name
        assert answer.json()["successor"] == world.digests[2]
        leads = page(pruned, link, 410)
        assert f"Release {world.digests[0][:12]} is no longer kept" in leads
        address = link.replace(world.digests[0], world.digests[2])
        assert f'href="{address}"' in leads, name


def test_changes_since_a_pruned_release_lead_to_those_since_its_successor(
    world: World, pruned: httpx.Client
) -> None:
    text = page(pruned, f"/dataset/changes?from={world.digests[0]}&to={world.digests[2]}", 410)
    assert f'href="/dataset/changes?to={world.digests[2]}&from={world.digests[2]}"' in text


def test_a_pinned_query_whose_answer_is_the_same(
    world: World, kept: httpx.Client, pruned: httpx.Client
) -> None:
    for client in (kept, pruned):
        said = told(client, world.links["q-same"])
        assert said["verdict"] == "same"
        assert said["query"] == SAME
        assert said["pinned"]["release"] == world.digests[0]  # type: ignore[index]
        assert said["compared"]["release"] == world.digests[2]  # type: ignore[index]
        assert "The same answer as when it was pinned" in page(client, world.links["q-same"])
    assert "Câu trả lời vẫn như khi ghim" in page(kept, world.links["q-same"], language="vi")


def test_a_pinned_query_whose_answer_changed_shows_which_rows(world: World, kept: httpx.Client) -> None:
    said = told(kept, world.links["q-acts"])
    act = f"<https://w3id.org/vndx/id/act/{SLUG}-b>"
    assert said["verdict"] == "different"
    assert said["added"] == {"count": 1, "rows": [{"act": act, "label": '"Use B now"@en'}]}
    assert said["removed"] == {"count": 1, "rows": [{"act": act, "label": '"Use B"@en'}]}
    text = page(kept, world.links["q-acts"])
    assert "1 row added, 1 row removed" in text
    assert "Rows added" in text and "Rows removed" in text
    graph = told(kept, world.links["q-graph"])
    assert (graph["verdict"], graph["added"]["count"], graph["removed"]["count"]) == ("different", 1, 1)  # type: ignore[index]
    ask = told(kept, world.links["q-ask"])
    assert ask["removed"]["rows"][0]["answer"].startswith('"true"')  # type: ignore[index]
    assert ask["added"]["rows"][0]["answer"].startswith('"false"')  # type: ignore[index]


def test_a_pinned_query_of_a_pruned_release_still_says_whether_it_changed(
    world: World, pruned: httpx.Client
) -> None:
    said = told(pruned, world.links["q-acts"])
    assert (said["verdict"], said["added"], said["query"]) == ("different", None, ACTS)
    assert said["pinned"]["kept"] is False  # type: ignore[index]
    assert said["pinned"]["successor"] == world.digests[2]  # type: ignore[index]
    assert "cannot be opened here" in page(pruned, world.links["q-acts"])
    data = pruned.get(world.links["q-acts"] + ".csv")
    assert (data.status_code, data.json()["successor"]) == (410, world.digests[2])
    assert f"{world.links['q-acts']}.csv?release={world.digests[2]}" in data.headers["link"]
    assert "Use B now" in pruned.get(world.links["q-acts"] + f".csv?release={world.digests[2]}").text


def test_the_pinned_answer_is_given_as_data(world: World, kept: httpx.Client) -> None:
    for extension in ("csv", "tsv", "srj", "xml"):
        answer = kept.get(f"{world.links['q-acts']}.{extension}")
        assert answer.status_code == 200
        assert "Use B" in answer.text and "Use B now" not in answer.text
        assert answer.headers["vndx-release"] == world.digests[0]
    accepted = kept.get(world.links["q-acts"], headers={"Accept": "application/sparql-results+json"})
    assert len(accepted.json()["results"]["bindings"]) == 4
    assert "Use B now" in kept.get(f"{world.links['q-acts']}.csv?release={world.digests[1][:12]}").text
    assert '"Use B"@en .' in kept.get(f"{world.links['q-graph']}.nt").text
    assert kept.get(f"{world.links['q-graph']}.csv").status_code == 406
    assert kept.get(f"{world.links['q-acts']}.exe").status_code == 404


def test_the_digest_can_be_recomputed_by_the_recipe_of_the_docs(world: World, kept: httpx.Client) -> None:
    text = (Path(__file__).parents[2] / "docs" / "permalinks.md").read_text(encoding="utf-8")
    recipe = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    for link in (world.links["q-acts"], world.links["q-same"]):
        results = kept.get(f"{link}.srj").content
        done = subprocess.run([sys.executable, "-c", recipe], input=results, capture_output=True, check=True)
        digest = done.stdout.decode().strip()
        assert told(kept, link)["pinned"]["digest"] == digest[:32]  # type: ignore[index]
        assert hashlib.sha256(kept.get(f"{link}.txt").content).hexdigest() == digest


def test_what_cannot_be_pinned_says_why(kept: httpx.Client) -> None:
    for function in ("NOW", "RAND", "UUID", "STRUUID", "BNODE"):
        answer = kept.get("/q", params={"query": f"SELECT ({function}() AS ?x) {{}}"})
        assert (answer.status_code, answer.json()["code"]) == (400, "cannot-be-pinned")
        assert function in answer.json()["detail"]
    assert kept.get("/q", params={"query": "SELECT {"}).json()["code"] == "query-syntax"
    assert kept.post("/q", data={"query": "DELETE WHERE { ?s ?p ?o }"}).status_code == 403
    long = kept.post("/q", data={"query": "ASK {} #" + "".join(map(chr, range(0x4E00, 0x8000)))})
    assert (long.status_code, long.json()["code"]) == (413, "query-too-long")
    assert kept.get("/q", headers={"Accept": "text/html"}).headers["location"] == "/sparql"
    assert "cannot be pinned" in page(kept, "/q?query=" + quote("SELECT (NOW() AS ?x) {}"), 400)


def test_an_address_that_was_changed_is_told(world: World, kept: httpx.Client) -> None:
    link = world.links["q-acts"]
    for place in (4, 9, 30, 60, len(link) - 1):
        changed = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        for address in (changed, link[:place]):
            answer = kept.get(address)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), address
        assert "check digits" in kept.get(changed).json()["detail"]
    for nonsense in ("1", "abc", "2" + link[4:], "1" + "A" * 9000, "%00", "1ü"):
        assert kept.get(f"/q/{nonsense}").status_code == 404


def test_an_address_with_a_digest_of_its_own_is_told(world: World, kept: httpx.Client) -> None:
    forged = Pin(ACTS, world.digests[0][:12], "0" * 32, "2020-03-02", 4).address
    assert told(kept, forged)["verdict"] == "altered"
    assert "The digest does not match the query" in page(kept, forged)
    elsewhere = Pin(SAME, "0" * 12, "0" * 32, "", 1).address
    assert told(kept, elsewhere)["pinned"]["kept"] is False  # type: ignore[index]
    assert "not known to this server" in page(kept, elsewhere)


@pytest.mark.parametrize("extension", ["bib", "ris", "csl.json"])
def test_a_pinned_query_is_cited_by_release_date_and_digest(
    world: World, kept: httpx.Client, pruned: httpx.Client, extension: str
) -> None:
    for client in (kept, pruned):
        answer = client.get(f"{world.links['q-acts']}.{extension}", params={"lang": "en"})
        assert answer.status_code == 200
        digest = told(client, world.links["q-acts"])["pinned"]["digest"]  # type: ignore[index]
        for held in (world.digests[0], str(client.base_url).rstrip("/") + world.links["q-acts"], digest):
            assert held in answer.text
        assert re.search("2020-03-02|2020/03/02|2020, *3, *2", re.sub(r"\s+", " ", answer.text))
        if extension == "csl.json":
            (item,) = json.loads(answer.text)
            assert item["issued"] == {"date-parts": [[2020, 3, 2]]}


@pytest.mark.parametrize("path", ["/dataset", "/questions/vo-so", f"/doc/act/{SLUG}-b", "/doc/person/an"])
def test_citations_in_an_older_release_name_it(world: World, kept: httpx.Client, path: str) -> None:
    for extension in ("bib", "ris", "csl.json"):
        answer = kept.get(f"{path}.{extension}", params={"release": world.digests[0]})
        assert answer.status_code == 200
        assert f"{path}?release={world.digests[0]}" in answer.text
        assert world.digests[2] not in answer.text


def test_the_links_of_a_page_in_an_older_release_lead_on_in_it(world: World, kept: httpx.Client) -> None:
    digest = world.digests[0]
    for path in (
        "/",
        "/doc/person/an",
        "/questions",
        "/dataset",
        "/sparql?query=ASK%7B%7D",
        "/search?q=an",
        "/views",
        "/views/meetings",
        "/explore?focus=person%2Fan",
        "/ontology",
    ):
        text = page(kept, f"{path}{'&' if '?' in path else '?'}release={digest}")
        assert f"You are reading release {digest[:12]}" in text, path
        assert f'href="/dataset/changes?from={digest}&to={world.digests[2]}"' in text
        links = re.findall(
            r'<a [^>]*?href="(/(?:doc|questions|dataset|sparql|views|explore|search)[^"]*)"([^>]*)>', text
        )
        assert links
        # What leads out of the release says so.
        assert [
            one for one, rest in links if f"release={digest}" not in one and "data-leaves" not in rest
        ] == []
        forms = re.findall(r'<form [^>]*action="/(?:search|sparql|explore|q)".*?</form>', text, re.DOTALL)
        assert forms
        assert all(form.count(f'name="release" value="{digest}"') == 1 for form in forms)
        assert "You are reading" not in page(kept, path)
    assert f"Bạn đang đọc bản {digest[:12]}" in page(kept, f"/dataset?release={digest}", language="vi")
    assert "You are reading" not in page(kept, f"/dataset?release={world.digests[2]}")


def test_an_old_link_to_the_explorer_says_what_changed_of_what_it_shows(
    world: World, kept: httpx.Client, pruned: httpx.Client
) -> None:
    text = page(kept, world.links["explorer"])
    assert f"You are reading release {world.digests[0][:12]}" in text
    since = re.findall(r'<section class="since".*?</section>', text, re.DOTALL)[0]
    listed = dict(re.findall(r"<li><strong>(.*?)</strong>(.*?)</li>", since, re.DOTALL))
    assert set(listed) == {
        "New (1):",
        "Described otherwise (1):",
        "New ties (1):",
        "Ties with other events (1):",
    }
    assert "Company C" in listed["New (1):"]
    assert "Binh of Mot" in listed["Described otherwise (1):"]
    assert "Company C" in listed["New ties (1):"]
    assert "Mot Province" in listed["Ties with other events (1):"]
    assert "Company C" not in text.replace(since, "").partition('id="nodes"')[2], "shown is the older release"
    remembered = page(pruned, world.links["explorer"])
    since = re.findall(r'<section class="since".*?</section>', remembered, re.DOTALL)[0]
    assert "no longer kept" in since
    listed = dict(re.findall(r"<li><strong>(.*?)</strong>(.*?)</li>", since, re.DOTALL))
    assert "Binh of Mot" in listed["Described otherwise (1):"]
    assert "Company C" in remembered.replace(since, "").partition('id="nodes"')[2], (
        "shown is what is in force"
    )
    never = page(kept, "/explore?focus=person/an&release=0123abcd")
    assert "neither kept nor remembered" in never
    assert 'class="since"' not in page(kept, "/explore?focus=person/an")


def test_a_merged_thing_leads_to_what_took_its_place(world: World, kept: httpx.Client) -> None:
    first = kept.get("/id/person/cu", headers={"Accept": "text/html"})
    assert (first.status_code, first.headers["location"]) == (303, "/doc/person/cu")
    moved = kept.get("/doc/person/cu")
    assert (moved.status_code, moved.headers["location"]) == (301, "/doc/person/binh")
    data = kept.get("/doc/person/cu.nt")
    assert data.status_code == 200
    assert (
        f"<{OLD}> <http://purl.org/dc/terms/isReplacedBy> <https://w3id.org/vndx/id/person/binh> ."
        in data.text
    )
    assert '</doc/person/binh>; rel="successor-version"' in data.headers["link"]
    explored = kept.get("/explore?focus=person/cu&lang=en")
    assert explored.headers["location"] == "/explore?focus=person/binh&lang=en"
    assert kept.get("/doc/person/cu.bib").headers["location"] == "/doc/person/binh.bib"
    assert "isReplacedBy" in kept.get("/doc/person/binh.nt").text, "the successor says whose place it took"


def test_the_old_name_of_a_merged_person_finds_the_one_it_was_merged_into(kept: httpx.Client) -> None:
    for name in ("Cũ", "Old", "cu"):
        found = kept.get("/search", params={"q": name, "kind": "person"}).json()["results"]
        assert [one["id"] for one in found] == ["https://w3id.org/vndx/id/person/binh"], name
        assert (found[0]["match"]["field"], found[0]["match"]["reason"]) == ("merged", "merged")
    assert "the name of an entry that was merged into this one: <mark>Cũ</mark>" in page(
        kept, "/search?q=C%C5%A9&kind=person"
    )


def test_a_retired_thing_says_why_and_where_it_last_was(
    world: World, kept: httpx.Client, pruned: httpx.Client
) -> None:
    answer = kept.get("/doc/person/bo")
    assert (answer.status_code, answer.json()["code"]) == (410, "thing-gone")
    assert answer.json()["notes"] == {"vi": "Nhầm tên.", "en": "A misreading."}
    assert answer.json()["release"] == world.digests[1]
    assert f'</doc/person/bo?release={world.digests[1]}>; rel="predecessor-version"' in answer.headers["link"]
    text = page(kept, "/doc/person/bo", 410)
    assert "<bdi>Left</bdi>: no longer described" in text
    assert "A misreading." in text
    assert f'href="/doc/person/bo?release={world.digests[1]}"' in text
    assert "Left" in page(kept, f"/doc/person/bo?release={world.digests[1]}")
    gone = kept.get("/doc/person/bo.ttl")
    assert gone.status_code == 410
    assert "vndx:Retired" in gone.text
    assert "no longer kept" in page(pruned, "/doc/person/bo", 410)


def test_the_data_of_the_explorer_say_where_a_retired_thing_went(kept: httpx.Client) -> None:
    root = "https://w3id.org/vndx/id/person/"
    for asked, successors in (("cu", [f"{root}binh"]), ("bo", [])):
        for answer in (
            kept.get("/api/neighbours", params={"id": root + asked}),
            kept.get("/api/path", params={"from": f"{root}binh", "to": root + asked}),
            kept.get("/api/edge", params={"from": root + asked, "to": f"{root}binh"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (410, "thing-gone")
            assert answer.json()["successors"] == successors
    assert kept.get("/api/neighbours", params={"id": f"{root}never"}).status_code == 404


def test_evidence_that_was_cut_anew_is_gone_and_not_unknown(
    world: World, kept: httpx.Client, pruned: httpx.Client
) -> None:
    for extension in ("", ".ttl", ".bib"):
        answer = kept.get(EVIDENCE + extension)
        assert (answer.status_code, answer.json()["code"]) == (410, "thing-gone"), extension
        assert answer.json()["release"] == world.digests[1]
    assert f'href="{EVIDENCE}?release={world.digests[1]}"' in page(kept, EVIDENCE, 410)
    assert pruned.get(EVIDENCE).json()["kept"] is False
    assert kept.get("/doc/evidence/never-1-2").status_code == 404


def test_a_query_is_pinned_from_the_editor_and_from_a_worked_question(kept: httpx.Client) -> None:
    editor = page(kept, "/sparql?query=" + quote(SAME))
    assert 'formaction="/q"' in editor
    question = page(kept, "/questions/vo-so")
    form = re.search(r'<form class="actions" action="/q".*?name="query" value="(.*?)">', question, re.DOTALL)
    assert form
    answer = kept.get("/q", params={"query": form[1]})
    assert len(answer.headers["location"]) < 70, "a worked question has a short address"
    sent = kept.get("/q", params={"query": form[1].replace("\n", "\r\n")})
    assert sent.headers["location"] == answer.headers["location"], "as browsers send it"
    assert "Where was Vỏ sò recommended" in page(kept, answer.headers["location"])


def test_a_pin_of_an_older_release_is_one(world: World, kept: httpx.Client) -> None:
    answer = kept.get("/q", params={"query": ACTS, "release": world.digests[0]})
    assert answer.headers["location"] == world.links["q-acts"]
    same = told_at = kept.get(f"{world.links['q-acts']}.json", params={"release": world.digests[0]}).json()
    assert same["verdict"] == "same"
    assert told_at["compared"]["release"] == world.digests[0]
