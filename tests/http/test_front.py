"""The service behind its front: lookups whatever the service is busy with, and whatever becomes of either."""

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from running import Service, serve
from test_prompt import COUNT, LABEL, UNIT, Wire, address, fields, got, posted, wire
from test_releases import point, smaller

from loaders.release import STATEMENTS, open_release

pytestmark = pytest.mark.local


@pytest.fixture
def fronted(release: Path) -> Iterator[Service]:
    """A service of the real record with one worker, to be stopped and killed."""
    with serve("--workers", "1", release=release) as running:
        yield running


def front(service: Service) -> psutil.Process:
    (found,) = (
        child
        for child in psutil.Process(service.pid).children()
        if "service.front.process" in child.cmdline()
    )
    return found


def logged(service: Service, line: str) -> str:
    """The log, when that line is in it."""
    deadline = time.monotonic() + 20
    while line not in (log := "".join(service.log)):
        assert time.monotonic() < deadline, log  # what reads the log may lag
        time.sleep(0.05)
    return log


def test_lookups_are_answered_while_the_service_is_busy(fronted: Service) -> None:
    """As busy as can be: it is stopped. A page waits until it goes on, and is answered then."""
    (expected,) = wire(fronted, posted(LABEL))
    with closing(Wire(fronted)) as kept, closing(Wire(fronted)) as page:
        kept.send(posted(LABEL))
        kept.answer()
        os.kill(fronted.pid, signal.SIGSTOP)
        try:
            page.send(got(COUNT))
            kept.send(posted(LABEL))
            assert fields(kept.answer()) == fields(expected)
            for request in (posted(LABEL), got(f"DESCRIBE <{UNIT}>"), got(f"ASK {{ <{UNIT}> ?p ?o }}")):
                assert wire(fronted, request)[0].startswith(b"HTTP/1.1 200 OK")
        finally:
            os.kill(fronted.pid, signal.SIGCONT)
        assert page.answer().startswith(b"HTTP/1.1 200 OK")


def test_many_connections_wait_for_a_busy_service(fronted: Service) -> None:
    """More are handed on than the channel holds; none is lost, and lookups go on from before."""
    waiting = []
    with closing(Wire(fronted)) as kept:
        kept.send(posted(LABEL))
        kept.answer()
        os.kill(fronted.pid, signal.SIGSTOP)
        try:
            for number in range(190):
                waiting.append(Wire(fronted))
                waiting[-1].send(got(f"{COUNT} # {number}", "X-A: " + "a" * 5000))
            kept.send(posted(LABEL))
            assert kept.answer().startswith(b"HTTP/1.1 200 OK")
        finally:
            os.kill(fronted.pid, signal.SIGCONT)
        for one in waiting:
            assert one.answer().startswith((b"HTTP/1.1 200 OK", b"HTTP/1.1 429 "))
            one.close()
        (answer,) = wire(fronted, posted(LABEL))
        assert answer.startswith(b"HTTP/1.1 200 OK")


def test_the_service_outlives_its_front(fronted: Service) -> None:
    """One that is killed is replaced; after some, the service does without. Connections it has go on."""
    with closing(Wire(fronted)) as taken_on:
        taken_on.send(got(COUNT))
        counted = taken_on.answer()
        for _ in range(6):
            front(fronted).kill()
            (answer,) = wire(fronted, posted(LABEL))
            assert answer.startswith(b"HTTP/1.1 200 OK")
            taken_on.send(got(COUNT))
            assert fields(taken_on.answer()) == fields(counted)
    log = logged(fronted, "the service takes its connections itself")
    assert log.count("the front ended (status -9)") == 6
    assert wire(fronted, got(COUNT), posted(LABEL))[0].startswith(b"HTTP/1.1 200 OK")
    with fronted.client() as client:
        assert client.get("/").status_code == 200
        assert 'vndx_prompt_answers_total{kind="lookup"} 7' in client.get("/metrics").text


