"""Whatever the text of a query: processes survive, others are answered, and its sender is told the truth.

Every bomb of `bombs.py` is sent, four at a time, while another client asks cheap questions without a pause.
"""

import json
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from bombs import BOMBS
from running import Service, serve

REFUSALS = {
    400: {"query-too-complex", "query-syntax", "query-failed"},
    413: {"query-too-long", "result-too-large"},
    429: {"too-many-requests"},
    503: {"query-timeout", "busy"},
}


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a ring of 3,000 things that gives each query a second."""
    file = tmp_path_factory.mktemp("ring") / "ring.nt"
    lines = []
    for n in range(3000):
        thing = f"<http://example.org/{n}> <http://example.org/"
        lines.append(f'{thing}value> "{n}" .')
        lines.append(f"{thing}next> <http://example.org/{(n + 1) % 3000}> .")
        lines.append(f"{thing}skip> <http://example.org/{(n * 7 + 1) % 3000}> .")
    file.write_text("\n".join(lines))
    with serve("--dataset", str(file), "--timeout", "1", "--workers", "3") as running:
        yield running


def parents(service: Service) -> list[int]:
    lists = Path(f"/proc/{service.pid}/task").glob("*/children")
    return [int(child) for path in lists for child in path.read_text().split()]


@contextmanager
def bystander(service: Service) -> Iterator[list[str]]:
    """Another client, at another address, that asks cheap questions; gives what went wrong for it."""
    wrong: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        transport = httpx.HTTPTransport(verify=False, local_address="127.0.0.2")
        # Two seconds are promised; the machine of a test may be as busy as the service.
        with httpx.Client(transport=transport, timeout=6, trust_env=False, base_url=service.url) as client:
            n = 0
            while not stop.is_set():
                n += 1
                thing = f"<http://example.org/{n % 3000}> <http://example.org/value> ?o"
                try:
                    answer = client.post("/sparql", data={"query": f"SELECT ?o {{ {thing} }} #{n}"})
                    if f'"value":"{n % 3000}"' not in answer.text:
                        wrong.append(answer.text[:300])
                except httpx.HTTPError as error:
                    wrong.append(repr(error))
                stop.wait(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield wrong
    finally:
        stop.set()
        thread.join()


def complaint(answer: httpx.Response) -> str:
    """What is wrong with an answer to a bomb; nothing where it is whole, or an honest refusal."""
    kind = answer.headers["content-type"]
    if answer.status_code == 200:
        try:
            if "json" in kind:
                json.loads(answer.content)
            elif "xml" in kind:
                ElementTree.fromstring(answer.content)
        except ValueError as error:
            return f"a cut answer: {error}"
        return ""
    if kind != "application/problem+json" or answer.json()["status"] != answer.status_code:
        return f"no problem: {kind} {answer.text[:200]}"
    if answer.json()["code"] not in REFUSALS.get(answer.status_code, ()):
        return f"an unexpected refusal: {answer.text[:300]}"
    if not answer.json()["detail"]:
        return "a refusal without a reason"
    if answer.status_code in (429, 503) and not int(answer.headers.get("retry-after", "0")):
        return "no Retry-After"
    return ""


@pytest.mark.long
@pytest.mark.parametrize("theme", BOMBS)
def test_bombs(bombed: Service, theme: str) -> None:
    before = parents(bombed)
    with bystander(bombed) as wrong, bombed.client() as client, ThreadPoolExecutor(4) as senders:

        def send(query: str) -> str:
            return complaint(client.post("/sparql", data={"query": query}))

        complaints = dict(zip(BOMBS[theme], senders.map(send, BOMBS[theme].values()), strict=True))
    assert {name: said for name, said in complaints.items() if said} == {}
    assert wrong == []
    # The same parent process, which the service never had to start again.
    assert parents(bombed) == before
    assert not any("Traceback" in line for line in bombed.log)


@pytest.mark.long
def test_many_at_once(bombed: Service) -> None:
    """More cartesian products at once than may wait, and another client who asks something small."""
    before = parents(bombed)
    queries = [f"{query} #{n}" for n in range(2) for query in BOMBS["cartesian"].values()]
    with bystander(bombed) as wrong, bombed.client() as client, ThreadPoolExecutor(44) as senders:

        def send(query: str) -> str:
            return complaint(client.post("/sparql", data={"query": query}))

        complaints = [said for said in senders.map(send, queries) if said]
    assert complaints == []
    assert wrong == []
    assert parents(bombed) == before


@pytest.mark.parametrize("format", ["xml", "csv", "tsv", "ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_no_format_is_cut(bombed: Service, format: str) -> None:
    """Neither by the time that is over half-way nor by too many bytes."""
    kind = "SELECT ?a ?d" if format in ("xml", "csv", "tsv") else "CONSTRUCT { ?a ?b ?d }"
    large = BOMBS["cartesian"]["cross-distinct" if kind[0] == "S" else "cross-construct-bnode"]
    slow = f"{kind} {{ ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) > 50) }}"
    with bombed.client() as client:
        for query in (slow, large):
            answer = client.post("/sparql", data={"query": query, "format": format})
            assert complaint(answer) == ""
            assert answer.status_code in (413, 503)
