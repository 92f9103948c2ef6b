"""Addresses with a slash too many at their end: they lead to those without, and nowhere else."""

import http.client

import httpx
import pytest
from running import Service


def asked(service: Service, method: str, target: str) -> tuple[int, str | None]:
    """Status and Location of the answer to a request for just that target."""
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        "/questions", "/sparql", "/views", "/explore", "/ontology", "/dataset/changes", "/openapi.json",
        "/views/recommendations", "/views/map.svg", "/id/person/nguyen-manh-hung", "/doc/platform/vo-so.ttl",
        "/questions/vo-so",
    ],
)  # fmt: skip
def test_an_address_with_a_slash_leads_to_the_one_without(service: Service, method: str, path: str) -> None:
    assert asked(service, method, path + "/") == (308, path)


def test_the_query_is_kept(service: Service, client: httpx.Client) -> None:
    for query in ("lang=en", "a=%C4%91%20+%2F%26&b=/x/&asOf=2020-12", "x=//evil.example/", "x=%0d%0aY:%20z"):
        assert asked(service, "GET", f"/questions/?{query}") == (308, f"/questions?{query}")
    answer = client.get("/sparql/", params={"query": "ASK {}"}, follow_redirects=True)
    assert answer.json()["boolean"] is True


def test_a_posted_query_is_sent_there_again(client: httpx.Client) -> None:
    answer = client.post("/sparql/", data={"query": "ASK {}"})
    assert (answer.status_code, answer.headers["location"]) == (308, "/sparql")
    assert answer.headers["access-control-allow-origin"] == "*"
    again = client.post("/sparql/", data={"query": "ASK {}"}, follow_redirects=True)
    assert again.request.method == "POST" and again.json()["boolean"] is True


@pytest.mark.parametrize(
    "target",
    [
        "/nosuch/", "/views/nosuch/", "/doc/person/nobody/", "/doc/nokind/x/", "/questions/nosuch/",
        "/questions//", "//questions/", "//", "///", "/./", "/static/",
        "//evil.example/", "///evil.example/", "/%2Fevil.example/", "/%2F%2Fevil.example/",
        "//evil.example//",
        "/\\evil.example/", "/%5Cevil.example/", "//evil.example/questions/", "/questions/..//evil.example/",
        "/views//evil.example/", "/views/%2F%2Fevil.example/", "//user@evil.example/sparql/",
        "/questions%0d%0aLocation:%20http:%2F%2Fevil.example/", "/https://evil.example/",
    ],
)  # fmt: skip
def test_what_is_not_there_leads_nowhere(service: Service, target: str) -> None:
    for method in ("GET", "POST"):
        status, location = asked(service, method, target)
        assert status in (400, 404, 405) and location is None


def test_a_method_that_is_not_allowed_leads_nowhere(service: Service) -> None:
    for method in ("POST", "DELETE"):
        assert asked(service, method, "/questions/") == (404, None)


def test_the_first_page_stays_where_it_is(service: Service) -> None:
    assert asked(service, "GET", "/") == (200, None)
