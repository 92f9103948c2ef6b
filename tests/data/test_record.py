"""The record itself: it has no error, every anchor verifies, and it builds to the same bytes each time."""

import hashlib
import os
import re
from pathlib import Path

import pytest

from loaders import checks, turtle
from loaders.building import build
from loaders.evidence import read_source
from loaders.findings import errors
from loaders.release import Release, open_release
from loaders.search import SearchIndex
from loaders.turtle import Record
from loaders.verify import verify_record

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "turtle"


@pytest.fixture(scope="session")
def record() -> Record:
    return turtle.read(DATA)


@pytest.fixture(scope="session")
def sources() -> Path:
    """The folder of articles: `$VNDX_SHARED/sources`, or that of `shared` beside the checkout."""
    folder = Path(os.environ.get("VNDX_SHARED") or ROOT.parent / "shared") / "sources"
    if not folder.is_dir():
        reason = f"the articles are not in {folder}: set VNDX_SHARED to the folder that holds sources/"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def built(release: Path) -> Release:
    return open_release(release)


def test_the_record_has_no_error(record: Record) -> None:
    assert [str(finding) for finding in errors(checks.check_record(record))] == []


def test_every_anchor_verifies(record: Record, sources: Path) -> None:
    report = verify_record(record, sources)
    assert report.failures == ()
    assert report.verified > 500


def runs(text: str, length: int = 20) -> set[tuple[str, ...]]:
    """Every run of so many syllables: longer than the name of an office, shorter than most sentences."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[start:] for start in range(length)), strict=False))


def test_no_sentence_of_an_article_stands_in_the_record(sources: Path) -> None:
    """What the files of sources say is in our own words; titles of laws stand in the registry."""
    written = [path.read_text(encoding="utf-8") for path in DATA.glob("sources/*.ttl")]
    ours = set().union(*(runs(text) for text in written))
    for source in sorted(sources.glob("*.txt")):
        headline, _, body = read_source(source).lstrip().partition("\n")
        found = {" ".join(run) for run in runs(body) & ours - runs(headline)}
        assert found == set(), source.name


@pytest.mark.long
def test_two_builds_are_byte_identical(built: Release, tmp_path: Path) -> None:
    """Also what keeps honest that all tests share one release (tests/conftest.py)."""
    again = build(DATA, tmp_path)
    assert again.digest == built.digest == hashlib.sha256(built.quads.read_bytes()).hexdigest()
    manifest = "manifest.json"
    assert (again.path / manifest).read_bytes() == (built.path / manifest).read_bytes()
    for file in built.manifest["files"]:
        assert (again.path / file["path"]).read_bytes() == (built.path / file["path"]).read_bytes(), file


def test_every_source_of_the_registry_has_a_graph(record: Record, built: Release) -> None:
    slugs = {path.stem for path in (DATA / "sources").glob("*.ttl")}
    assert len(slugs) >= 5
    for slug in slugs:
        assert built.manifest["graphs"][f"https://w3id.org/vndx/graph/{slug}"] > 100
        assert record.place(f"https://w3id.org/vndx/id/source/{slug}")[1] > 0


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("Vỏ sò", "platform/vo-so"),
        ("vo so", "platform/vo-so"),
        ("VOVbacsi24", "platform/vovbacsi24"),
        ("Bộ TT&TT", "organization/bo-thong-tin-va-truyen-thong"),
        ("Bến Tre", "unit/ben-tre"),
        ("nguyen manh hung", "person/nguyen-manh-hung"),
    ],
)
def test_the_first_result_for_names_that_readers_type(query: str, slug: str, built: Release) -> None:
    index = SearchIndex(built.search)
    assert index.find(query)[0].id == f"https://w3id.org/vndx/id/{slug}"
    index.close()
