"""The `vndx` command: what is data on stdout, what is talk on stderr, and the exit status."""

import json
import os
from io import BytesIO, TextIOWrapper
from pathlib import Path

import minirecord
import pytest
from minirecord import ARTICLE, SLUG
from pytest import CaptureFixture

from service.cli import main, size
from service.evaluators.port import CHUNK

ASK = "PREFIX vndx: <https://w3id.org/vndx/ontology#> SELECT ?who { ?who a vndx:Person } ORDER BY ?who"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return minirecord.write(tmp_path / "data")


@pytest.fixture
def release(out: Path) -> Path:
    return out


def test_build_prints_the_digest_that_current_leads_to(
    data: Path, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    release = tmp_path / "release"
    assert main(["build", "--data", str(data), "--out", str(release)]) == 0
    digest = capsys.readouterr().out.strip()
    assert (release / "current").readlink().name == digest
    assert json.loads((release / digest / "manifest.json").read_bytes())["digest"] == digest


def test_a_build_with_errors_shows_them_all_and_leaves_the_old_release(
    data: Path, release: Path, capsys: CaptureFixture[str]
) -> None:
    before = (release / "current").readlink().name
    for file in (data / "sources" / f"{SLUG}.ttl", data / "registry" / "all.ttl"):
        file.write_text(file.read_text(encoding="utf-8") + "\nperson:x a ;\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["build", "--data", str(data), "--out", str(release)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    *findings, last = told.err.splitlines()
    assert [Path(finding.split(":")[0]).name for finding in findings] == ["all.ttl", f"{SLUG}.ttl"]
    assert all("error: syntax" in finding for finding in findings)
    assert "2 errors" in last and "nothing was built" in last
    assert (release / "current").readlink().name == before


def test_check_lists_findings_and_fix_restores_form(data: Path, capsys: CaptureFixture[str]) -> None:
    source = data / "sources" / f"{SLUG}.ttl"
    main(["check", "--data", str(data), "--fix"])
    formed = source.read_text(encoding="utf-8")
    source.write_text(formed.replace(" ;\n  ", ";   ", 1), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--data", str(data)]) == 1
    assert "not-canonical" in capsys.readouterr().out
    assert main(["check", "--data", str(data), "--fix"]) == 0
    assert source.read_text(encoding="utf-8") == formed


def test_verify_prints_failures_then_counts(data: Path, tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    sources = minirecord.write_sources(tmp_path / "sources", ARTICLE.replace("49,4%", "49,5%"))
    assert main(["verify", "--data", str(data), "--sources", str(sources)]) == 1
    *failures, counts = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in failures] == ["changed"]
    assert counts.startswith("verified ") and counts.endswith("changed 1, missing 0, cited 1")
    assert main(["verify", "--data", str(data), "--sources", str(sources), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["changed"] == 1


def test_cite_writes_the_record_or_names_each_quotation(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    sources = minirecord.write_sources(tmp_path / "sources")
    draft = tmp_path / "draft.ttl"
    draft.write_text("x:1 vndx:evidence «Công ty C vận hành» .\n", encoding="utf-8")
    given = ["cite", str(draft), "--sources", str(sources), "--source", SLUG]
    assert main(given) == 0
    assert f"x:1 vndx:evidence evidence:{SLUG}-" in capsys.readouterr().out
    draft.write_text("x:1 vndx:evidence «Công ty D» , «tỉnh» .\n", encoding="utf-8")
    assert main([*given, "--out", str(tmp_path / "out.ttl")]) == 1
    told = capsys.readouterr().err.splitlines()
    assert ["stands nowhere" in told[0], "times" in told[1]] == [True, True]
    assert not (tmp_path / "out.ttl").exists()


@pytest.mark.parametrize(
    ("format_", "begins"), [("csv", "who\r\n"), ("json", '{"head"'), ("tsv", "?who\n"), ("xml", "<?xml")]
)
def test_query_answers_on_stdout(
    release: Path, tmp_path: Path, capfdbinary: CaptureFixture[bytes], format_: str, begins: str
) -> None:
    file = tmp_path / "ask.rq"
    file.write_text(ASK, encoding="utf-8")
    capfdbinary.readouterr()
    assert main(["query", str(file), "--release", str(release), "--format", format_]) == 0
    answer = capfdbinary.readouterr().out.decode()
    assert answer.startswith(begins)
    assert "https://w3id.org/vndx/id/person/an" in answer


@pytest.mark.parametrize(
    ("text", "format_", "told"),
    [
        ("ASK {}", "csv", "true\n"),
        ("ASK {}", "json", '{"head":{},"boolean":true}\n'),
        ("SELECT ('a' AS ?x) {}", "csv", "x\r\na\r\n"),
        ("SELECT ('a' AS ?x) {}", "tsv", '?x\n"a"\n'),
        ("CONSTRUCT {} {}", "nt", ""),
        ("CONSTRUCT {} {}", "jsonld", "[]\n"),
        ("CONSTRUCT { <x:s> <x:p> 'a\\n' } {}", "nt", '<x:s> <x:p> "a\\n" .\n'),
    ],
)
def test_an_answer_ends_with_one_newline_unless_it_is_empty(
    release: Path, tmp_path: Path, capfdbinary: CaptureFixture[bytes], text: str, format_: str, told: str
) -> None:
    file = tmp_path / "ask.rq"
    file.write_text(text, encoding="utf-8")
    capfdbinary.readouterr()
    assert main(["query", str(file), "--release", str(release), "--format", format_]) == 0
    assert capfdbinary.readouterr().out.decode() == told


def test_a_large_answer_ends_with_one_newline(
    release: Path, tmp_path: Path, capfdbinary: CaptureFixture[bytes]
) -> None:
    file = tmp_path / "ask.rq"
    file.write_text("SELECT * { { ?a a ?b } { ?c a ?d } }", encoding="utf-8")
    capfdbinary.readouterr()
    assert main(["query", str(file), "--release", str(release), "--format", "json"]) == 0
    answer = capfdbinary.readouterr().out
    assert len(answer) > CHUNK
    assert json.loads(answer)["results"]["bindings"] and answer.endswith(b"]}}\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["build", "--data", "nowhere"], "nowhere is not a folder"),
        (
            ["query", "--release", "nowhere", "nofile.rq"],
            "nofile.rq cannot be read: no such file or directory",
        ),
        (["query", "--release", "nowhere", "ASK { ?s ?p ?o }"], "is a query, not a file: echo"),
        (["query", "--release", "nowhere", os.devnull], "is empty: there should be a SPARQL query"),
        (["query", "--format", "html", __file__], "it is one of json, xml, csv, tsv, ttl"),
        (["export", "--release", "nowhere", "--out", "x"], "run `vndx build --out nowhere`"),
        (["draw", "meetings", "--release", "nowhere", "--out", "x.html"], "run `vndx build --out nowhere`"),
        (["serve", "--workers", "0"], "--workers must be at least 1"),
        (
            ["serve", "--endpoint", "example.org/sparql"],
            "must be an address that begins with http:// or https://",
        ),
        (["serve", "--dataset", "no.ttl", "nor.ttl"], "--dataset: there is no file no.ttl, nor.ttl"),
        (["serve", "--port", "99999"], "--port must be from 0 (any that is free) to 65535"),
    ],
)
def test_wrong_input_is_one_line_that_says_what_to_do(
    arguments: list[str], says: str, capsys: CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"vndx {arguments[0]}: ") and says in line


def test_a_query_on_stdin_is_read_as_utf_8(
    release: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: CaptureFixture[bytes]
) -> None:
    for text, code in (("SELECT ('Bến Tre' AS ?x) {}".encode(), 0), (b"SELECT ('\xff' AS ?x) {}", 2)):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text), encoding="ascii"))
        assert main(["query", "-", "--release", str(release)]) == code
    told = capfdbinary.readouterr()
    assert "Bến Tre" in told.out.decode()
    assert "stdin cannot be read" in told.err.decode()


def test_a_query_with_a_mistake_names_its_place(
    release: Path, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    file = tmp_path / "ask.rq"
    file.write_text("SELECT * {\n  ?s ?p }", encoding="utf-8")
    assert main(["query", str(file), "--release", str(release)]) == 2
    assert f"{file}: Line 2, column" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "format_", "says"),
    [("SELECT * { ?s ?p ?o }", "ttl", "use json, xml, csv"), ("DESCRIBE <x:a>", "csv", "use ttl, nt, rdf")],
)
def test_a_format_that_cannot_hold_the_answer_is_refused_with_those_that_can(
    release: Path, tmp_path: Path, capsys: CaptureFixture[str], text: str, format_: str, says: str
) -> None:
    file = tmp_path / "ask.rq"
    file.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["query", str(file), "--release", str(release), "--format", format_]) == 2
    assert says in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named_once(
    data: Path, release: Path, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    sources, out = minirecord.write_sources(tmp_path / "sources"), tmp_path / "nowhere" / "x.svg"
    draft, taken = tmp_path / "draft.ttl", tmp_path / "taken"
    for file in (draft, taken):
        file.write_text("x:1 a x:Y .\n", encoding="utf-8")
    for arguments, path in (
        (["cite", str(draft), "--sources", str(sources), "--source", SLUG, "--out", str(out)], out),
        (["draw", "timeline", "--release", str(release), "--out", str(out)], out),
        (["export", "--release", str(release), "--out", str(taken)], taken),
        (["build", "--data", str(data), "--out", str(taken)], taken),
    ):
        capsys.readouterr()
        assert main(arguments) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.count(str(path)) == 1 and "Errno" not in line


def test_an_article_that_is_not_utf_8_is_named(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    sources, draft = minirecord.write_sources(tmp_path / "sources"), tmp_path / "draft.ttl"
    draft.write_text("x:1 a x:Y .\n", encoding="utf-8")
    (sources / "wrong.txt").write_bytes(b"ab\xff")
    assert main(["cite", str(draft), "--sources", str(sources), "--source", SLUG]) == 2
    assert "wrong.txt cannot be read: it is not UTF-8 (byte 2)" in capsys.readouterr().err


def test_export_copies_the_dumps(release: Path, tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["export", "--release", str(release), "--out", str(tmp_path / "dumps")]) == 0
    written = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert "SHA256SUMS" in written
    assert sorted(path.name for path in (tmp_path / "dumps").iterdir()) == sorted(written)


def test_draw_writes_a_view_and_names_the_views_it_has(
    release: Path, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    out = tmp_path / "view.graphml"
    assert main(["draw", "meetings", "--release", str(release), "--out", str(out)]) == 0
    assert "<graphml" in out.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["draw", "hats", "--release", str(release), "--out", str(out)]) == 2
    assert "meetings" in capsys.readouterr().err


def test_sizes_are_binary_multiples() -> None:
    assert [size(text) for text in ("64M", "1G", "500k", "12", "2MiB")] == [
        64 << 20, 1 << 30, 500 << 10, 12, 2 << 20,
    ]  # fmt: skip
