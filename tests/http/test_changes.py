"""What was taken last year still resolves: older releases by `?release=`, 410 for gone ones, what changed."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from running import serve

from loaders.building import build
from loaders.release import open_release

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

import minirecord

VO_SO = "https://w3id.org/vndx/id/platform/vo-so"
LABEL = f'SELECT ?x {{ <{VO_SO}> <http://www.w3.org/2000/01/rdf-schema#label> ?x FILTER(LANG(?x) = "en") }}'
LINE = re.compile(r'^(platform:vo-so a .*?)"[^"]*"@en', re.MULTILINE | re.DOTALL)
NAMES = ("Voso", "Voso one", "Voso two")


@pytest.fixture(scope="module")
def digests() -> list[str]:
    """The digests of three releases, each with another English name of a platform, oldest first."""
    return []


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, digests: list[str]) -> Iterator[httpx.Client]:
    """A service on the last of three releases, of which two are kept."""
    folder = tmp_path_factory.mktemp("changes")
    texts = {name: text.replace("nen-tang-a", "vo-so") for name, text in minirecord.files().items()}
    minirecord.write(folder / "data", texts)
    platforms = folder / "data/registry/all.ttl"
    for name in NAMES:
        text = platforms.read_text(encoding="utf-8")
        text, count = LINE.subn(rf'\1"{name}"@en', text)
        assert count == 1
        platforms.write_text(text, encoding="utf-8")
        digests.append(build(folder / "data", folder / "out", keep=2).digest)
    assert open_release(folder / "out").digest == digests[-1]
    with serve("--workers", "1", release=folder / "out") as service, service.client() as client:
        yield client


def test_an_older_release_answers_queries(client: httpx.Client, digests: list[str]) -> None:
    for digest, name in zip(digests[1:], NAMES[1:], strict=True):
        answer = client.get("/sparql", params={"query": LABEL, "release": digest})
        assert answer.json()["results"]["bindings"][0]["x"]["value"] == name
        assert answer.headers["vndx-release"] == digest
    tags = {
        client.get("/sparql", params={"query": LABEL, "release": one}).headers["etag"] for one in digests[1:]
    }
    assert len(tags) == 2
    answer = client.post("/sparql", params={"release": digests[1][:12]}, data={"query": LABEL})
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == NAMES[1]
    assert client.get("/sparql", params={"query": LABEL}).headers["vndx-release"] == digests[-1]


def test_an_older_release_has_its_pages_data_and_dumps(client: httpx.Client, digests: list[str]) -> None:
    older = {"release": digests[1]}
    page = client.get(
        "/doc/platform/vo-so", params=older, headers={"Accept": "text/html", "Accept-Language": "en"}
    )
    assert NAMES[1] in page.text
    assert client.get("/doc/platform/vo-so.ttl", params=older).text.count(f'"{NAMES[1]}"@en') == 1
    first = client.get("/id/platform/vo-so", params=older, headers={"Accept": "text/turtle"})
    assert first.headers["location"] == f"/doc/platform/vo-so.ttl?release={digests[1]}"
    assert f'"{NAMES[1]}"@en' in client.get("/graph/registry.nt", params=older).text
    sums = [client.get("/dumps/SHA256SUMS", params={"release": one}).text for one in digests[1:]]
    assert len(set(sums)) == 2


@pytest.mark.parametrize("path", ["/sparql", "/doc/platform/vo-so", "/dataset", "/graph/registry"])
def test_a_release_that_is_gone_says_what_took_its_place(
    client: httpx.Client, digests: list[str], path: str
) -> None:
    answer = client.get(path, params={"release": digests[0], "query": "ASK {}"})
    assert answer.status_code == 410
    body = answer.json()
    assert body["code"] == "release-gone"
    assert (body["release"], body["successor"]) == (digests[0], digests[1])
    link = f'<{path}?query=ASK+%7B%7D&release={digests[1]}>; rel="successor-version"'
    assert answer.headers["link"] == link
    long = client.get(path, params={"release": digests[0], "query": "#" * 3000})
    assert long.headers["link"] == f'<{path}?release={digests[1]}>; rel="successor-version"'
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("digest", ["0" * 64, "abc", "../current", "%00", "x" * 5000])
def test_a_release_that_never_was(client: httpx.Client, digest: str) -> None:
    answer = client.get("/doc/platform/vo-so", params={"release": digest})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    page = client.get("/doc/platform/vo-so", params={"release": digest}, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<h1" in page.text


def test_changes_since_the_release_before(client: httpx.Client, digests: list[str]) -> None:
    told = client.get("/dataset/changes", headers={"Accept": "application/json"}).json()
    assert (told["from"]["digest"], told["to"]["digest"]) == (digests[1], digests[2])
    (graph,) = (one for one in told["graphs"] if one["id"].endswith("/registry"))
    (resource,) = graph["resources"]
    assert (resource["id"], resource["kind"]) == (VO_SO, "changed")
    (statement,) = resource["statements"]
    assert (statement["before"][0]["value"], statement["after"][0]["value"]) == (NAMES[1], NAMES[2])
    assert told["counts"]["changed"] >= 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_changes_as_a_page(client: httpx.Client, digests: list[str], language: str) -> None:
    params = {"from": digests[1], "to": digests[2][:16], "lang": language}
    page = client.get("/dataset/changes", params=params, headers={"Accept": "text/html"})
    assert page.status_code == 200
    (row,) = re.findall(rf"<tr>(?:(?!</tr>).)*{NAMES[1]}(?:(?!</tr>).)*</tr>", page.text, re.DOTALL)
    cells = [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
    told = ["đổi", "tên (tiếng Anh)"] if language == "vi" else ["changed", "name (English)"]
    assert cells == [*told, NAMES[1], NAMES[2]], "in words, and as pages write values"
    machine = f"rdfs:label  &#34;{NAMES[1]}&#34;@en → &#34;{NAMES[2]}&#34;@en"
    assert f"<code>{machine}</code>" in page.text, "what machines say is kept"
    assert '<a href="/doc/platform/vo-so">' in page.text
    assert (
        "Changes between releases" if language == "en" else "Thay đổi giữa hai bản phát hành"
    ) in page.text
    assert 'href="/dataset/changes"' in client.get("/dataset", headers={"Accept": "text/html"}).text


def test_one_release_is_compared_with_no_other(tmp_path: Path) -> None:
    minirecord.write(tmp_path / "data", minirecord.files())
    build(tmp_path / "data", tmp_path / "out")
    with serve("--workers", "1", release=tmp_path / "out") as service, service.client() as client:
        page = client.get("/dataset/changes?lang=en", headers={"Accept": "text/html"}).text
    assert "There is no release before this one." in page and "<select" not in page


def test_changes_that_cannot_be_told(client: httpx.Client, digests: list[str]) -> None:
    gone = client.get("/dataset/changes", params={"from": digests[0]})
    assert (gone.status_code, gone.json()["successor"]) == (410, digests[1])
    assert client.get("/dataset/changes", params={"from": "f" * 64}).status_code == 404
    assert client.get(f"/doc/platform/vo-so?%72elease={digests[0]}").status_code == 410
    assert client.get("/dataset/changes", headers={"Accept": "image/png"}).status_code == 406
    same = client.get("/dataset/changes", params={"from": digests[2], "format": "json"}).json()
    assert same["graphs"] == []


def test_the_catalogue_lists_the_versions(client: httpx.Client, digests: list[str]) -> None:
    dcat, dataset = "http://www.w3.org/ns/dcat#", "https://w3id.org/vndx/dataset"
    triples = {
        (quad.subject.value, quad.predicate.value.removeprefix(dcat), getattr(quad.object, "value", ""))
        for quad in parse(client.get("/dataset.ttl").content, RdfFormat.TURTLE)
    }
    versions = {value for subject, name, value in triples if (subject, name) == (dataset, "hasVersion")}
    assert versions == {f"{dataset}?release={digest}" for digest in digests[1:]}
    assert (dataset, "hasCurrentVersion", f"{dataset}?release={digests[2]}") in triples
    previous = (f"{dataset}?release={digests[2]}", "previousVersion", f"{dataset}?release={digests[1]}")
    assert previous in triples


def test_a_service_of_files_has_no_older_releases(people: Path) -> None:
    with serve("--dataset", str(people)) as service, service.client() as client:
        answer = client.get("/sparql", params={"query": "ASK {}", "release": "0" * 64})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert "digits are the least" not in answer.json()["detail"]
        short = client.get("/sparql", params={"query": "ASK {}", "release": "0" * 7}).json()["detail"]
        assert "There is no release '0000000' here (8 digits are the least); in force is" in short
        assert client.get("/dataset/changes", params={"format": "json"}).json()["code"] == "not-found"
