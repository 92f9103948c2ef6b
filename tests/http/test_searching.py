"""Search over HTTP, on the real record: the JSON that scripts rely on, the page, and input of every kind."""

import html
import re

import httpx
import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def test_a_result_has_what_the_contract_says(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": "Bộ TT&TT", "limit": 1})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {
        "query": "Bộ TT&TT",
        "results": [
            {
                "id": "https://w3id.org/vndx/id/organization/bo-thong-tin-va-truyen-thong",
                "label": "Bộ Thông tin và Truyền thông",
                "label_en": "Ministry of Information and Communications",
                "kind": "organization",
                "description": "Tổ chức",
                "match": {
                    "field": "label",
                    "text": "Bộ Thông tin và Truyền thông",
                    "reason": "exact",
                },
            }
        ],
    }


def test_the_letters_that_matched_are_told_when_asked_for(client: httpx.Client) -> None:
    (one,) = client.get("/search", params={"q": "ubnd ben", "limit": 1, "spans": "true"}).json()["results"]
    assert (one["match"]["text"], one["match"]["spans"]) == ("UBND tỉnh Bến Tre", [[0, 4], [10, 13]])


def found(client: httpx.Client, **params: str) -> list[str]:
    answer = client.get("/search", params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"].removeprefix("https://w3id.org/vndx/id/") for one in answer.json()["results"]]


def test_kind_language_and_limit(client: httpx.Client) -> None:
    assert found(client, q="ben tre", kind="person") == []
    assert found(client, q="ben tre", kind="unit") == ["unit/ben-tre"]
    assert len(found(client, q="ben tre", limit="3")) == 3
    assert found(client, q="ben tre", limit="3") == found(client, q="ben tre", limit="10")[:3]
    assert len(found(client, q="ben tre")) == 10
    english = client.get("/search", params={"q": "ben tre", "lang": "en"}).json()["results"][0]
    assert english["description"].startswith("province · Viet Nam · until 2025-06-30 · succeeded by")


def test_the_same_question_has_the_same_answer_and_tag(client: httpx.Client) -> None:
    one, other = (client.get("/search", params={"q": "thai nguyen", "limit": 50}) for _ in range(2))
    assert one.content == other.content
    again = client.get(
        "/search", params={"q": "thai nguyen", "limit": 50}, headers={"If-None-Match": one.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀",
        "%",
        "*",
        "_",
        '"',
        "\\",
        "\x00",
        "--",
        "'; DROP TABLE name; --",
        "NEAR(",
        "{ SERVICE }",
    ],
)
def test_texts_without_a_name_find_nothing_or_little_and_never_fail(text: str, client: httpx.Client) -> None:
    for headers in ({}, BROWSER):
        assert client.get("/search", params={"q": text}, headers=headers).status_code == 200
    if not re.search(r"\w", text):
        assert found(client, q=text) == []


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "bến tre " * 1_250, "đ" * 3_300, "<script>alert(1)</script>" * 400]
)
def test_ten_kilobytes_are_answered(text: str, client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": text})
    assert answer.status_code == 200
    assert answer.json()["query"] == text.strip()
    assert client.get("/search", params={"q": text}, headers=BROWSER).status_code == 200


def test_one_letter_finds_names_that_begin_with_it(client: httpx.Client) -> None:
    for letter, slug in (("đ", "person/do-cong-anh"), ("Đ", "person/do-cong-anh")):
        assert found(client, q=letter)[0] == slug
    assert len(found(client, q="t", limit="100")) == 100


@pytest.mark.parametrize(
    "text", ["ben*", "%ben tre%", '"ben tre"', "ben AND tre", "ben_tre", "Bến\u00a0Tre", "ＢＥＮ"]
)
def test_signs_of_query_languages_are_no_signs_here(text: str, client: httpx.Client) -> None:
    assert client.get("/search", params={"q": text}).status_code == 200
    if "AND" not in text and "Ｅ" not in text:
        assert found(client, q=text)[0] == "unit/ben-tre"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"q": "x", "kind": "nothing"}, "There is no kind 'nothing'"),
        ({"q": "x", "limit": "many"}, "limit is a number"),
        ({"q": "x", "limit": "²"}, "limit is a number"),
        ({"q": "x", "limit": "-1"}, "limit is a number"),
        ({"q": "x", "limit": "9" * 5000}, "limit is a number"),
    ],
)
def test_wrong_parameters_are_refused_with_the_reason(
    params: dict[str, str], said: str, client: httpx.Client
) -> None:
    answer = client.get("/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert said in answer.json()["detail"]


def test_an_address_pasted_into_the_field_leads_to_its_thing(client: httpx.Client) -> None:
    for text in (
        "https://w3id.org/vndx/id/person/phan-van-mai",
        "<https://w3id.org/vndx/id/person/phan-van-mai>",
        "http://127.0.0.1:8000/doc/person/phan-van-mai?lang=en",
        "person:phan-van-mai",
        "person/phan-van-mai",
    ):
        assert found(client, q=text) == ["person/phan-van-mai"]
    evidence = "https://w3id.org/vndx/id/evidence/ben-tre-2020-07-17-4626-4797"
    assert found(client, q=evidence) == []
    answer = client.get("/search", params={"q": evidence}, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/doc/evidence/ben-tre-2020-07-17-4626-4797",
    )
    for text in ("https://w3id.org/vndx//evil.example", "https://w3id.org/vndx/id/evil.example//x"):
        assert client.get("/search", params={"q": text}, headers=BROWSER).status_code == 200


def test_bytes_that_are_no_text_are_answered(client: httpx.Client) -> None:
    assert client.get("/search?q=%FF%FE").status_code == 200
    assert client.get("/search?q=%ED%A0%80").status_code == 200


def test_the_page_marks_what_matched_and_says_why(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "ubnd ben", "lang": "vi"}, headers=BROWSER).text
    assert "<mark>UBND</mark> tỉnh <mark>Bến</mark> Tre" in page
    assert "có đủ các từ" in page
    page = client.get("/search", params={"q": "vosso", "lang": "en"}, headers=BROWSER).text
    assert "a similar name" in page


def test_the_page_shows_what_was_typed_as_text(client: httpx.Client) -> None:
    text = "\"><img src=x onerror='alert(1)'>Bến Tre"
    page = client.get("/search", params={"q": text}, headers=BROWSER).text
    assert "<img src=x" not in page
    assert html.escape("<img src=x") in page


def test_what_was_found_can_be_asked_for_in_sparql(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": "vo so"}, headers=BROWSER).text
    (query,) = re.findall(r'href="/sparql\?query=([^"]*)"', page)
    rows = client.get(f"/sparql?query={html.unescape(query)}", headers={"Accept": "text/csv"}).text
    assert "https://w3id.org/vndx/id/platform/vo-so" in rows
    nothing = client.get("/search", params={"q": "xyzzyqq"}, headers=BROWSER).text
    assert "/sparql?query=" not in nothing
