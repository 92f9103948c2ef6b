"""HTTP exchanges of the suite, as its manifests tell them: in the vocabularies HTTP and Content in RDF."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from typing import Final

from manifest import Case, Manifest, Node

_HT: Final = "http://www.w3.org/2011/http#"
_CNT: Final = "http://www.w3.org/2011/content#"
_MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_STATUSES: Final = {
    "OK": {200},
    "Created": {201},
    "NoContent": {204},
    "NotFound": {404},
    "StatusCode2xx": set(range(200, 300)),
    "StatusCode3xx": set(range(300, 400)),
    "StatusCode4xx": set(range(400, 500)),
}


@dataclass(frozen=True)
class Message:
    """Header fields, their names in lower case, and a body."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """One request and what is expected of its response.

    `statuses` are those allowed; `boolean` and `format` (`boolean`, `tabular`, `RDF`) tell of results,
    `response` of a graph; `location` is the word by which later requests name the Location given here.
    """

    method: str
    path: str
    request: Message
    statuses: frozenset[int]
    response: Message
    boolean: bool | None
    format: str
    location: str


def exchanges(case: Case) -> Iterator[Exchange]:
    """The exchanges of a test, in order."""
    manifest = Manifest(case.source)
    action = manifest.one(case.node, _MF + "action")
    for request in manifest.members(manifest.one(action, _HT + "requests")):
        response = manifest.one(request, _HT + "resp")
        assert response is not None
        expected = manifest.all(response, _MF + "expectedStatus")
        boolean = _text(manifest.one(response, _MF + "expectedBoolean"))
        yield Exchange(
            _text(manifest.one(request, _HT + "methodName")),
            _text(manifest.one(request, _HT + "absolutePath")),
            _message(manifest, request),
            frozenset().union(*(_STATUSES[_text(status).rpartition("#")[2]] for status in expected)),
            _message(manifest, response),
            boolean == "true" if boolean else None,
            _text(manifest.one(response, _MF + "expectedFormat")),
            _text(manifest.one(response, _MF + "expectedLocation")),
        )


def parts(message: Message) -> list[Message]:
    """The parts of a multipart body; of any other, itself."""
    kind = message.headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return [message]
    parsed = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + message.body)
    return [
        Message({"content-type": part.get_content_type()}, bytes(part.get_payload(decode=True)))
        for part in parsed.walk()
        if not part.is_multipart()
    ]


def _message(manifest: Manifest, node: Node) -> Message:
    headers = {
        _text(manifest.one(header, _HT + "fieldName")).lower(): _text(
            manifest.one(header, _HT + "fieldValue")
        )
        for header in manifest.members(manifest.one(node, _HT + "headers"))
    }
    body = manifest.one(node, _HT + "body")
    encoding = _text(manifest.one(body, _CNT + "characterEncoding")) or "utf-8"
    return Message(headers, _text(manifest.one(body, _CNT + "chars")).encode(encoding))


def _text(node: Node | None) -> str:
    return str(getattr(node, "value", ""))
