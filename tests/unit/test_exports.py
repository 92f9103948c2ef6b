import csv
import io
import json
import re
from xml.etree import ElementTree

import networkx as nx
import pytest
from pictures import HOSTILE, picture

from ontology.namespaces import LICENCE
from visual import exports, looks
from visual.network import kind_word, measures
from visual.svg import svg
from visual.words import LANGUAGES, catalogue

WRITERS = (exports.json, exports.csv_rows, exports.graphml, exports.gexf, svg)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_the_same_picture_gives_the_same_bytes_and_names_its_origin(write) -> None:  # type: ignore[no-untyped-def]
    first = write(picture(), "vi")
    assert write(picture(), "vi") == first
    text = first.decode()
    assert LICENCE in text
    assert "ab12" * 16 in text
    assert "/views/test" in text


def test_csv_has_one_row_for_each_event_of_each_tie() -> None:
    drawn = picture(HOSTILE)
    rows = list(csv.DictReader(io.StringIO(exports.csv_rows(drawn, "en").decode(), newline="")))
    assert [row["source"] for row in rows] == [tie.source for tie in drawn.ties]
    assert rows[0]["relation"] == "recommended to"
    assert {row["date"] for row in rows} == {"2021-01-04"}
    assert {row["source_label"] for row in rows} == {f"{name} (en)" for name in HOSTILE}


def test_graphml_reads_back_with_every_node_tie_and_label() -> None:
    drawn = picture(HOSTILE)
    read = nx.parse_graphml(exports.graphml(drawn, "vi").decode(), force_multigraph=True)
    assert list(read.nodes) == [node.thing.id for node in drawn.nodes]
    assert read.number_of_edges() == len(drawn.ties)
    labels = {label for _, label in read.nodes(data="label")}
    assert HOSTILE[0] in labels
    assert "a�b�c" in labels, "what XML cannot hold is replaced, not written"
    assert read.graph["licence"] == LICENCE


def test_gexf_reads_back_and_carries_no_day_of_writing() -> None:
    drawn = picture(HOSTILE)
    written = exports.gexf(drawn, "vi")
    assert b"lastmodified" not in written
    space = "{http://www.gexf.net/1.2draft}"
    root = ElementTree.fromstring(written)
    assert [node.get("id") for node in root.iter(f"{space}node")] == [node.thing.id for node in drawn.nodes]
    assert len(list(root.iter(f"{space}edge"))) == len(drawn.ties)


def test_json_holds_what_the_tables_hold() -> None:
    drawn = picture()
    read = json.loads(exports.json(drawn, "vi"))
    assert [node["id"] for node in read["nodes"]] == [node.thing.id for node in drawn.nodes]
    assert [edge["id"] for edge in read["edges"]] == [tie.id for tie in drawn.ties]
    assert read["edges"][0]["dashes"] == list(looks.DASHES["strength-example"])


def test_svg_is_well_formed_without_script_and_links() -> None:
    root = ElementTree.fromstring(svg(picture(HOSTILE), "vi"))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "line", "circle", "polygon", "text"}
    assert len([e for e in root.iter() if e.tag.endswith("line")]) == len(HOSTILE)


def test_the_stroke_is_that_of_the_strongest_words() -> None:
    assert looks.dashes(("strength-example", "strength-recommended")) == ()
    assert looks.dashes(("strength-can-be-used", "strength-example")) == looks.DASHES["strength-example"]
    assert looks.dashes(("",)) == ()


def test_every_kind_has_a_shape_of_its_own_and_the_colours_of_the_style_sheet() -> None:
    outlines = [look.outline for look in looks.LOOKS.values()]
    assert len(set(outlines)) == len(outlines)
    from pathlib import Path

    sheet = (Path(exports.__file__).parent / "web" / "pictures.css").read_text(encoding="utf-8")
    for kind, look in looks.LOOKS.items():
        colours = re.findall(rf"--kind-{kind}: (#\w+);", sheet)
        assert colours == [look.light, look.dark, look.dark], kind
        for language in LANGUAGES:
            assert kind_word(kind, language) != kind_word("something", language)


def test_measures_are_explained_in_both_languages() -> None:
    vi, en = measures("vi"), measures("en")
    assert [len(meaning) > 40 for _, meaning in vi + en] == [True] * 6
    assert vi != en


def test_every_word_of_the_pictures_has_both_languages() -> None:
    for key, entry in catalogue().items():
        if key.startswith("pictures."):
            assert set(entry) == set(LANGUAGES), key
            assert set(re.findall(r"\{\w+\}", entry["vi"])) == set(re.findall(r"\{\w+\}", entry["en"])), key
