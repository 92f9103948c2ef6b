"""Another SPARQL endpoint over HTTP: a query out, a whole body back, or an error that says what it did."""

import asyncio
import io
import os
import re
from collections.abc import Mapping
from typing import BinaryIO, Final, cast

import httpx

from service.evaluators.holding import HeldFile, Holding
from service.evaluators.port import (
    Answer,
    EvaluationError,
    EvaluatorBusy,
    EvaluatorUnavailable,
    Form,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from service.evaluators.spool import Spool
from service.formats import Format

Fields = Mapping[str, list[str]]

_CONNECT_SECONDS: Final = 5.0
_KEPT: Final = 64
_PLACE: Final = re.compile(r"(?:\bat |\bline )(\d+)(?::|,? col(?:umn)?\.? )(\d+)", re.IGNORECASE)
_LOST: Final = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)
"""What it looks like from here when an engine falls, is gone, or is not yet back."""
_PARTLY: Final = "S1TAT"
"""So Virtuoso marks, under status 200 or 206, what it had found when its time was over."""
_AWAY: Final = (429, 502, 503)
_RETRY_AFTER: Final = 5
_GAVE_UP: Final = re.compile(r"time[ds]?[ -]?out", re.IGNORECASE)


class Body:
    """A whole body: `data`, or an open file where it is large. Closed by whoever has it last.

    `declared` says that its length was told before its first byte, so that all of it was there already.
    """

    def __init__(self, spool: Spool, declared: bool = False) -> None:
        self.size = spool.size
        self.declared = declared
        self._data, self._file = spool.take()

    def reader(self) -> BinaryIO:
        """The body to read from its start; one at a time, and closed before anything else is done with it."""
        if self._file is None:
            return io.BytesIO(self._data)
        os.lseek(self._file, 0, os.SEEK_SET)
        return os.fdopen(os.dup(self._file), "rb")

    def read(self) -> bytes:
        """All of it."""
        with self.reader() as reader:
            return reader.read()

    def answer(
        self, form: Form, format: Format, rows: int | None, stable: bool, holding: Holding, client: str
    ) -> Answer:
        """The body as an answer, which has it from now on. Raises `EvaluatorBusy` where too many are held."""
        if self._file is None:
            return Answer(form, format.name, self.size, self._data, None, rows, stable)
        file, self._file = self._file, None
        os.lseek(file, 0, os.SEEK_SET)
        held = cast(BinaryIO, HeldFile(file, holding, client, self.size))
        return Answer(form, format.name, self.size, None, held, rows, stable)

    def close(self) -> None:
        """Let go of the file, if any."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Endpoint:
    """The endpoint at `url`. Bodies that are on their way hold at most `most` bytes together."""

    def __init__(self, url: str, most: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._most = most
        self._coming = 0
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=_KEPT),
            transport=transport,
            trust_env=False,
        )

    async def ask(self, query: str, format: Format, fields: Fields, seconds: float, size: int) -> Body:
        """What the endpoint sends for `query` in `format`, with more `fields` of the protocol.

        At most `size` bytes in at most so many seconds. Raises `QueryTimeout`, `QueryTooLarge`,
        `QuerySyntaxError`, `EvaluatorBusy` or `EvaluatorUnavailable`.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._ask({"query": query, **fields}, format, size)
        except TimeoutError as error:
            raise QueryTimeout(f"The query ran longer than {seconds:g} seconds and was given up.") from error
        except _LOST as error:
            why = str(error) or type(error).__name__
            raise _away(f"The endpoint behind this service cannot be reached: {why}.") from error
        except httpx.HTTPError as error:
            raise bad_endpoint(f"The endpoint behind this service cannot be understood: {error}.") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self, fields: Mapping[str, str | list[str]], format: Format, size: int) -> Body:
        headers = {"Accept": format.media_type}
        async with self._client.stream("POST", self._url, data=dict(fields), headers=headers) as response:
            if response.status_code != 200:
                raise _failure(response.status_code, await _start_of(response))
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in (format.media_type, *format.aliases):
                sent = kind or "no type"
                raise bad_endpoint(
                    f"The endpoint behind this service cannot write {format.name}; it sent {sent}."
                )
            if response.headers.get("x-sql-state") == _PARTLY:
                raise QueryTimeout("The endpoint behind this service gave up, and sent what it had so far.")
            if "x-sparql-maxrows" in response.headers:
                raise QueryTooLarge("The endpoint behind this service gives no more rows than it has sent.")
            declared = "content-length" in response.headers and "content-encoding" not in response.headers
            return Body(await self._receive(response, size), declared)

    async def _receive(self, response: httpx.Response, size: int) -> Spool:
        spool = Spool(size)
        try:
            async for chunk in response.aiter_bytes():
                self._coming += len(chunk)
                if self._coming > self._most:
                    raise EvaluatorBusy("Too many large answers are on their way; try again later.")
                spool.write(chunk)
        except OSError as error:
            spool.close()
            raise QueryTooLarge(f"The whole result has more than {size} bytes.") from error
        except BaseException:
            spool.close()
            raise
        finally:
            self._coming -= spool.size
        return spool


async def _start_of(response: httpx.Response) -> str:
    """The beginning of an error's body, as one line."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > 2000:
            break
    return " ".join(body[:2000].decode("utf-8", "replace").split())[:500]


def _failure(status: int, message: str) -> EvaluationError:
    if status in (206, 408, 504) or _GAVE_UP.search(message):
        return QueryTimeout(f"The endpoint behind this service gave up: {message}")
    if status == 400:
        place = _PLACE.search(message)
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        return QuerySyntaxError(f"The endpoint says: {message}", line, column)
    if status in _AWAY:
        return _away(f"The endpoint behind this service answered {status}: {message}")
    return bad_endpoint(f"The endpoint behind this service answered {status}: {message}")


def _away(message: str) -> EvaluatorUnavailable:
    """The error for an endpoint that may be back before long."""
    return EvaluatorUnavailable(message, retry_after=_RETRY_AFTER, code="not-ready")


def bad_endpoint(message: str) -> EvaluatorUnavailable:
    """The error for an endpoint that does not answer as it should."""
    return EvaluatorUnavailable(message, code="bad-endpoint")
