"""The front: what it answers, what it hands on, and what becomes of it when it ends."""

import asyncio
import itertools
import mmap
import os
import random
import re
import resource
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, redirect_stderr, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import psutil
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from service import operation
from service.delivery.ready import Ready
from service.evaluators.lookup import lookups
from service.front import alike, process
from service.front.control import Front
from service.front.handover import Handed, pair
from service.front.process import TALLY
from service.front.requests import MOST, Release, Requests
from service.settings import Settings

E = "http://e/"
QUERY = f"query=ASK+%7B+%3C{E}a%3E+%3C{E}p%3E+%3Fx+%7D"
LONG = f"query=SELECT+%2A+%7B+%3C{E}long%3E+%3C{E}p%3E+%3Fx+%7D"
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a short statement, and one of 40,000 characters."""
    path = tmp_path_factory.mktemp("store")
    store = Store(str(path))
    graph, said = NamedNode(E + "g"), NamedNode(E + "p")
    store.add(Quad(NamedNode(E + "a"), said, Literal("x"), graph))
    store.add(Quad(NamedNode(E + "long"), said, Literal("x" * 40_000), graph))
    store.flush()
    return path


@pytest.fixture
def requests(folder: Path) -> Requests:
    settings = Settings()
    found = lookups(settings, folder)
    assert found is not None
    return Requests(Release("d" * 64, found), {b"/sparql": operation.Lookup(settings)}, False)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request that is answered makes a template, at once."""
    answer = Requests.answer

    def answer_and_learn(self: Requests, data: bytes) -> Ready | None:
        found = answer(self, data)
        self.learn()
        return found

    monkeypatch.setattr(alike, "_PAUSE", 0.0)
    monkeypatch.setattr(Requests, "answer", answer_and_learn)


def got(*headers: str, target: str = f"/sparql?{QUERY}", line: str = "GET {} HTTP/1.1") -> bytes:
    return "\r\n".join([line.format(target), "Host: x", *headers, "", ""]).encode()


def posted(*headers: str, body: str = QUERY, length: str | None = None) -> bytes:
    announced = f"Content-Length: {length or len(body)}"
    return "\r\n".join(["POST /sparql HTTP/1.1", "Host: x", FORM, announced, *headers, "", body]).encode()