def test_a_front_comes_back_with_the_next_release_without_a_failed_request(
    release: Path, tmp_path: Path
) -> None:
    """Connections come all the time, some over and over; those that the service has stay there."""
    folder, first = tmp_path / "release", open_release(release)
    shutil.copytree(first.path, folder / first.digest)
    point(folder, first.digest)
    second = smaller(folder)
    failures: list[str] = []
    with serve("--workers", "1", release=folder) as service:
        for _ in range(6):
            front(service).kill()
            wire(service, posted(LABEL))
        logged(service, "the service takes its connections itself")
        stop = threading.Event()

        def ask(request: bytes) -> None:
            while not stop.is_set():
                try:
                    (answer,) = wire(service, request)
                    if not answer.startswith(b"HTTP/1.1 200 OK"):
                        failures.append(repr(answer))
                except (OSError, pytest.fail.Exception) as error:
                    failures.append(repr(error))

        threads = [threading.Thread(target=ask, args=(request,)) for request in (posted(LABEL), got(COUNT))]
        with closing(Wire(service)) as kept:
            kept.send(posted(LABEL))
            kept.answer()
            for thread in threads:
                thread.start()
            point(folder, second)
            logged(service, f"now serving release {second}")
            logged(service, "there is a front again")
            time.sleep(0.2)
            stop.set()
            for thread in threads:
                thread.join()
            assert not failures
            kept.send(posted(LABEL))
            assert b"vndx-release: " + second.encode() in kept.answer()
        front(service).suspend()
        with closing(Wire(service)) as waiting:  # for the front: the service takes none
            waiting.send(posted(LABEL))
            time.sleep(0.5)
            assert not waiting.came()
            front(service).resume()
            assert waiting.answer().startswith(b"HTTP/1.1 200 OK")
        os.kill(service.pid, signal.SIGSTOP)
        try:
            (answer,) = wire(service, posted(LABEL))  # by the front, and by nobody else
            assert answer.startswith(b"HTTP/1.1 200 OK") and second.encode() in answer
        finally:
            os.kill(service.pid, signal.SIGCONT)
        assert wire(service, got(COUNT))[0].startswith(b"HTTP/1.1 200 OK")


def test_a_front_whose_file_is_cut_is_replaced(release: Path, tmp_path: Path) -> None:
    """It ends where it reads what is gone; the next one finds the file not whole, and does without."""
    copy = tmp_path / "release"
    shutil.copytree(release, copy, symlinks=True)
    with serve("--workers", "1", release=copy) as service:
        (expected,) = wire(service, posted(LABEL))
        before = front(service)
        os.truncate(copy / "current" / STATEMENTS, 0)
        with closing(Wire(service)) as lost:
            lost.send(posted(LABEL))
            assert lost.ended()
        for _ in range(3):
            assert fields(*wire(service, posted(LABEL))) == fields(expected)
        assert before.pid != front(service).pid
    assert "".join(service.log).count("the front ended (status -7)") == 1


def test_a_service_that_is_killed_takes_its_front_with_it(release: Path) -> None:
    with pytest.raises(AssertionError, match="did not stop properly"), serve(release=release) as running:
        left = front(running)
        os.kill(running.pid, signal.SIGKILL)
        left.wait(10)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address(running), timeout=5)


def test_a_service_that_stops_lets_its_front_go_first(release: Path) -> None:
    """Connections that ask nothing are closed, new ones refused, and a query under way is answered."""
    with serve("--workers", "1", "--timeout", "2", release=release) as running:
        heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?c = ?f) }"
        with closing(Wire(running)) as idle, closing(Wire(running)) as kept, closing(Wire(running)) as asking:
            kept.send(posted(LABEL))
            kept.answer()
            asking.send(got(heavy))
            time.sleep(0.3)
            os.kill(running.pid, signal.SIGTERM)
            assert idle.ended() and kept.ended()
            refused = False
            while not refused and not asking.came():
                time.sleep(0.02)
                try:
                    socket.create_connection(address(running), timeout=5).close()
                except ConnectionError:
                    refused = True
            assert refused and not asking.came()
            assert asking.answer().startswith((b"HTTP/1.1 200 OK", b"HTTP/1.1 503 "))
