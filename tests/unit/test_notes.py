"""Lines on stderr for a reader that stops reading, reads again, or has gone: nobody has to wait for it."""

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from service.evaluators import wire
from service.notes import MOST, QueuedStream

LINE = "x" * 200
PLENTY = 2 * MOST // len(LINE)
"""More lines than may wait, in the queue and in a pipe."""
SPEAKING = """
import asyncio, logging, sys, warnings
from service.notes import note, queue_stderr

class Unfinished:
    def __del__(self):
        raise ValueError("x" * 200)

queue_stderr()
for _ in range(1000):
    {}
"""


class Reader:
    """A pipe, of which a test reads as much as it likes."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()

    def lines(self) -> Iterator[str]:
        """The lines that come, without their ends, until nobody can write any more."""
        begun = b""
        while select.select([self.reading], [], [], 20)[0]:
            if not (data := os.read(self.reading, 65536)):
                assert not begun
                return
            *lines, begun = (begun + data).split(b"\n")
            yield from (line.decode() for line in lines)
        pytest.fail("no more came")

    def rest(self) -> list[str]:
        """All lines that are still to come."""
        self.close()
        return list(self.lines())

    def close(self) -> None:
        """Have no end to write to here."""
        os.close(self.writing)
        self.writing = -1


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    for file in (made.reading, made.writing):
        if file >= 0:
            os.close(file)


def test_a_reader_that_stops_misses_some_and_is_told_how_many(reader: Reader) -> None:
    stream = QueuedStream(reader.writing)
    for number in range(PLENTY):
        stream.write(f"{number} {LINE}\n")
    lines = reader.lines()
    told = [next(lines) for _ in range(1000)]
    stream.write(f"though there is room {LINE}\n")  # before the gap it would be told of too early
    while told[-1].endswith(LINE):
        told.append(next(lines))
    # Who reads again is told at once, where the gap is: after the first lines, before the next.
    numbers = [int(line.partition(" ")[0]) for line in told[:-1]]
    assert numbers == list(range(len(numbers)))
    assert MOST // 2 < len("".join(told)) < MOST + (1 << 18)
    missing = PLENTY + 1 - len(numbers)
    assert told[-1] == f"vndx serve: {missing} log lines were dropped, since nobody read them"
    stream.write("and on\n")
    stream.end(10)
    assert reader.rest() == ["and on"]


def test_one_line_that_is_too_long_is_counted(reader: Reader) -> None:
    """Though nothing waits, after which the gap could be told of."""
    stream = QueuedStream(reader.writing)
    stream.write("x" * MOST + "\n")
    assert next(reader.lines()) == "vndx serve: 1 log line was dropped, since nobody read them"
    stream.end(10)


def test_pieces_of_a_line_are_written_together(reader: Reader) -> None:
    """Also next to those of another process, for which the system keeps so much together."""
    streams = [QueuedStream(reader.writing) for _ in range(2)]
    told: list[str] = []
    listening = Thread(target=lambda: told.extend(reader.lines()))
    for number in range(300):
        for name, stream in enumerate(streams):
            print(name, number, LINE, file=stream)
            stream.write(f"{name} {number} Đỗ\n  {LINE}")
            stream.write("\udcff\r!\n")
        if number == 200:  # by then the pipe is full, and writes are parted, were they larger
            listening.start()
    for stream in streams:
        stream.end(10)
    reader.close()
    listening.join(10)
    for name in range(2):
        expected = [line for n in range(300) for line in (f"{name} {n} {LINE}", f"{name} {n} Đỗ")]
        assert [line for line in told if line.startswith(f"{name} ")] == expected
    assert told.count(f"  {LINE}\\udcff\r!") == 600
    assert len(told) == 1800


def test_a_line_without_an_end_is_written_at_last(reader: Reader) -> None:
    stream = QueuedStream(reader.writing)
    stream.write("not the")
    stream.write(" end")
    stream.end(10)
    assert os.read(reader.reading, 100) == b"not the end"


def test_the_end_waits_for_no_reader(reader: Reader) -> None:
    stream = QueuedStream(reader.writing)
    for number in range(1000):
        stream.write(f"{number} {LINE}\n")
    ending = Thread(target=stream.end, args=(0.1,), daemon=True)
    ending.start()
    ending.join(20)
    assert not ending.is_alive()
    lines = reader.lines()
    assert [next(lines) for _ in range(1000)] == [f"{number} {LINE}" for number in range(1000)]
    stream.end(10)


def test_a_reader_that_has_gone(reader: Reader) -> None:
    os.close(reader.reading)
    reader.reading = -1
    stream = QueuedStream(reader.writing)
    for number in range(1000):
        stream.write(f"{number} {LINE}\n")
    stream.end(10)
    assert stream.write("too late\n") == 9


def test_a_file_that_others_made_one_that_never_waits(reader: Reader) -> None:
    os.set_blocking(reader.writing, False)
    stream = QueuedStream(reader.writing)
    for number in range(1000):
        stream.write(f"{number} {LINE}\n")
    lines = reader.lines()
    assert [next(lines) for _ in range(1000)] == [f"{number} {LINE}" for number in range(1000)]
    stream.end(10)


@pytest.mark.parametrize(
    "speak",
    [
        "note('x' * 200 + chr(10))",
        "logging.getLogger('uvicorn.error').error('x' * 200)",
        "warnings.warn('x' * 200 + str(_))",
        "Unfinished()",
        "sys.excepthook(ValueError, ValueError('x' * 200), None)",
    ],
)
def test_whatever_python_says_waits_for_no_reader(reader: Reader, speak: str) -> None:
    """Nor does the end of the process, and the first that was said is there to be read."""
    code = SPEAKING.format(speak)
    process = subprocess.Popen([sys.executable, "-c", code], stderr=reader.writing)
    try:
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    told = "".join(f"{line}\n" for line in reader.rest() if line)
    assert 200 * "x" in told
    assert len(told) <= 65536


def test_all_is_written_before_a_process_ends() -> None:
    code = SPEAKING.format("note(f'{_}' + chr(10))") + "raise SystemExit('last words')"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert done.stderr.split() == [*map(str, range(1000)), "last", "words"]


def test_a_process_without_stderr() -> None:
    code = SPEAKING.format("note('x')") + "print('done')"
    command = ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-c", code]
    assert subprocess.check_output(command, text=True, timeout=20) == "done\n"


def test_the_trace_of_a_parent_that_breaks_waits_for_no_reader(reader: Reader) -> None:
    """Else it would be neither there nor gone, and no other would be started."""
    os.set_blocking(reader.writing, False)
    while True:
        try:
            os.write(reader.writing, b"x" * 4095 + b"\n")
        except BlockingIOError:
            break
    os.set_blocking(reader.writing, True)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [sys.executable, "-m", "service.evaluators.parent", str(theirs.fileno())]
        parent = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=reader.writing)
        ours.sendall(wire.encode({"nothing": "that it could load"}))
        try:
            assert parent.wait(20) == 1
        finally:
            parent.kill()
            parent.wait()
    assert not re.search("Traceback", "".join(reader.rest()))