@pytest.mark.parametrize(
    "request_",
    [
        got(), posted(), got("Accept: */*"), got("accept-encoding: gzip"), got("X-A: " + "a" * 3000),
        got(target=f"/sparql?{QUERY}&format=json"), got("Connection: keep-alive"), posted("Origin: null"),
        got("Content-Length: 0"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_whole_plain_lookups_are_answered(requests: Requests, request_: bytes) -> None:
    for _ in range(2):  # the second time, its headers are known
        found = requests.answer(request_)
        assert found is not None
        assert found.body == b'{"head":{},"boolean":true}'
        assert b"\r\nvndx-release: " + b"d" * 64 in found.head(b"now")
        assert found.head(b"now").startswith(b"HTTP/1.1 200 OK\r\ndate: now\r\n")
        assert not found.closing


def test_a_connection_that_is_to_be_closed_is(requests: Requests) -> None:
    for request in (got("Connection: close"), posted("connection: Close")):
        found = requests.answer(request)
        assert found is not None and found.closing
        assert b"\r\nconnection: close\r\n" in found.head(b"")


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"\r\n\r\n",
        got()[:-1],
        got()[:20],
        got() + b"x",
        got() + got(),
        b"\r\n" + got(),
        got().replace(b"\r\n", b"\n"),
        got("A: b\nC: d"),
        got("A: b\rC: d"),
        got("A: b\0"),
        got("A : b"),
        got(" A: b"),
        got("no colon"),
        got("Content-Length: 1"),
        got("Content-Length: 0", "Content-Length: 5"),
        got("Content-Length: +0"),
        got("Transfer-Encoding: chunked"),
        got("Transfer-Encoding: identity"),
        got("Expect: 100-continue"),
        got("Upgrade: websocket", "Connection: Upgrade"),
        got("If-None-Match: x"),
        got("X-A: " + "a" * 5000),
        got("Accept: text/html"),
        got(line="GET {} HTTP/1.0"),
        got(line="GET {} HTTP/2.0"),
        got(line="GET  {} HTTP/1.1"),
        got(line="GET {}  HTTP/1.1"),
        got(line="GET http://x{} HTTP/1.1"),
        got(line="HEAD {} HTTP/1.1"),
        got(line="get {} HTTP/1.1"),
        got(line="OPTIONS {} HTTP/1.1"),
        got(target="/"),
        got(target="/sparql/"),
        got(target="/sparql"),
        got(target=f"/sparql?{QUERY}#x"),
        got(target=f"/sparql?{QUERY}&release=abc"),
        got(target=f"/sparql?{QUERY}&rel%65ase=abc"),
        got(target=f"/sparql?{QUERY}&default-graph-uri={E}g"),
        got(target=f"/sparql?{QUERY}&named-graph-uri={E}g"),
        got(target=f"/sparql?{QUERY}&query=ASK+%7B%7D"),
        got(target=f"/sparql?{QUERY}&update=x"),
        got(target="/sparql?query=ASK+%7B%7D"),
        got(target=f"/sparql?{QUERY}<"),
        got(target=f"/sparql?{QUERY}" + "&a" * 5000),
        posted(length="5"),
        posted(length="500"),
        posted("Content-Encoding: gzip", body=""),
        posted("Transfer-Encoding: chunked"),
        posted(body="update=x"),
        posted(body=QUERY + "+" * MOST),
        posted().replace(FORM.encode(), b"Content-Type: text/plain"),
    ],
    ids=itertools.count(),
)
def test_whatever_else_is_left_to_the_service(requests: Requests, request_: bytes) -> None:
    for _ in range(2):
        assert requests.answer(request_) is None


def test_headers_are_known_by_their_method_too(requests: Requests) -> None:
    """The same headers, under both methods; with a body that they announce, or without."""
    with_body = got("Content-Length: 4") + b"a=bc"
    assert requests.answer(with_body) is not None
    assert requests.answer(with_body[:-4]) is None
    assert requests.answer(posted()) is not None
    assert requests.answer(posted().replace(b"POST", b"GET")) is None


def fresh(requests: Requests) -> Requests:
    """The same, as if nothing had come before."""
    return Requests(requests._standing, requests._lookups, requests._trusted_proxy)


ASKED = [
    "SELECT ?o {{ <http://e/{}> <http://e/p> ?o }}",
    "PREFIX e: <http://e/> SELECT ?o {{ e:{} e:p ?o }}",
    "PREFIX e: <http://e/> SELECT ?s {{ ?s e:p e:{} }} LIMIT 3",
    "DESCRIBE <http://e/{}>",
    "ASK {{ <http://e/{}> <http://e/p> ?o }} # 100%25 <http://e/{}>",
    "PREFIX e: <http://e/> # {}\nDESCRIBE e:{}",
]


def alikes(text: str, name: str) -> Iterator[bytes]:
    """Requests for `text` with that name, as clients write them."""
    query = text.format(name, name)
    form = "query=" + quote_plus(query)
    yield posted(body=form)
    yield posted(body=form).replace(b"Content-Length", b"content-length")
    yield posted("Content-Length-Other: 3", "Accept-Encoding: gzip", body=form)
    yield posted(body="x=%41&" + form)
    yield posted(body=query).replace(b"x-www-form-urlencoded", b"sparql-query")
    yield got(target=f"/sparql?{form}")
    yield got("Accept: */*", target=f"/sparql?query={quote(query, safe=':/?')}")
    yield got(f"X-Name: {name}", target=f"/sparql?{form}&x=1")
    yield got("Content-Length: 0", target=f"/sparql?{form}")


@pytest.mark.usefixtures("unhurried")
def test_requests_alike_are_known_by_all_but_a_name(requests: Requests) -> None:
    names = ("long", "a", "b-2_", "release", "x" * 50)
    for text in ASKED:
        for one in zip(*(alikes(text, name) for name in names), strict=True):
            requests.answer(one[0])  # its value is too long for an answer, or it has the template made
            assert requests.answer(one[1]) is not None
            assert requests._templates.find(one[1]) is not None, one[1]
            for request in one:
                assert requests.answer(request) == fresh(requests).answer(request), request
            if b"X-Name" not in one[0] and b"# " not in text.encode():
                assert requests._templates.find(one[2]) is not None, one[2]


PIECES = [
    b"%", b"%2", b"%41", b"+", b"&", b"=", b" ", b"\r\n", b"\r", b">", b"<", b"a", b"long", b"-", b"_", b".",
    b"0", b"9", b"\\", b"#", b"\0", b"\xc4\x90", b"", b"x" * 300, b"&release=x", b"Content-Length: 1",
]  # fmt: skip


def torn(request: bytes, name: bytes, chance: random.Random) -> bytes:
    """`request` with some bytes changed, most of them at the name."""
    begins = [found.start() for found in re.finditer(name, request)]
    for _ in range(chance.randrange(1, 3)):
        at = chance.choice((*begins, chance.randrange(len(request)))) + chance.choice((-1, 0, 0, 0, 1))
        end = at + chance.choice((0, len(name), chance.randrange(4)))
        request = request[:at] + chance.choice(PIECES) + request[end:]
    if chance.random() < 0.8:  # as long as it says
        head, end_of_head, body = request.partition(b"\r\n\r\n")
        head = re.sub(rb"(?i)(content-length: )\d+", rb"\g<1>%d" % len(body), head)
        request = head + end_of_head + body
    return request


@pytest.mark.usefixtures("unhurried")
def test_nothing_is_answered_otherwise_for_what_came_before(requests: Requests) -> None:
    chance, answered, known = random.Random(5), 0, 0
    for _ in range(400):
        name = chance.choice(("a", "long", "nobody", "p"))
        request = chance.choice(list(alikes(chance.choice(ASKED), name)))
        requests.answer(request)
        for _ in range(20):
            other = torn(request, name.encode(), chance)
            known += requests._templates.find(other) is not None
            found = requests.answer(other)
            assert found == fresh(requests).answer(other), other
            answered += found is not None
    assert answered > 800 and known > 200, (answered, known)


def test_a_name_is_no_longer_than_a_request_may_be(requests: Requests, unhurried: None) -> None:
    body = "query=" + quote_plus(f"ASK {{ <{E}NAME> <{E}p> ?x }} # " + "-" * 3700)
    assert requests.answer(posted(body=body.replace("NAME", "a"))) is not None
    longest = posted(body=body.replace("NAME", "b" * alike.LONGEST_NAME))
    assert requests._templates.find(longest) is not None
    assert requests.answer(longest) == fresh(requests).answer(longest) is not None
    assert requests.answer(posted(body=body.replace("NAME", "b" * 400))) is None
    assert requests._templates.find(posted(body=body.replace("NAME", "b" * 257))) is None


def test_templates_are_made_now_and_then(requests: Requests) -> None:
    """So that requests of which no two are alike take no longer."""
    made = 0
    for number in range(300):
        held = list(requests._templates._held)
        assert requests.answer(got(f"X-A: {number}")) is not None
        requests.learn()
        made += requests._templates._held[0] not in held
        time.sleep(0.001)
    assert 1 < made < 10


@contextmanager
def here(folder: Path) -> Iterator[tuple[process.Front, Callable[[bytes], bytes]]]:
    """A front in this process, and what asks it over a connection."""
    ours, theirs = pair()
    listener = socket.create_server(("127.0.0.1", 0))
    with closing(listener), closing(ours), closing(theirs), mmap.mmap(-1, TALLY.size) as tally:
        front = process.Front(listener, ours, tally)
        front._begin({"settings": {}, "store": str(folder), "digest": "a" * 64})
        client = socket.create_connection(listener.getsockname())
        taken = front._open.add(listener.accept()[0], "127.0.0.1", time.monotonic() + 10)

        def ask(request: bytes) -> bytes:
            client.sendall(request)
            front._read(taken)
            return client.recv(65536)

        with closing(client), closing(taken.socket):
            yield front, ask


def test_a_front_makes_a_template_when_its_answer_is_out(folder: Path) -> None:
    with here(folder) as (front, ask):
        assert ask(got()).endswith(b'"boolean":true}')
        assert front._requests is not None
        assert front._requests._templates.find(got()) is not None


def test_a_front_that_cannot_make_a_template_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Requests) -> None:
        raise RuntimeError("no template")

    monkeypatch.setattr(Requests, "learn", fail)
    with here(folder) as (_, ask):
        for _ in range(2):
            assert ask(got()).endswith(b'"boolean":true}')
    assert "no template" in capsys.readouterr().err


