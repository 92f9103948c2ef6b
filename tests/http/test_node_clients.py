"""Clients from npm, as their own users call them: fetch-sparql-endpoint, sparql-http-client, Comunica.

Each has a script in `clients/`, which node runs once against the service on the real record and one with
tight limits; it tells in JSON what each of its cases gave. Where node or the packages are not installed the
tests are skipped, but where the environment variable CI is set they fail.

`overrides` in package.json gives Comunica 4 a data factory that knows RDF 1.2: its own dependencies have
moved on to hand over languages in a way that the factory it asks for does not understand.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import Service

SCRIPTS = Path(__file__).parent / "clients"
PACKAGES = Path(__file__).resolve().parents[2] / "node_modules"
CLIENTS = {
    "fetch-sparql-endpoint": "fetch-sparql-endpoint",
    "sparql-http-client": "sparql-http-client",
    "comunica": "@comunica/query-sparql",
}
"""Script to package."""
ALL = pytest.mark.parametrize("client", CLIENTS)

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
MEETING = "https://w3id.org/vndx/id/meeting/soc-trang-2021-01-04"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def node() -> str:
    """The command node, where it and the packages are installed."""
    found = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    missing = [package for package in CLIENTS.values() if not (PACKAGES / package).is_dir()]
    if found is None or missing:
        reason = f"not in node_modules: {', '.join(missing)} (npm ci)" if found else "node is not on PATH"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return str(found)


@pytest.fixture(scope="module")
def told(node: str, service: Service, guarded: Service) -> Told:
    """What the cases of each client gave, by client and name of the case."""
    return {client: _run(node, client, service, guarded) for client in CLIENTS}


def _run(node: str, client: str, service: Service, guarded: Service) -> dict[str, Any]:
    command = [node, str(SCRIPTS / f"{client}.mjs"), service.url, guarded.url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def rows(case: Any) -> list[dict[str, Any]]:
    """The rows of a case, with or without the requests that they took."""
    found: list[dict[str, Any]] = case["rows"] if isinstance(case, dict) else case
    return found


def requests(case: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    """Method, path, whether a query went with it, media type of the answer."""
    assert {request["status"] for request in case["requests"]} == {200}
    return [
        tuple(request[part] for part in ("method", "path", "asks", "type")) for request in case["requests"]
    ]


@pytest.mark.long
@ALL
def test_rows_whichever_way_they_are_asked_for(told: Told, client: str) -> None:
    for way in ("found", "forced", "long") if client == "comunica" else ("get", "post", "direct"):
        meetings = rows(told[client][way])
        assert {
            "m": ["NamedNode", MEETING],
            "date": ["Literal", "2021-01-04", XSD_DATE],
            "venue": None,
        } in meetings
        names = [meeting["m"][1] for meeting in meetings]
        assert len(names) > 3
        assert names == sorted(names)


@ALL
def test_yes_and_no(told: Told, client: str) -> None:
    assert (told[client]["yes"], told[client]["no"]) == (True, False)


@ALL
def test_triples_keep_letters_and_languages(told: Told, client: str) -> None:
    triples = told[client]["construct"]
    assert {(triple[0][1], triple[1][1], triple[2][2]) for triple in triples} == {
        (MEETING, LABEL, "en"),
        (MEETING, LABEL, "vi"),
    }
    assert any("tỉnh Sóc Trăng" in triple[2][1] for triple in triples)


@ALL
def test_a_large_result_arrives_whole(told: Told, client: str) -> None:
    """The graph has no triple twice, so a row that is lost, cut or doubled shows in one of the numbers."""
    assert told[client]["stream"] == {"rows": 20000, "different": 20000}


@ALL
def test_a_client_may_leave_in_the_middle(told: Told, client: str) -> None:
    """The cases after this one are answered all the same."""
    assert told[client]["left"] == 10


@ALL
def test_a_mistake_is_told(told: Told, client: str) -> None:
    mistake = told[client]["mistake"]
    if client == "comunica":  # parses the query itself
        assert "Parse error" in mistake["error"]
        return
    assert "400" in mistake["error"]
    problem = json.loads(mistake["error"][mistake["error"].index("{") :])
    assert (problem["code"], problem["line"], problem["column"]) == ("query-syntax", 1, 11)


@ALL
def test_a_result_over_the_limit_is_an_error_not_fewer_rows(told: Told, client: str) -> None:
    error = told[client]["limit"]["error"]
    assert "413" in error
    assert "result-too-large" in error
    assert "1000 rows" in error


@ALL
def test_an_update_is_refused(told: Told, client: str) -> None:
    assert "403" in told[client]["update"]["error"]


def test_a_status_reaches_the_program(told: Told) -> None:
    case = told["sparql-http-client"]
    assert [case[name]["status"] for name in ("mistake", "limit", "update", "graphless")] == [
        400,
        413,
        403,
        404,
    ]


def test_a_named_graph_as_a_store(told: Told, service: Service) -> None:
    graph = "https://w3id.org/vndx/graph/registry"
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    with service.client() as client:
        size = int(client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1])
    assert told["sparql-http-client"]["graph"] == {"rows": size, "different": size, "names": [graph]}
    assert "no graph http://example.org/none" in told["sparql-http-client"]["graphless"]["error"]


PARTIES = f"""\
PREFIX vndx: <https://w3id.org/vndx/ontology#>
SELECT ?party ?label {{
  <{MEETING}> vndx:party ?party . ?party <{LABEL}> ?label FILTER(lang(?label) = "vi")
}}"""


@pytest.fixture(scope="module")
def parties(service: Service) -> set[tuple[str, str]]:
    """The parties of the meeting and their Vietnamese names, as the service itself tells them."""
    with service.client() as client:
        answer: httpx.Response = client.get("/sparql", params={"query": PARTIES})
    found = {(row["party"]["value"], row["label"]["value"]) for row in answer.json()["results"]["bindings"]}
    assert ("https://w3id.org/vndx/id/unit/soc-trang", "tỉnh Sóc Trăng") in found
    return found


def test_comunica_hands_a_join_over_to_the_endpoint(told: Told, parties: set[tuple[str, str]]) -> None:
    case = told["comunica"]["join"]
    assert {(row["party"][1], row["label"][1]) for row in rows(case)} == parties
    assert {row["label"][2] for row in rows(case)} == {"vi"}
    assert requests(case)[1:] == [("GET", "/sparql", True, "application/sparql-results+json")]


def test_comunica_knows_the_endpoint_by_its_description(told: Told) -> None:
    """It is told not to guess by the address; without the description it then finds nothing to ask."""
    case = told["comunica"]["described"]
    assert rows(case) == rows(told["comunica"]["found"])
    assert requests(case) == [
        ("GET", "/sparql", False, "application/n-quads"),
        ("GET", "/sparql", True, "application/sparql-results+json"),
    ]
    assert told["comunica"]["undescribed"] == {"rows": [], "requests": []}


def test_comunica_posts_long_queries(told: Told) -> None:
    assert requests(told["comunica"]["long"])[-1][:3] == ("POST", "/sparql", True)


@pytest.mark.parametrize(
    ("case", "path"),
    [
        ("document", "/doc/meeting/soc-trang-2021-01-04.ttl"),
        ("identifier", "/id/meeting/soc-trang-2021-01-04"),
    ],
)
def test_comunica_reads_a_thing_as_a_document(
    told: Told, parties: set[tuple[str, str]], case: str, path: str
) -> None:
    """One document and no endpoint; the address of the thing itself leads to a document too."""
    assert {row["party"][1] for row in rows(told["comunica"][case])} == {party for party, _ in parties}
    assert [request[1] for request in requests(told["comunica"][case])] == [path]


def test_comunica_joins_a_document_with_the_endpoint(told: Told, parties: set[tuple[str, str]]) -> None:
    """Only the document says what it is about, only the endpoint what the parties are called."""
    case = told["comunica"]["both"]
    assert {(row["party"][1], row["label"][1]) for row in rows(case)} == parties
    assert {request[1] for request in requests(case)} == {"/sparql", "/doc/meeting/soc-trang-2021-01-04.ttl"}
