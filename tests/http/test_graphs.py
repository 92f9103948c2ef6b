"""Named graphs, the Graph Store Protocol's reading half, the dataset's description, dumps, operations."""

import hashlib
import re
import time
from pathlib import Path

import httpx
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib.compare import isomorphic
from running import Service, serve

from loaders.release import open_release

REGISTRY = "https://w3id.org/vndx/graph/registry"


def test_a_graph_by_path_and_by_parameter_is_the_same(client: httpx.Client, service: Service) -> None:
    by_path = client.get("/graph/registry", headers={"Accept": "application/n-triples"})
    by_name = client.get(
        "/rdf-graph-store", params={"graph": REGISTRY}, headers={"Accept": "application/n-triples"}
    )
    assert sorted(by_path.text.splitlines()) == sorted(by_name.text.splitlines())
    assert service.release is not None
    assert len(by_path.text.splitlines()) == open_release(service.release).manifest["graphs"][REGISTRY]
    held = {"Accept": "application/n-triples", "If-None-Match": by_path.headers["etag"]}
    assert client.get("/graph/registry", headers=held).status_code == 304


def test_the_default_graph_is_everything(client: httpx.Client, service: Service) -> None:
    answer = client.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"})
    assert service.release is not None
    assert len(answer.text.splitlines()) == open_release(service.release).manifest["quads"]