def test_few_templates_are_held_and_the_last_used_stay(requests: Requests, unhurried: None) -> None:
    first, second = got("X-A: first"), got("X-A: second")
    requests.answer(first)
    requests.answer(second)
    for number in range(alike.MOST - 2):
        requests.answer(first)
        requests.answer(got(f"X-A: {number}"))
    requests.answer(first)
    requests.answer(got("X-A: one more"))
    assert requests._templates.find(first) is not None
    assert requests._templates.find(second) is None


def test_what_is_handed_over_arrives_as_it_was() -> None:
    ours, theirs = pair()
    with closing(ours), closing(theirs), socket.socket() as some:
        for sent in (
            Handed(some.fileno(), b"", b"GET"),
            Handed(some.fileno(), b"x" * 65_000, b"", closing=True),
            Handed(some.fileno(), refusal="busy"),
            Handed(some.fileno(), b"\0", b"{", "too-many-requests"),
        ):
            ours.hand(sent)
            handed = theirs.hear()
            assert isinstance(handed, Handed)
            assert handed._replace(file=0) == sent._replace(file=0)
            assert os.fstat(handed.file).st_ino == os.fstat(some.fileno()).st_ino
            os.close(handed.file)
        theirs.tell({"a": ["ă"]})
        assert ours.hear() == {"a": ["ă"]}
        with pytest.raises(BlockingIOError):
            ours.hear()
        with pytest.raises(BlockingIOError):
            for _ in range(10_000):
                ours.hand(Handed(some.fileno(), b"", b"x" * 20_000))
        theirs.end()
        assert ours.hear() is None


