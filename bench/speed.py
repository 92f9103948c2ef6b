"""CPU a request for ten kinds of query, against the native server and the engine in process, in one run."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import QueryResultsFormat, RdfFormat, Store, serialize

from bench import servers, synthetic
from bench.servers import Server

TRIPLES = 1_000_000
_HEAD = (
    "PREFIX vndx: <https://w3id.org/vndx/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX p: <https://w3id.org/vndx/id/person/> PREFIX m: <https://w3id.org/vndx/id/meeting/> "
    "PREFIX u: <https://w3id.org/vndx/id/unit/> "
)
QUERIES = {
    "label": (200, "SELECT ?l {{ p:p{n} rdfs:label ?l }}"),
    "describe": (100, "DESCRIBE m:m{n}"),
    "meetings of a person, with co-participants": (
        50,
        "SELECT ?m ?date ?other {{ ?a vndx:person p:p{n} ; vndx:meeting ?m . "
        "?m vndx:date ?date . ?b vndx:meeting ?m ; vndx:person ?other }}",
    ),
    "recommendations in a unit, with evidence": (
        20,
        "SELECT ?act ?x ?by ?start ?end {{ ?act vndx:addressee u:u{u} ; vndx:platform ?x ; "
        "vndx:speaker ?by ; vndx:evidence ?e . ?e vndx:start ?start ; vndx:end ?end }}",
    ),
    "two hops between people": (
        20,
        "SELECT DISTINCT ?far {{ ?a vndx:person p:p{n} ; vndx:meeting ?m . ?b vndx:meeting ?m ; "
        "vndx:person ?q . ?c vndx:person ?q ; vndx:meeting ?k . ?d vndx:meeting ?k ; vndx:person ?far }}",
    ),
    "aggregate by unit and year": (
        3,
        "SELECT ?u ?y (COUNT(*) AS ?n) {{ ?m vndx:place ?u ; vndx:date ?d BIND(YEAR(?d) AS ?y) }} "
        "GROUP BY ?u ?y",
    ),
    "property path": (20, "SELECT ?s {{ p:p{n} ^vndx:person/vndx:meeting/vndx:place/^vndx:area ?s }}"),
    "text filter": (3, 'SELECT ?s {{ ?s rdfs:label ?l FILTER(CONTAINS(?l, "việc {n}")) }}'),
    "10,000 rows": (5, "SELECT ?s ?l {{ ?s a vndx:Recommendation ; rdfs:label ?l }} LIMIT 10000"),
    "CONSTRUCT of 50,000 triples": (
        2,
        "CONSTRUCT {{ ?s vndx:start ?o }} {{ ?s vndx:start ?o }} LIMIT 50000",
    ),
}
_GRAPHS = ("DESCRIBE", "CONSTRUCT")


def run() -> str:
    """One Markdown section with CPU milliseconds a request and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        count = synthetic.write(data, TRIPLES)
        figures = {"in process": _in_process(data)}
        extra: dict[str, str] = {}
        with servers.vndx(data) as server:
            figures["vndx"] = _over_http(server)
            extra |= _more(server)
        with servers.native(data) as server:
            figures["native, memory"] = _over_http(server)
            extra |= _more(server)
        with servers.native(data, Path(folder) / "disk") as server:
            figures["native, disk"] = _over_http(server)
    return _section(count, figures, extra)


def _texts(name: str, count: int) -> list[str]:
    """`count` queries, no two alike, so that no cache of results answers."""
    text = QUERIES[name][1]
    return [_HEAD + text.format(n=n % 2000, u=n % 63) + f" # {n}" for n in range(count)]


def _accept(text: str) -> str:
    graph = any(word in text for word in _GRAPHS)
    return "application/n-triples" if graph else "application/sparql-results+json"


def _over_http(server: Server) -> dict[str, float]:
    """CPU milliseconds a request, by query, of all the server's processes."""
    found = {}
    for name, (repeats, _) in QUERIES.items():
        texts = _texts(name, repeats + 2)
        for text in texts[:2]:
            server.ask(text, _accept(text))
        before = server.cpu()
        for text in texts[2:]:
            server.ask(text, _accept(text))
        found[name] = (server.cpu() - before) / repeats * 1000
    return found


def _in_process(data: Path) -> dict[str, float]:
    """The same in this process, result written to bytes: the limit."""
    store = Store()
    store.bulk_load(path=data, format=RdfFormat.N_TRIPLES)
    found = {}
    for name, (repeats, _) in QUERIES.items():
        texts = _texts(name, repeats + 2)
        for text in texts[:2]:
            _answer(store, text)
        before = time.process_time()
        for text in texts[2:]:
            _answer(store, text)
        found[name] = (time.process_time() - before) / repeats * 1000
    return found


def _answer(store: Store, text: str) -> bytes | None:
    answer = store.query(text)
    if "json" in _accept(text):
        return answer.serialize(format=QueryResultsFormat.JSON)  # type: ignore[union-attr]
    return serialize(answer, format=RdfFormat.N_TRIPLES)  # type: ignore[arg-type]


def _more(server: Server) -> dict[str, str]:
    """Requests a second of one repeated query, and the tiniest query beside a heavy one."""
    meetings = _texts("meetings of a person, with co-participants", 1)[0]
    repeated = _rate(lambda: server.ask(meetings), 2.0)
    tiny = _texts("label", 400)
    alone = _p99(lambda text: server.ask(text), tiny[:200])
    heavy = _texts("aggregate by unit and year", 200)
    stop = threading.Event()

    def loop() -> None:
        for text in heavy:
            if stop.is_set():
                return
            server.ask(text)

    other = threading.Thread(target=loop)
    other.start()
    beside = _p99(lambda text: server.ask(text), tiny[200:])
    stop.set()
    other.join()
    return {
        f"{server.name}: one query repeated, requests a second, one client": f"{repeated:.0f}",
        f"{server.name}: the tiniest query, p99 alone / beside a looped aggregate": (
            f"{alone:.1f} / {beside:.1f} ms"
        ),
        f"{server.name}: memory after all this (PSS)": f"{server.memory():.0f} MB",
    }


def _rate(call: Callable[[], object], seconds: float) -> float:
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        call()
        count += 1
    return count / (time.perf_counter() - start)


def _p99(call: Callable[[str], object], texts: list[str]) -> float:
    took = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(took, n=100)[98]


def _section(count: int, figures: dict[str, dict[str, float]], extra: dict[str, str]) -> str:
    engines = list(figures)
    lines = [
        "## CPU a request, ten kinds of query",
        "",
        f"{count:,} triples in our own vocabulary; milliseconds of CPU a request over all processes of a",
        "server, no result cache. The limit is the engine in process, its result written to bytes.",
        "",
        f"| query | {' | '.join(engines)} | vndx / limit | vndx / native, disk |",
        "| --- |" + " --- |" * (len(engines) + 2),
    ]
    for name in QUERIES:
        of = {engine: figures[engine][name] for engine in engines}
        ratio = of["vndx"] / max(of["in process"], 0.001)
        disk = of["vndx"] / max(of["native, disk"], 0.001)
        values = " | ".join(f"{of[engine]:.2f}" for engine in engines)
        lines.append(f"| {name} | {values} | {ratio:.2f} | {disk:.2f} |")
    lines += ["", "| beside | measured |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in extra.items()]
    return "\n".join([*lines, ""])
