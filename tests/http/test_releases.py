"""A new release is taken up while the service runs: no request fails, no answer mixes two releases."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from pyoxigraph import NamedNode, RdfFormat, Store
from running import Service, serve

from loaders.release import open_release

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def smaller(folder: Path) -> str:
    """Beside the current release, another one without the units; its digest is made up, and returned."""
    release = open_release(folder)
    digest = "0" * 64
    path = folder / digest
    shutil.copytree(release.path, path)
    store = Store()
    store.load(path=release.quads, format=RdfFormat.N_QUADS)
    store.remove_graph(NamedNode("https://w3id.org/vndx/graph/units"))
    (path / "quads.nq").write_bytes(store.dump(format=RdfFormat.N_QUADS) or b"")
    manifest = (path / "manifest.json").read_text(encoding="utf-8")
    (path / "manifest.json").write_text(manifest.replace(release.digest, digest), encoding="utf-8")
    return digest


def point(folder: Path, digest: str) -> None:
    link = folder / "next"
    link.symlink_to(digest)
    link.replace(folder / "current")


def asked(client: httpx.Client) -> tuple[str, int]:
    answer = client.post("/sparql", data={"query": COUNT})
    assert answer.status_code == 200, answer.text
    return answer.headers["vndx-release"], int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_a_new_release_is_taken_up_without_a_failed_request(release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    first = open_release(release)
    shutil.copytree(first.path, folder / first.digest)
    point(folder, first.digest)
    second = smaller(folder)
    seen: set[tuple[str, int]] = set()
    failures: list[str] = []
    with serve(release=folder) as service:
        stop = threading.Event()

        def ask() -> None:
            with service.client() as client:
                while not stop.is_set():
                    try:
                        seen.add(asked(client))
                    except (AssertionError, httpx.HTTPError) as error:
                        failures.append(repr(error))
                    time.sleep(0.005)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        with service.client() as client:
            assert asked(client)[0] == first.digest
            point(folder, second)
            deadline = time.monotonic() + 20
            while asked(client)[0] != second:
                assert time.monotonic() < deadline, service.log
                time.sleep(0.05)
            time.sleep(0.2)
            stop.set()
            for thread in threads:
                thread.join()
            assert client.get("/ready").json()["release"] == second
    assert not failures
    # Each digest came with one count: its own.
    assert len(seen) == 2
    counts = dict(seen)
    assert counts[first.digest] == first.manifest["quads"] > counts[second]
    assert any(f"now serving release {second}" in line for line in service.log)


def test_a_release_that_cannot_be_read_leaves_the_old_one_serving(release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    first = open_release(release)
    shutil.copytree(first.path, folder / first.digest)
    point(folder, first.digest)
    with serve(release=folder) as service, service.client() as client:
        assert asked(client)[0] == first.digest
        point(folder, "nowhere")
        deadline = time.monotonic() + 10
        while not any("not taken up" in line for line in service.log):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert asked(client)[0] == first.digest


def test_a_release_made_anew_of_the_same_quads_is_taken_up(release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    first = open_release(release)
    shutil.copytree(first.path, folder / first.digest)
    point(folder, first.digest)
    with serve(release=folder) as service, service.client() as client:
        assert asked(client)[0] == first.digest
        shutil.copytree(first.path, folder / ".next")
        (folder / first.digest).rename(folder / ".old")
        (folder / ".next").rename(folder / first.digest)
        deadline = time.monotonic() + 20
        while not any("now serving release" in line for line in service.log):
            assert time.monotonic() < deadline
            assert asked(client)[0] == first.digest
            time.sleep(0.05)


def test_a_service_that_is_killed_takes_its_processes_with_it(release: Path) -> None:
    code = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--release", str(release)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "vndx is serving" in process.stderr.readline()

    def below(pid: int) -> list[int]:
        lists = Path(f"/proc/{pid}/task").glob("*/children")
        children = [int(child) for path in lists for child in path.read_text().split()]
        return children + [other for child in children for other in below(child)]

    deadline = time.monotonic() + 20
    while len(processes := below(process.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait()
    process.stderr.close()
    while alive := [pid for pid in processes if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.05)
    # Nothing was lost: the same release is served again.
    with serve(release=release) as service, service.client() as client:
        assert asked(client)[0] == open_release(release).digest


def test_answers_under_way_are_finished_before_it_stops(release: Path) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answers: list[httpx.Response] = []
    with serve("--timeout", "2", "--grace", "10", "--access-log", release=release) as service:

        def ask() -> None:
            with service.client() as client:
                answers.append(client.post("/sparql", data={"query": cross}))

        thread = threading.Thread(target=ask)
        thread.start()
        with service.client() as client:
            deadline = time.monotonic() + 10
            while "vndx_queries_running 1" not in client.get("/metrics").text:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        os.kill(service.pid, signal.SIGTERM)
        thread.join()
    assert [answer.json()["code"] for answer in answers] == ["query-timeout"]
    assert "2 seconds" in answers[0].json()["detail"]


def test_the_access_log_tells_all_but_what_was_asked(release: Path) -> None:
    with serve("--access-log", release=release) as service, service.client() as client:
        client.get("/sparql", params={"query": "SELECT ?secret { ?secret ?p ?o } LIMIT 1"})
        client.post("/sparql", data={"query": "SELECT ?secret {"})
        client.get("/search", params={"q": "secret"})
        client.get("/no\u2028where%0Aforged")
    lines = [json.loads(line) for line in service.log if line.startswith("{")]
    told = [(line["method"], line["path"], line["status"], line["outcome"]) for line in lines]
    assert told[:3] == [
        ("GET", "/sparql", 200, "ok"),
        ("POST", "/sparql", 400, "query-syntax"),
        ("GET", "/search", 200, "ok"),
    ]
    assert (told[3][1], told[3][2]) == ("/no\u2028where\nforged", 404)
    assert all(line["bytes"] > 0 and line["seconds"] >= 0 and line["client"] == "127.0.0.1" for line in lines)
    assert {line["release"] for line in lines} == {open_release(release).digest[:12]}
    assert "secret" not in "".join(service.log)


def test_there_is_no_access_log_unless_asked_for(release: Path) -> None:
    with serve(release=release) as service, service.client() as client:
        client.get("/health")
    assert not [line for line in service.log if line.startswith("{")]


def test_a_busy_port_is_one_clear_line(service: Service, release: Path) -> None:
    port = service.url.rpartition(":")[2]
    code = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--port", port, "--release", str(release)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr


def test_it_stops_when_told_and_leaves_nothing_behind(release: Path) -> None:
    with serve(release=release) as service, service.client() as client:
        assert client.get("/ready").status_code == 200
        children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
        assert children
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert not any("Traceback" in line for line in service.log)


def test_no_release_says_what_to_run(tmp_path: Path) -> None:
    code = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--release", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "vndx build" in done.stderr
