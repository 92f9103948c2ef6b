"""An engine behind --endpoint that is killed under load: refusals, and answers as soon as it is back."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from backends import free_port, load, loaded
from running import Service, serve

ROWS = "SELECT ?value { ?s <http://example.org/value> ?value }"
WHOLE = 3000


@contextmanager
def asking(service: Service, clients: int) -> Iterator[list[httpx.Response]]:
    """Clients that ask without a pause for as long as the block lasts; gives their answers so far."""
    answers: list[httpx.Response] = []
    over = threading.Event()

    def ask() -> None:
        with service.client() as client:
            while not over.is_set():
                answers.append(client.get("/sparql", params={"query": ROWS, "format": "csv"}))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join(20)


def until(holds: object) -> None:
    deadline = time.monotonic() + 20
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_and_started_again_under_load(numbers: Path, tmp_path: Path) -> None:
    port = free_port()
    load(numbers, tmp_path / "engine")
    with (
        loaded(tmp_path / "engine", port) as engine,
        serve("--endpoint", f"http://127.0.0.1:{port}/query", release=tmp_path / "nothing") as service,
        asking(service, 4) as answers,
        service.client() as client,
    ):
        until(lambda: len(answers) > 20)
        engine.kill()
        until(lambda: sum(answer.status_code == 503 for answer in answers) > 20)
        page = client.get("/doc/person/x", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200
        with loaded(tmp_path / "engine", port):
            back = len(answers)
            assert client.get("/ready").status_code == 200
            assert client.get("/doc/person/x").status_code == 404
            until(lambda: len(answers) > back + 20)
            # Those that were on their way when it came back may have been refused; none after them was.
            assert all(answer.status_code == 200 for answer in answers[back + 8 :])
            seen = list(answers)
    for answer in seen:
        if answer.status_code == 200:
            assert answer.text.count("\n") == WHOLE + 1
        else:
            assert (answer.status_code, answer.json()["code"]) == (503, "not-ready"), answer.text
            assert answer.headers["retry-after"] == "5"
