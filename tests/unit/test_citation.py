"""Citations of hostile words: nothing in a title may end a field or begin another."""

import json
import re

from visual.citation import Citation, bibtex, csl, ris

HOSTILE = "50% } , url = {x}\nER  - \r\nTY  - BOOK & #1_2 $ ~ ^ \\input"
CITED = Citation(
    "k", "entry", HOSTILE, "C", "2023-03-31", "d" * 64, "http://x/doc/a?release=d", "vi", HOSTILE
)


def test_bibtex_escapes_what_tex_reads_as_commands() -> None:
    text = bibtex(CITED)
    (title,) = re.findall(r"^  title = \{\{(.*)\}\},$", text, re.MULTILINE)
    assert title == (
        r"50\% \} , url = \{x\} ER - TY - BOOK \& \#1\_2 \$ \textasciitilde{} \textasciicircum{}"
        r" \textbackslash{}input"
    )
    assert len(re.findall(r"^  url = ", text, re.MULTILINE)) == 1


def test_ris_keeps_every_value_on_its_line() -> None:
    lines = ris(CITED).split("\r\n")
    assert [line[:2] for line in lines[:-1]] == "TY ID AU TI T2 PY DA ET UR LA N1 ER".split()
    assert sum(line.startswith("TY  - ") for line in lines) == 1


def test_csl_json_holds_the_words_as_they_are() -> None:
    (item,) = json.loads(csl(CITED))
    assert item["title"] == HOSTILE
    assert item["issued"] == {"date-parts": [[2023, 3, 31]]}


def test_without_a_date_none_is_made_up() -> None:
    bare = Citation("k", "dataset", "T", "C", "", "d", "http://x", "en", "")
    assert "year" not in bibtex(bare)
    assert "PY" not in ris(bare)
    assert "issued" not in json.loads(csl(bare))[0]
