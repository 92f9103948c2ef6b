"""RDF of unknown origin, by `--dataset` or `vndx build`: an answer, or a line that says why there is none."""

import asyncio
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from running import serve

from loaders import quarantine
from service.evaluators.hatchery import Source
from service.evaluators.local import LocalEvaluator
from service.evaluators.port import EvaluatorUnavailable
from service.formats import GRAPHS
from service.settings import Settings

_MAIN = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">'


def entities(depth: int, width: int) -> str:
    """The billion laughs: every entity expands to many of the one before."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    more = "".join(f'<!ENTITY {letters[n]} "{f"&{letters[n - 1]};" * width}">' for n in range(1, depth))
    return (
        f'<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa">{more}]>{_XML}'
        f"<e:A><e:b>&{letters[depth - 1]};</e:b></e:A></rdf:RDF>"
    )


def terms(depth: int) -> str:
    return "<a:a> <a:b> " + "<<( <a:a> <a:b> " * depth + "<a:c>" + " )>>" * depth + " ."


def elements(depth: int) -> str:
    return _XML + "<e:A><e:b>" * depth + "</e:b></e:A>" * depth + "</rdf:RDF>"


def hidden(depth: int) -> str:
    """Elements that nest in the text of an entity."""
    text = "<e:A><e:b>" * depth + "</e:b></e:A>" * depth
    return f"<!DOCTYPE rdf:RDF [<!ENTITY a '{text}'>]>{_XML}&a;</rdf:RDF>"


REFUSED = {
    "entities.rdf": (entities(12, 20), "amplification"),
    "elements.rdf": (elements(200_000), "nest more than 1000 deep"),
    "hidden.xml": (hidden(600), "nest more than 1000 deep"),
    "terms.ttl": (terms(300_000), "nested too deeply"),
    "outside.rdf": (f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_XML}&a;</rdf:RDF>', "ENTITY"),
    "context.jsonld": ('{"@context":"http://127.0.0.1:1/c","@id":"a:a","p":1}', "context"),
    "deep.jsonld": ('{"@id":"a:a","a:p":' + "[" * 300_000 + "1" + "]" * 300_000 + "}", "Max stack size"),
    "literal.ttl": ("<a:a> <a:b> '" + "x" * 40_000_000 + "' .", "maximal size"),
    "nul.ttl": ("<a:a\x00> <a:b> <a:c> .", "Invalid IRI"),
    "cut.ttl": ("<a:a> <a:b> 'without an end", "Unexpected end of file"),
    "cut.rdf": (_XML + "<e:A", "no XML: unclosed token: line 1"),
    "latin.nt": (b"<a:a> <a:b> \"\xff\xfe\" .", "UTF-8"),
    "unknown.docx": ("<a:a> <a:b> <a:c> .", "unknown extension"),
    "brackets.ttl": ("<a:a> <a:b> " + "[ <a:p> " * 300_000, "Unexpected end"),
}  # fmt: skip


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def vndx(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _MAIN, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_served_is_named(tmp_path: Path, name: str) -> None:
    content, said = REFUSED[name]
    file = write(tmp_path, name, content)

    async def start() -> None:
        evaluator = LocalEvaluator(Settings(dataset=(file,)), Source(dataset=(file,)), print)
        try:
            await evaluator.start()
        finally:
            await evaluator.close()

    with pytest.raises(EvaluatorUnavailable) as refused:
        asyncio.run(start())
    assert str(file) in str(refused.value)
    assert said in str(refused.value)


def test_what_reads_a_file_has_only_so_much_memory() -> None:
    with pytest.raises(MemoryError), quarantine.bounds(1000):
        bytearray(1 << 31)
    assert len(bytearray(1 << 30)) == 1 << 30  # bounded no more


def test_it_is_one_line_on_the_terminal(tmp_path: Path) -> None:
    file = write(tmp_path, "entities.rdf", entities(12, 20))
    done = vndx("serve", "--port", "0", "--dataset", str(file))
    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if "vndx" in line] == [
        f"vndx serve: {file}: it is no XML: limit on input amplification factor (from DTD and entities)"
        " breached: line 1, column 962"
    ]
    assert "Traceback" not in done.stderr


ODD = """
PREFIX schema: <http://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
<https://w3id.org/vndx/id/person/x> a <https://w3id.org/vndx/ontology#Person> ;
    schema:url <javascript:alert(1)> ;
    rdfs:label "<script>alert(2)</script>\\u0000\\u202e"@vi , "\\"onload=\\""@en ;
    schema:text "TEXT" ;
    schema:list LIST .
