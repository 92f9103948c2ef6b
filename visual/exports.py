"""A picture in formats that other tools read: JSON, CSV, GraphML, GEXF and SVG.

Every one holds the same nodes and edges in the same order, and says what was asked, of which release, under
which licence and how to cite it. No clock is read: the same picture gives the same bytes.
"""

import csv
import io
import re
from typing import Any, Final
from xml.etree import ElementTree

import networkx as nx
import orjson
from networkx.readwrite.gexf import GEXFWriter

from ontology.namespaces import LICENCE
from visual import looks, reading
from visual.picture import Picture
from visual.relations import Tie
from visual.words import Language

# What XML 1.0 (section 2.2) cannot hold, even escaped.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLUMNS: Final = (
    "source", "source_label", "source_kind", "relation", "target", "target_label", "target_kind",
    "event", "event_label", "date", "date_precision", "remark", "view", "release", "licence",
)  # fmt: skip


def value(picture: Picture) -> dict[str, Any]:
    """The picture as plain values: `nodes`, `edges` and what they rest on."""
    origin = picture.origin
    return {
        "name": origin.name,
        "title": origin.title,
        "title_en": origin.title_en,
        "query": origin.query,
        "date": origin.date,
        "release": origin.digest,
        "licence": LICENCE,
        "citation": origin.citation("vi"),
        "citation_en": origin.citation("en"),
        "nodes": [
            {
                "id": node.thing.id,
                "label": node.thing.label,
                "label_en": node.thing.label_en,
                "kind": node.thing.kind,
                "x": node.x,
                "y": node.y,
                "degree": node.measured.degree,
                "betweenness": node.measured.betweenness,
                "community": node.measured.community,
                "side": node.side,
            }
            for node in picture.nodes
        ],
        "edges": [edge(picture, tie) for tie in picture.ties],
    }


def edge(picture: Picture, tie: Tie) -> dict[str, Any]:
    """One tie as plain values; `events` lists what it stands for."""
    return {
        "id": tie.id,
        "source": tie.source,
        "target": tie.target,
        "relation": tie.relation,
        "label": picture.word(tie, "vi"),
        "label_en": picture.word(tie, "en"),
        "line": tie.line,
        "weight": tie.weight,
        "dashes": list(looks.dashes(tuple(event.quality for event in tie.events))),
        "events": [
            {
                "id": event.id,
                "label": event.label,
                "label_en": event.label_en,
                "date": event.date,
                "precision": event.precision,
                "remark": event.remark,
                "remark_en": event.remark_en,
            }
            for event in tie.events
        ],
    }


def json(picture: Picture, language: str) -> bytes:
    """JSON, UTF-8; both languages are in it, whatever `language` is."""
    return orjson.dumps(value(picture), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def csv_rows(picture: Picture, language: str) -> bytes:
    """CSV (RFC 4180), UTF-8: one row for each event of each edge, or one where an edge has no event."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(_COLUMNS)
    things = {node.thing.id: node.thing for node in picture.nodes}
    for tie in picture.ties:
        source, target = things[tie.source], things[tie.target]
        ends = [source.id, source.named(language), source.kind, picture.word(tie, language)]
        ends += [target.id, target.named(language), target.kind]
        rest = [picture.origin.query, picture.origin.digest, LICENCE]
        for event in tie.events:
            told = [event.id, event.named(language), event.date, event.precision, event.remarked(language)]
            writer.writerow([*ends, *told, *rest])
        if not tie.events:
            writer.writerow([*ends, "", "", "", "", "", *rest])
    return written.getvalue().encode()


def graphml(picture: Picture, language: str) -> bytes:
    """GraphML, with origin, licence and citation as attributes of the graph."""
    made = _plain(picture, language)
    made.graph.update(_origin(picture, language))
    return ("\n".join(nx.generate_graphml(made)) + "\n").encode()


def gexf(picture: Picture, language: str) -> bytes:
    """GEXF 1.2, with origin, licence and citation in its `meta` element, which carries no day of writing."""
    made = _plain(picture, language)
    for _, attributes in made.nodes(data=True):
        attributes["viz"] = {"position": {"x": attributes.pop("x"), "y": -attributes.pop("y"), "z": 0}}
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(made)
    root = writer.xml
    meta = root.find("meta")
    if meta is not None:
        meta.attrib.clear()
        for child in list(meta):
            meta.remove(child)
        origin = _origin(picture, language)
        ElementTree.SubElement(meta, "creator").text = "vndx"
        told = " · ".join(f"{name}: {text}" for name, text in origin.items())
        ElementTree.SubElement(meta, "description").text = told
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _origin(picture: Picture, language: str) -> dict[str, str]:
    origin = picture.origin
    told = {
        "title": origin.titled(language),
        "query": origin.query,
        "date": origin.date,
        "release": origin.digest,
        "licence": LICENCE,
        "citation": origin.citation(language),
    }
    return {name: xml_text(text) for name, text in told.items()}


def _plain(picture: Picture, language: str) -> "nx.MultiDiGraph[str]":
    """The picture as a multigraph whose attributes are text and numbers only."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in picture.nodes:
        made.add_node(
            node.thing.id,
            label=xml_text(node.thing.named(language)),
            label_vi=xml_text(node.thing.label),
            label_en=xml_text(node.thing.label_en),
            kind=node.thing.kind,
            x=node.x,
            y=node.y,
            degree=node.measured.degree,
            betweenness=node.measured.betweenness,
            community=node.measured.community,
        )
    for tie in picture.ties:
        made.add_edge(
            tie.source,
            tie.target,
            key=tie.id,
            label=xml_text(picture.word(tie, language)),
            relation=tie.relation,
            weight=tie.weight,
            directed="false" if tie.line else "true",
            events=" ".join(event.id for event in tie.events),
            told=xml_text("; ".join(told(tie, language))),
        )
    return made


def told(tie: Tie, language: str) -> list[str]:
    """Each event in a few words: its label, when, and the remark."""
    chosen: Language = "vi" if language == "vi" else "en"
    return [
        ", ".join(
            part
            for part in (
                event.named(language),
                reading.date(event.date, event.precision, chosen) if event.date else "",
                event.remarked(language),
            )
            if part
        )
        for event in tie.events
    ]


def xml_text(text: str) -> str:
    """`text` with what XML cannot hold replaced by U+FFFD."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