def test_a_connection_for_which_there_is_no_file_is_passed_over() -> None:
    ours, theirs = pair()
    with closing(ours), closing(theirs), socket.socket() as some:
        ours.hand(Handed(some.fileno()))
        ours.tell({"after": "it"})
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        free = os.dup(some.fileno())
        os.close(free)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
            assert theirs.hear() == {"after": "it"}
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


class Taken:
    """A front, with what it hands on, whether it was given up, and whether it came back."""

    def __init__(self, settings: Settings) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.handed: asyncio.Queue[Handed] = asyncio.Queue()
        self.given_up, self.back = asyncio.Event(), asyncio.Event()
        self.front = Front(settings, self.listener, self.handed.put_nowait, self.given_up.set, self.back.set)

    async def spoil(self) -> None:
        """Kill one front after the other, until none is started any more."""
        for deaths in range(6):
            while not (found := self.processes()):
                await asyncio.sleep(0.01)
            found[0].kill()
            while found[0] in self.processes():
                await asyncio.sleep(0.01)
            assert self.given_up.is_set() <= (deaths == 5)
        async with asyncio.timeout(10):
            await self.given_up.wait()
        self.given_up.clear()

    async def ask(self, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self.listener.getsockname())
        writer.write(request)
        return reader, writer

    async def answer(self, request: bytes) -> bytes:
        """The first bytes that come back."""
        reader, writer = await self.ask(request)
        async with asyncio.timeout(10):
            found = await reader.read(65536)
        writer.close()
        return found

    async def next(self) -> Handed:
        """What is handed on next; its file is closed."""
        async with asyncio.timeout(10):
            handed = await self.handed.get()
        os.close(handed.file)
        return handed

    def process(self) -> psutil.Process:
        """The front's process."""
        (found,) = self.processes()
        return found

    def processes(self) -> list[psutil.Process]:
        """The front's process, if there is one just now."""
        return [
            child
            for child in psutil.Process().children()
            if child.status() != psutil.STATUS_ZOMBIE and "service.front.process" in child.cmdline()
        ]


@asynccontextmanager
async def fronted(settings: Settings, store: Path | None) -> AsyncIterator[Taken]:
    taken = Taken(settings)
    try:
        taken.front.start()
        await taken.front.hold("a" * 64, store)
        yield taken
    finally:
        await taken.front.close()
        taken.listener.close()


def test_a_front_answers_lookups_and_hands_on_the_rest(folder: Path) -> None:
    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            assert taken.front.memory() > 5_000_000
            assert b"vndx-release: " + b"a" * 64 in await taken.answer(got())
            assert taken.front.answered == 1
            reader, writer = await taken.ask(posted())  # one connection, three requests
            assert (await reader.read(65536)).endswith(b'"boolean":true}')
            writer.write(got())
            assert (await reader.read(65536)).endswith(b'"boolean":true}')
            writer.write(b"GET / HT")
            assert (await taken.next())._replace(file=0) == Handed(0, b"", b"GET / HT")
            writer.close()
            assert taken.front.answered == 3
            await taken.front.hold("b" * 64, folder)
            assert b"vndx-release: " + b"b" * 64 in await taken.answer(got())
            for nothing in (None, folder / "nothing"):
                await taken.front.hold("c" * 64, nothing)
                _, writer = await taken.ask(got())
                assert (await taken.next()).unread == got()
                writer.close()

    asyncio.run(run())


