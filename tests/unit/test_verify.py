"""Verification against copies of the article: as it is, and altered in each way that happens."""

import json
import unicodedata
from pathlib import Path

import minirecord
import pytest
from minirecord import ARTICLE, SLUG

from loaders.verify import Verification, verify

ANCHORS = 11


def against(folder: Path, article: str | bytes | None) -> Verification:
    data = minirecord.write(folder / "data")
    sources = folder / "sources"
    sources.mkdir()
    if article is not None:
        content = article.encode("utf-8") if isinstance(article, str) else article
        (sources / f"{SLUG}.txt").write_bytes(content)
    return verify(data, sources)


def test_every_anchor_verifies_and_the_cited_law_is_counted_apart(tmp_path: Path) -> None:
    report = against(tmp_path, ARTICLE)
    assert str(report) == f"verified {ANCHORS}, changed 0, missing 0, cited 1"
    assert report.holds


def test_one_changed_letter_fails_the_passages_that_hold_it_and_no_other(tmp_path: Path) -> None:
    report = against(tmp_path, ARTICLE.replace("49,4%", "49,5%"))
    (failure,) = report.failures
    start = ARTICLE.index("49,4%")
    iri = f"https://w3id.org/vndx/id/evidence/{SLUG}-{start}-{start + len('49,4% hộ có mạng')}"
    assert str(failure) == (
        f"changed {iri} {SLUG}.txt 4 characters {start} to {start + 16} have another digest;"
        " the file has its recorded length, but some characters differ"
    )
    assert str(report).splitlines() == [
        str(failure),
        f"verified {ANCHORS - 1}, changed 1, missing 0, cited 1",
    ]
    assert not report.holds


@pytest.mark.parametrize(
    ("article", "why"),
    [
        (unicodedata.normalize("NFD", ARTICLE), "is in another Unicode form (NFD instead of NFC)"),
        (ARTICLE.replace("\n", "\r\n"), "has CRLF line ends"),
        ("\ufeff" + ARTICLE, "begins with a byte order mark"),
        (
            unicodedata.normalize("NFD", ARTICLE).replace("\n", "\r\n"),
            "has CRLF line ends and is in another Unicode form (NFD instead of NFC)",
        ),
        (ARTICLE[:100], f"the file is cut: 100 of {len(ARTICLE)} characters"),
        ("X" + ARTICLE, f"the file has {len(ARTICLE) + 1} characters instead of {len(ARTICLE)}"),
    ],
    ids=["NFD", "CRLF", "BOM", "NFD+CRLF", "cut", "longer"],
)
def test_an_altered_copy_fails_and_says_how_it_differs(article: str, why: str, tmp_path: Path) -> None:
    report = against(tmp_path, article)
    assert report.failures
    assert report.verified + len(report.failures) == ANCHORS
    for failure in report.failures:
        assert failure.status == "changed"
        assert why in failure.why


def test_a_passage_moved_within_the_file_is_not_searched_for(tmp_path: Path) -> None:
    report = against(tmp_path, " " + ARTICLE)
    assert report.verified == 0
    assert report.count("changed") == ANCHORS


def test_a_passage_beyond_the_end_is_changed(tmp_path: Path) -> None:
    report = against(tmp_path, ARTICLE[:100])
    assert any("lie beyond the end at 100" in failure.why for failure in report.failures)


def test_a_missing_file_fails_every_anchor_as_missing(tmp_path: Path) -> None:
    report = against(tmp_path, None)
    assert report.summary == f"verified 0, changed 0, missing {ANCHORS}, cited 1"
    assert all(str(failure).startswith("missing https://") for failure in report.failures)


def test_a_file_that_is_not_utf8_is_changed(tmp_path: Path) -> None:
    report = against(tmp_path, ARTICLE.encode("utf-16"))
    assert report.count("changed") == ANCHORS
    assert "not UTF-8" in report.failures[0].why


def test_failures_come_in_the_order_of_the_text(tmp_path: Path) -> None:
    paragraphs = [failure.paragraph for failure in against(tmp_path, None).failures]
    assert paragraphs == sorted(paragraphs)


def test_the_json_form_says_the_same(tmp_path: Path) -> None:
    report = json.loads(against(tmp_path, ARTICLE.replace("49,4%", "49,5%")).json())
    assert {name: report[name] for name in ("verified", "changed", "missing", "cited")} == {
        "verified": ANCHORS - 1,
        "changed": 1,
        "missing": 0,
        "cited": 1,
    }
    (failure,) = report["failures"]
    assert set(failure) == {"status", "iri", "file", "paragraph", "why"}
    assert failure["paragraph"] == 4