"""


def test_what_is_odd_but_rdf_is_served(tmp_path: Path) -> None:
    """Deep lists, a large literal, a NUL, addresses that are script: all of it data, none of it dangerous."""
    odd = ODD.replace("TEXT", "x" * 5_000_000).replace("LIST", "(" * 5000 + ")" * 5000)
    file = write(tmp_path, "odd.ttl", odd)
    person = "<https://w3id.org/vndx/id/person/x>"
    sizes = (
        f"SELECT ?url (STRLEN(?text) AS ?n) {{ {person} <http://schema.org/url> ?url ; ?p ?text"
        " FILTER(STRLEN(?text) > 99) }"
    )
    short = f"CONSTRUCT {{ {person} ?p ?o }} {{ {person} ?p ?o FILTER(STRLEN(STR(?o)) < 99) }}"
    pages = [
        (f"/sparql?query={quote(sizes)}", "text/html"),
        ("/doc/person/x", "text/html"),
        (f"/explore?focus={quote(person[1:-1])}", "text/html"),
        *((f"/doc/person/x.{format.extension}", "*/*") for format in GRAPHS),
    ]
    with serve("--dataset", str(file)) as service, service.client() as client:
        (row,) = client.post("/sparql", data={"query": sizes}).json()["results"]["bindings"]
        assert (row["url"]["value"], row["n"]["value"]) == ("javascript:alert(1)", "5000000")
        assert "javascript:alert(1)" in client.post("/sparql", data={"query": short}).text
        for path, accept in pages:
            answer = client.get(path, headers={"Accept": accept})
            assert answer.status_code < 500, (path, answer.text[:300])
            if "html" in answer.headers["content-type"]:
                assert 'href="javascript:' not in answer.text
                assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (terms(300_000), "unreadable"),
        ("<a:a> <a:b> '" + "x" * 40_000_000 + "' .", "longer than 16 MiB"),
        ("<a:a> <a:b> " + "(" * 20_000 + ")" * 20_000 + " .", "blank-node"),
        ("<a:a> <a:b> 'cut", "syntax"),
        (b"<a:a> <a:b> '\xff' .", "encoding"),
        ("<a:a\x00> <a:b> <a:c> .", "syntax"),
        ("<javascript:alert(1)> <a:b> <a:c> .", "malformed-iri"),
        ("", "0 errors"),
    ],
    ids="terms literal lists cut latin nul script empty".split(),
)
def test_a_record_of_unknown_origin_ends_in_findings(tmp_path: Path, content: str | bytes, said: str) -> None:
    """Checked and built: findings on the file, no release, nothing left behind."""
    data, out = tmp_path / "data", tmp_path / "release"
    (data / "sources").mkdir(parents=True)
    write(data / "sources", "foreign.ttl", content)
    checked = vndx("check", "--data", str(data))
    assert said in checked.stdout + checked.stderr
    assert "Traceback" not in checked.stderr
    if content:
        assert "foreign.ttl" in checked.stdout
        built = vndx("build", "--data", str(data), "--out", str(out))
        assert built.returncode == 1
        assert "nothing was built" in built.stderr
        assert [path.name for path in out.iterdir()] == [".lock"]