def test_stores_of_releases_before_are_closed(folder: Path) -> None:
    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            files = []
            for release in "bcd":
                await taken.front.hold(release * 64, folder)
                assert b" 200 OK" in await taken.answer(got())
                files.append(sum(Path(file.path).parent == folder for file in taken.process().open_files()))
            assert files[0] == files[1] == files[2] > 0

    asyncio.run(run())


def test_no_connection_is_taken_before_there_is_a_release(folder: Path) -> None:
    """By another front neither, where the first ends so early."""

    async def run() -> None:
        taken = Taken(Settings())
        with closing(taken.listener):
            try:
                taken.front.start()
                first = taken.process()
                answer = asyncio.create_task(taken.answer(got()))
                first.kill()
                while not (found := psutil.Process().children()) or found[0].pid == first.pid:
                    await asyncio.sleep(0.05)
                await asyncio.sleep(1)
                assert not answer.done() and taken.handed.empty()
                await taken.front.hold("a" * 64, folder)
                assert b" 200 OK" in await answer
            finally:
                await taken.front.close()

    asyncio.run(run())


def test_small_answers_are_not_held_back(folder: Path) -> None:
    """By the system, until the client says that it has the one before (Nagle's algorithm)."""

    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            _, writer = await taken.ask(b"GET / HT")
            async with asyncio.timeout(10):
                handed = await taken.handed.get()
            with socket.socket(fileno=handed.file) as found:
                assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()

    asyncio.run(run())


def test_what_waits_for_the_service_is_handed_on_when_it_ends(folder: Path) -> None:
    """The service takes nothing until it ends: more connections than the channel holds."""

    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            front = taken.process()
            files = front.num_fds()
            clients = [socket.create_connection(taken.listener.getsockname(), timeout=10) for _ in range(60)]
            while front.num_fds() < files + len(clients):
                time.sleep(0.01)
            for client in clients:
                client.sendall(posted("X-A: " + "a" * 30_000))
            worked = None
            while worked != (worked := front.cpu_times()):  # until it has read them all
                time.sleep(0.2)
        assert taken.handed.qsize() == len(clients)
        while not taken.handed.empty():
            os.close(taken.handed.get_nowait().file)
        for client in clients:
            client.close()

    asyncio.run(run())


def test_connections_of_one_client_and_of_all_are_bounded(folder: Path) -> None:
    async def run(settings: Settings, refusal: str) -> None:
        async with fronted(settings, folder) as taken:
            open_ = [await taken.ask(b"") for _ in range(3)]
            assert (await taken.next()).refusal == refusal
            assert taken.handed.empty()
            for _, writer in open_:
                writer.close()
            await asyncio.sleep(0.2)
            assert b" 200 OK" in await taken.answer(got())

    asyncio.run(run(Settings(connections_per_client=2), "too-many-requests"))
    asyncio.run(run(Settings(connections=2), "busy"))
    asyncio.run(run(Settings(connections=2, connections_per_client=1, trusted_proxy=True), "busy"))


def test_who_says_nothing_is_let_go(folder: Path) -> None:
    async def run() -> None:
        async with fronted(Settings(head_seconds=0.2), folder) as taken:
            reader, writer = await taken.ask(b"")
            async with asyncio.timeout(5):
                assert await reader.read() == b""
            writer.close()
            assert taken.handed.empty()

    asyncio.run(run())


def test_who_takes_its_time_is_handed_on_with_what_it_has_not_taken(folder: Path) -> None:
    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            reader, writer = await taken.ask(posted(body=LONG))
            head = await reader.readuntil(b"\r\n\r\n")
            size = len(head) + int(head.rpartition(b"content-length: ")[2])
            writer.close()
            client = socket.create_connection(taken.listener.getsockname(), timeout=10)
            with closing(client):
                while taken.handed.empty():
                    before = taken.front.answered
                    client.sendall(posted(body=LONG))
                    while taken.front.answered == before:
                        await asyncio.sleep(0.001)
                    await asyncio.sleep(0.01)  # the counting comes before the sending
                handed = await taken.handed.get()
                asked = taken.front.answered - 1
                assert handed.unsent and not handed.unread and not handed.closing
                came = b""
                while len(came) < asked * size - len(handed.unsent):
                    came += await asyncio.to_thread(client.recv, 1 << 20)
                os.close(handed.file)
            whole = came + handed.unsent
            assert len(whole) == asked * size
            assert whole.count(b"HTTP/1.1 200 OK\r\n") == whole.count(b'"}}]}}') == asked

    asyncio.run(run())