@pytest.mark.parametrize("format", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_a_graph_in_each_format_by_extension(client: httpx.Client, format: str) -> None:
    answer = client.get(f"/graph/units.{format}")
    read = parse(answer.content, RdfFormat.from_extension(format))
    assert "https://w3id.org/vndx/id/unit/ben-tre" in {quad.subject.value for quad in read}
    assert f'filename="units.{format}"' in answer.headers["content-disposition"]


ASKED = (
    "DESCRIBE <https://w3id.org/vndx/id/platform/vo-so>",
    "CONSTRUCT WHERE { ?s <https://w3id.org/vndx/ontology#value> ?o }",
    "CONSTRUCT { [] <http://example.org/p> ?o , ( 1 1.50 '2'@en ) } WHERE { VALUES ?o { 1 true 'x' } }",
)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's parser warns of itself
@pytest.mark.parametrize("asked", ["/graph/soc-trang-2021-01-04", "/graph/vocabulary", *ASKED])
def test_json_ld_is_compact_has_our_context_and_says_the_same(client: httpx.Client, asked: str) -> None:
    path, query = (asked, {}) if asked.startswith("/") else ("/sparql", {"query": asked})
    written, told = (
        client.get(path, params=query, headers={"Accept": accept})
        for accept in ("application/ld+json", "text/turtle")
    )
    document = written.json()
    assert document["@context"]["id"] == "@id"
    assert "@value" not in str(document["@context"])
    turtle = rdflib.Graph().parse(data=told.content, format="turtle")
    assert len(turtle) > 5
    # The engine's own reader and rdflib's agree with what the Turtle says.
    lines = "".join(f"{quad.triple} .\n" for quad in parse(written.content, RdfFormat.JSON_LD))
    assert isomorphic(rdflib.Graph().parse(data=lines, format="nt"), turtle)
    assert isomorphic(rdflib.Graph().parse(data=written.content, format="json-ld"), turtle)
    again = client.get(path, params=query, headers={"Accept": "application/ld+json"})
    assert again.json()["@context"] == document["@context"]


def test_a_large_graph_is_json_ld_all_the_same(client: httpx.Client) -> None:
    query = {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}
    written = client.get("/sparql", params=query, headers={"Accept": "application/ld+json"})
    assert isinstance(written.json(), list)
    triples = client.get("/sparql", params=query, headers={"Accept": "application/n-triples"})
    assert sum(1 for _ in parse(written.content, RdfFormat.JSON_LD)) == len(triples.text.splitlines())


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/graph/nothing-of-that-name", 404, "not-found"),
        ("/graph/No_Name", 404, "not-found"),
        ("/rdf-graph-store?graph=http://example.org/none", 404, "not-found"),
        ("/rdf-graph-store", 400, "bad-request"),
        (f"/rdf-graph-store?default&graph={REGISTRY}", 400, "bad-request"),
        ("/dumps/nothing.gz", 404, "not-found"),
        ("/dumps/..%2Fmanifest.json", 404, "not-found"),
    ],
)
def test_what_is_not_there(client: httpx.Client, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/graph/registry", "/rdf-graph-store?default"])
def test_graphs_cannot_be_written(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path, content=b"")
    assert answer.status_code == 405
    assert {part.strip() for part in answer.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert answer.json()["code"] == "method-not-allowed"


def test_the_dataset_is_described_with_the_figures_of_its_release(client: httpx.Client) -> None:
    void, dataset = "http://rdfs.org/ns/void#", "https://w3id.org/vndx/dataset"
    for path in ("/dataset", "/.well-known/void"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        told = {
            (quad.subject.value, quad.predicate.value): getattr(quad.object, "value", "")
            for quad in parse(answer.content, RdfFormat.TURTLE)
        }
        assert told[dataset, "http://purl.org/dc/terms/identifier"] == answer.headers["vndx-release"]
        assert int(told[dataset, void + "triples"]) > 1000
        assert int(told[REGISTRY, void + "triples"]) > 100
        checksum = "https://w3id.org/vndx/dumps/vndx.nq.gz#checksum"
        assert len(told[checksum, "http://spdx.org/rdf/terms#checksumValue"]) == 64
    assert (
        client.get("/dataset", headers={"Accept": "text/html"})
        .headers["content-type"]
        .startswith("text/html")
    )


def test_dumps_are_what_their_checksums_say(client: httpx.Client) -> None:
    sums = client.get("/dumps/SHA256SUMS")
    assert sums.status_code == 200
    listed = dict(reversed(line.split(maxsplit=1)) for line in sums.text.splitlines())
    assert "vndx.nq.gz" in {name.strip("*") for name in listed}
    for name, digest in listed.items():
        dump = client.get(f"/dumps/{name.strip('*')}")
        assert hashlib.sha256(dump.content).hexdigest() == digest
        assert digest in dump.headers["etag"]
    assert client.head("/dumps/vndx.nq.gz").headers["content-type"] == "application/gzip"


def test_operations(client: httpx.Client, release: Path) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    ready = client.get("/ready").json()
    assert ready["status"] == "ready"
    client.get("/sparql", params={"query": "SELECT"})
    before = time.time()
    metrics = client.get("/metrics")
    after = time.time()
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'vndx_requests_total{status="400",outcome="query-syntax"}' in metrics.text
    assert f'vndx_release_info{{digest="{ready["release"]}"' in metrics.text
    own = 'vndx_process_resident_bytes{process="http"}'
    for name in ("vndx_queries_waiting", "vndx_queries_running", "vndx_releases_open 1", own):
        assert name in metrics.text
    age = re.search(r"^vndx_release_age_seconds (\S+)$", metrics.text, re.MULTILINE)
    assert age
    # The shared release may have been written long before this run.
    written = (open_release(release).path / "manifest.json").stat().st_mtime
    assert round(before - written, 3) <= round(float(age[1]), 3) <= round(after - written, 3)
    described = client.get("/openapi.json").json()
    assert described["info"]["title"] == "vndx"
    for path in described["paths"]:
        # Nothing is described that is not there; 404 of an unknown thing comes from the route itself.
        answer = client.get(path.replace("{", "").replace("}", ""))
        assert answer.status_code in (200, 400, 303) or "{" in path, path
    assert client.get("/docs").status_code == 404


def test_every_file_of_a_view_is_described_and_there(client: httpx.Client) -> None:
    """The map and the timeline have no nodes and ties, so not every format is theirs."""
    described = client.get("/openapi.json").json()["paths"]["/views/{name}.{extension}"]["get"]
    choices = {
        parameter["name"]: parameter["schema"]["enum"]
        for parameter in described["parameters"]
        if parameter["in"] == "path"
    }
    assert {"recommendations", "meetings", "map", "timeline"} <= set(choices["name"])
    seen = set()
    for name in choices["name"]:
        for extension in choices["extension"]:
            answer = client.get(f"/views/{name}.{extension}")
            if name in ("map", "timeline") and extension in ("graphml", "gexf", "json"):
                assert answer.status_code == 404
                continue
            if (name, extension, answer.status_code) == ("map", extension, 503):
                continue  # the map's file is not installed
            assert answer.status_code == 200, (name, extension)
            seen.add(answer.headers["content-type"].partition(";")[0])
    assert seen == set(described["responses"]["200"]["content"])


@pytest.mark.local
def test_each_worker_tells_its_memory(client: httpx.Client) -> None:
    client.get("/sparql", params={"query": "ASK {}"})
    # Which numbers they have depends on how many left after a long query.
    metrics = client.get("/metrics").text
    told = re.findall(r'vndx_process_resident_bytes\{process="worker-\d+"\} (\S+)', metrics)
    assert any(float(resident) > 1_000_000 for resident in told)


def test_plain_files_are_served_as_they_are(people: object) -> None:
    with serve("--dataset", str(people)) as service, service.client() as client:

        def values(query: str) -> list[str]:
            answer = client.get("/sparql", params={"query": query})
            return [row["x"]["value"] for row in answer.json()["results"]["bindings"]]

        assert values("SELECT ?x { ?s ?p ?x }") == ["41"]
        assert values("SELECT DISTINCT ?x { GRAPH ?x { ?s ?p ?o } } ORDER BY ?x") == [
            "http://example.org/g1",
            "http://example.org/g2",
        ]
        assert values("SELECT ?x FROM <http://example.org/g2> { ?s ?p ?x }") == ["Bình"]
        graph = client.get("/rdf-graph-store", params={"graph": "http://example.org/g1"})
        assert 'An \\"{ SERVICE }\\" # Đỗ' in graph.text
        described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert "UnionDefaultGraph" not in described


def test_a_file_that_is_no_rdf_is_one_clear_line(tmp_path: object) -> None:
    broken = tmp_path / "broken.ttl"  # type: ignore[operator]
    broken.write_text("<a> <b> .\n")
    with pytest.raises(AssertionError, match=r"broken\.ttl"), serve("--dataset", str(broken)):
        pass
