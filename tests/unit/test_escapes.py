"""Percent-escapes are undone as the standard library undoes them, whatever is written."""

from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.protocol import unescaped

PIECES = [
    "%",
    "=",
    "%3D",
    "%3d",
    "%c4%91",
    "%zz",
    "%4",
    "A",
    "4",
    "D",
    "3D",
    "_",
    " ",
    "\t",
    ".",
    "\n",
    "\r\n",
    "\0",
]


@pytest.mark.parametrize(
    "text", ["", "%", "%%", "%=", "=%", "%%41", "%4%31", "a%\nb", "a%\r\nb", "%3", "a b \t", "_"]
)
def test_odd_ones(text: str) -> None:
    assert unescaped(text.encode()) == unquote_to_bytes(text)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_mixture(text: str) -> None:
    assert unescaped(text.encode()) == unquote_to_bytes(text)


@given(st.binary())
def test_what_was_escaped_comes_back(data: bytes) -> None:
    assert unescaped(quote_from_bytes(data).encode()) == data


def test_the_quick_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.protocol.unquote_to_bytes", None)
    assert unescaped(b"SELECT%20%3Fx%20%7B%20%3D%20%C4%91=%7D") == "SELECT ?x { = đ=}".encode()
