"""Errors as readers see them, on the real record, and what a wrong address may have meant."""

import re

import httpx
import pytest

from service.problems import CODES
from visual.words import LANGUAGES, word

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def test_an_unknown_thing_offers_alternatives(client: httpx.Client) -> None:
    answer = client.get("/doc/person/nguyen-manh-hunh", headers=BROWSER)
    assert answer.status_code == 404
    assert "/doc/person/nguyen-manh-hung" in answer.text
    assert "Có phải bạn tìm" in answer.text
    body = client.get("/doc/person/nguyen-manh-hunh").json()
    assert body["code"] == "not-found"
    assert "https://w3id.org/vndx/id/person/nguyen-manh-hung" in [
        found["id"] for found in body["alternatives"]
    ]


@pytest.mark.parametrize(
    "path", ["/doc/nokind/x", "/doc/person/Upper", "/id/person/x--y", "/doc/person/x.exe", "/nosuch"]
)
def test_addresses_that_lead_nowhere(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert '<html lang="vi"' in answer.text


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/doc/persons/nguyen-manh-hung", "/doc/person/nguyen-manh-hung"),
        ("/id/person/Nguyễn Mạnh Hùng", "/doc/person/nguyen-manh-hung"),
        ("/doc/person/nguyen-manh-hung.html", "/doc/person/nguyen-manh-hung"),
        ("/vo-so", "/doc/platform/vo-so"),
        ("/view/meetings", "/views/meetings"),
    ],
)
def test_wrong_addresses_lead_to_what_was_meant(client: httpx.Client, path: str, meant: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    (found,) = re.findall(r'<section aria-labelledby="alternatives">(.*?)</section>', answer.text, re.DOTALL)
    assert re.findall(r'href="([^"]+)"', found) == [meant]


@pytest.mark.parametrize(
    "path", ["/doc/person/xyz", "/nosuch", "/vo-so?asOf=2019", "/doc/person/vo-so?asOf=2019"]
)
def test_nothing_is_suggested_that_is_not_like_it_or_of_later(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert "Có phải bạn tìm" not in answer.text


def test_errors_for_browsers_are_pages_in_both_languages(client: httpx.Client) -> None:
    vietnamese = client.get("/questions/nosuch", headers=BROWSER)
    english = client.get("/questions/nosuch?lang=en", headers=BROWSER)
    assert "Không có gì ở địa chỉ này" in vietnamese.text
    assert "There is nothing at this address" in english.text
    assert vietnamese.headers["cache-control"] == "no-store"


def test_every_problem_has_a_title_and_advice_in_both_languages() -> None:
    for code in CODES:
        for language in LANGUAGES:
            assert word(f"problem.{code}", language)
            assert word(f"advice.{code}", language)


def test_problems_on_vietnamese_pages_are_told_in_vietnamese(client: httpx.Client) -> None:
    text = client.get("/search?q=x&kind=planet", headers=BROWSER).text
    assert "Yêu cầu này không hiểu được" in text
    assert "Một tham số của địa chỉ" in text
    assert re.search(
        r'<details><summary>Chi tiết</summary><p class="reading meta" lang="en">There is no kind', text
    )