def test_another_front_takes_the_place_of_one_that_ended(folder: Path) -> None:
    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            assert b" 200 OK" in await taken.answer(got())
            for deaths in range(1, 6):
                taken.process().kill()
                assert b" 200 OK" in await taken.answer(got())
                assert taken.front.answered == deaths + 1
            taken.process().kill()
            async with asyncio.timeout(10):
                await taken.given_up.wait()
            assert taken.front.memory() == 0

    asyncio.run(run())


def test_a_front_comes_back_with_the_next_release(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is tried as often as the first, and is back when it answers, not before."""
    monkeypatch.setattr("service.front.control._PAUSE", 0.001)

    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            await taken.spoil()
            assert taken.processes() == []
            await taken.front.hold("b" * 64, folder)
            async with asyncio.timeout(10):
                await taken.back.wait()
            assert b"vndx-release: " + b"b" * 64 in await taken.answer(got())
            await taken.spoil()
            taken.back.clear()
            with monkeypatch.context() as broken:
                broken.setattr("sys.executable", "/bin/false")
                await taken.front.hold("c" * 64, folder)
                log = ""
                async with asyncio.timeout(10):
                    while (log := log + capsys.readouterr().err).count("the front ended (status 1)") < 6:
                        await asyncio.sleep(0.01)
            assert not taken.back.is_set() and not taken.given_up.is_set()
            await taken.front.hold("d" * 64, folder)
            async with asyncio.timeout(10):
                await taken.back.wait()
            assert b"vndx-release: " + b"d" * 64 in await taken.answer(got())

    asyncio.run(run())


def test_a_front_comes_back_after_a_quiet_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One is tried then, and given up where it ends soon; what cannot be started is tried again, too."""
    monkeypatch.setattr("service.front.control._PAUSE", 0.001)
    monkeypatch.setattr("service.front.control._QUIET", 0.3)
    started, failures = Front._start, iter((True, True, False))

    def start(front: Front) -> None:
        if next(failures, False):
            raise OSError("no processes left")
        started(front)

    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            await taken.spoil()
            monkeypatch.setattr(Front, "_start", start)
            for _ in range(2):
                async with asyncio.timeout(10):
                    await taken.back.wait()
                assert b"vndx-release: " + b"a" * 64 in await taken.answer(got())
                taken.back.clear()
                taken.process().kill()
                async with asyncio.timeout(10):
                    await taken.given_up.wait()
                taken.given_up.clear()

    asyncio.run(run())
    log = capsys.readouterr().err
    assert log.count("no front can be started: no processes left") == 2
    assert log.count("the front ended (status -9)") == 8
    assert log.count("there is a front again") == 2
    assert log.count("the service takes its connections itself") == 3


def test_a_front_that_does_not_answer_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is stopped might go on with the release before, once it is continued."""

    async def run() -> None:
        async with fronted(Settings(), folder) as taken:
            monkeypatch.setattr("service.front.control._PATIENCE", 0.2)
            taken.process().suspend()
            await taken.front.hold("b" * 64, folder)
            monkeypatch.setattr("service.front.control._PATIENCE", 10)
            assert b"vndx-release: " + b"b" * 64 in await taken.answer(got())

    asyncio.run(run())


def test_nobody_has_to_read_what_is_logged(folder: Path) -> None:
    """Neither the front nor what keeps one ends where its lines cannot be written."""

    async def run() -> None:
        async with fronted(Settings(access_log=True), folder) as taken:
            for _ in range(2):
                for _ in range(2):
                    assert b" 200 OK" in await taken.answer(got())
                first = taken.process()
                first.kill()
            assert b" 200 OK" in await taken.answer(got())
            assert taken.front.answered == 5

    reading, writing = os.pipe()
    os.close(reading)
    before = os.dup(2)
    os.dup2(writing, 2)
    try:
        with open(2, "w", buffering=1, closefd=False) as broken, redirect_stderr(broken):
            asyncio.run(run())
            with suppress(BrokenPipeError):
                broken.close()
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(writing)
