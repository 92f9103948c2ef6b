"""The Reconciliation API beside matching, on the real record: extension, suggestions, previews, refusals."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from reconciling import API, Valid, extend


def test_extension_gives_things_dates_numbers_and_texts(client: httpx.Client, valid: Valid) -> None:
    ids = ["document/quyet-dinh-749-qd-ttg", "person/phan-van-mai", "unit/nothing", "nothing at all"]
    found = extend(client, valid, ids, "number", "date", "label", "heldPost", "jurisdiction", lang="en")
    rows = found["rows"]
    assert rows[ids[0]]["number"] == [{"str": "749/QĐ-TTg"}]
    assert rows[ids[0]]["date"] == [{"date": "2020-06-03T00:00:00Z"}]
    assert rows[ids[1]]["label"] == [{"str": "Phan Van Mai"}]
    assert rows[ids[1]]["jurisdiction"] == [{"id": "unit/ben-tre", "name": "Ben Tre Province"}]
    assert all(value == [] for id_ in ids[2:] for value in rows[id_].values())
    assert found["meta"][3] == {"id": "heldPost", "name": "held post", "type": {"id": "Post", "name": "Post"}}
    full = "https://w3id.org/vndx/id/unit/ben-tre"
    assert (
        extend(client, valid, [full], "vndx:after")["rows"][full]["vndx:after"][0]["id"]
        == "unit/vinh-long-2025"
    )


def test_a_date_known_to_the_quarter_is_not_given_a_day(client: httpx.Client, valid: Valid) -> None:
    query = 'SELECT ?t { ?t vndx:duePrecision "quarter" }'
    answer = client.get(
        "/sparql",
        params={"query": "PREFIX vndx: <https://w3id.org/vndx/ontology#> " + query},
        headers={"Accept": "application/sparql-results+json"},
    )
    things = [row["t"]["value"] for row in answer.json()["results"]["bindings"]]
    assert things
    for row in extend(client, valid, things, "due")["rows"].values():
        assert re.fullmatch(r"\d{4}-Q[1-4]", row["due"][0]["str"])


@pytest.mark.parametrize(
    ("what", "prefix", "first"),
    [
        ("entity", "ben", "unit/ben-tre"),
        ("entity", "Bộ TT&TT", "organization/bo-thong-tin-va-truyen-thong"),
        ("entity", "phan v", "person/phan-van-mai"),
        ("type", "ngư", "Person"),
        ("type", "", "Person"),
        ("type", "vndx", None),
        ("property", "chức", "heldPost"),
        ("property", "held", "heldPost"),
        ("property", "", "label"),
        ("entity", "", None),
    ],
)
def test_suggestions(what: str, prefix: str, first: str | None, client: httpx.Client, valid: Valid) -> None:
    answer = client.get(f"/reconcile/suggest/{what}", params={"prefix": prefix})
    plural = {"entity": "entities", "type": "types", "property": "properties"}[what]
    found = valid(f"suggest-{plural}-response", answer.json())["result"]
    assert (found[0]["id"] if found else None) == first


def test_suggestions_go_on_from_the_cursor_and_keep_to_a_type(client: httpx.Client) -> None:
    def found(**params: str) -> list[str]:
        answer = client.get("/reconcile/suggest/entity", params={"prefix": "ben tre", **params})
        return [one["id"] for one in answer.json()["result"]]

    assert found(cursor="3", limit="2") == found(limit="5")[3:]
    assert found(type="Post") and all(id_.startswith("post/") for id_ in found(type="Post"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("entity?id=unit/ben-tre&lang=en", "succeeded by Vinh Long Province"),
        ("entity?id=platform%2Fvo-so", "Vỏ sò"),
        ("type?id=Act&lang=en", "What a person or organization puts to another"),
        ("type?id=concept", "Khái niệm"),
        ("property?id=heldPost&lang=en", "held post"),
    ],
)
def test_flyouts_are_plain_html(path: str, said: str, client: httpx.Client) -> None:
    answer = client.get(f"/reconcile/flyout/{path}").json()
    assert said in answer["html"]
    assert answer["id"] in path.replace("%2F", "/")
    assert not re.search(r"<script|<style|style=|\bon\w+=|javascript:", answer["html"])


def test_a_preview_may_be_framed_and_runs_nothing(client: httpx.Client) -> None:
    answer = client.get("/reconcile/preview", params={"id": "person/phan-van-mai", "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert "<script" not in answer.text and "style=" not in answer.text
    assert (
        "Phan Van Mai" in answer.text and "Secretary of the Ben Tre Provincial Party Committee" in answer.text
    )
    unit = client.get("/reconcile/preview", params={"id": "unit/ben-tre", "lang": "vi"}).text
    flyout = client.get("/reconcile/flyout/entity", params={"id": "unit/ben-tre", "lang": "en"}).json()
    assert "until 30 June 2025" in flyout["html"]
    assert "đến 30/6/2025 · nay là tỉnh Vĩnh Long (từ 1/7/2025)" in unit and "2025-06-30" not in unit
    style = re.search(r'href="([^"]+\.css)"', answer.text)
    assert style and client.get(style[1]).status_code == 200
    other = client.get("/doc/person/phan-van-mai", headers={"Accept": "text/html"})
    assert other.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("?queries=%7B", 400, "queries is not JSON"),
        ("?queries=%5B%5D", 400, "must be a JSON object"),
        ("?queries=" + quote('{"q": {"query": "x", "type": "Q5"}}'), 400, "there is no type 'Q5'"),
        ("?extend=" + quote('{"ids": [], "properties": [{"id": "P31"}]}'), 400, "there is no property 'P31'"),
        ("?extend=null", 400, "extend must be a JSON object"),
        ("?queries=%FF", 400, "not percent-encoded UTF-8"),
        ("/suggest/entity?prefix=a&type=Q5", 400, "There is no type 'Q5'"),
        ("/suggest/entity?prefix=a&cursor=-1", 400, "cursor must be a number"),
        ("/suggest/type?limit=many", 400, "limit must be a number"),
        ("/properties?type=Q5", 400, "There is no type 'Q5'"),
        ("/flyout/entity?id=unit/nothing", 404, "There is nothing called"),
        ("/flyout/entity", 400, "id is missing"),
        ("/preview", 400, "id is missing"),
        ("/flyout/type", 400, "id is missing"),
        ("/flyout/property?id=P31", 404, "There is no property 'P31'"),
        ("/preview?id=<script>", 404, "There is nothing called"),
    ],
)
def test_refusals_are_json_for_everyone_and_give_the_reason(
    path: str, status: int, said: str, client: httpx.Client
) -> None:
    for accept in ("*/*", "text/html,*/*;q=0.8"):
        answer = client.get(
            "/reconcile" + path, headers={"Accept": accept, "Origin": "http://127.0.0.1:3333"}
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert said in answer.json()["detail"]


def test_posts_of_other_kinds_are_refused(client: httpx.Client) -> None:
    as_json = client.post("/reconcile", json={"queries": {}})
    assert (as_json.status_code, as_json.json()["code"]) == (415, "unsupported-media-type")
    nothing = client.post("/reconcile", data={"x": "y"})
    assert (nothing.status_code, nothing.json()["code"]) == (400, "bad-request")
    large = client.post("/reconcile", data={"queries": "x" * (1 << 20)})
    assert (large.status_code, large.json()["status"]) == (413, 413)
    many = {f"q{n}": {"query": "x"} for n in range(101)}
    answer = client.post("/reconcile", data={"queries": json.dumps(many)})
    assert (answer.status_code, "at most 100" in answer.json()["detail"]) == (400, True)
    assert client.put("/reconcile").status_code == 405


def test_other_origins_may_post(client: httpx.Client) -> None:
    asked = {"Origin": "http://127.0.0.1:3333", "Access-Control-Request-Method": "POST"}
    answer = client.options("/reconcile", headers=asked)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.skipif(not API.is_dir(), reason="no copy of the API's examples")
@pytest.mark.parametrize(
    "path", sorted(API.glob("examples/reconciliation-query-batch/*/*.json")), ids=lambda p: p.stem
)
def test_the_examples_of_the_api_are_understood_or_refused(
    path: Path, client: httpx.Client, valid: Valid
) -> None:
    """Their types are not ours: a batch that insists on one is refused for that alone."""
    answer = client.post("/reconcile", data={"queries": path.read_text(encoding="utf-8")})
    if path.parent.name == "invalid":
        assert answer.status_code == 400
    else:
        assert answer.status_code == 200, answer.text
        valid("reconciliation-result-batch", answer.json())
