"""Refusals of a connection: whole responses to requests that no route sees."""

from service.delivery.fields import PROBLEM_HEADER
from service.problems import MEDIA_TYPE, Problem


def response(told: Problem) -> bytes:
    """A whole response, in the form of all our errors, for a connection that ends with it."""
    body = told.body()
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
        PROBLEM_HEADER: told.code,
        "Connection": "close",
        **told.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {told.status} {told.title}\r\n{lines}\r\n".encode("latin-1", "replace") + body
