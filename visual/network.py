"""The picture as one HTML file that opens with the network unplugged, made with pyvis.

pyvis holds the network; the page is our own template. Its own page would load scripts and styles from two
other hosts in each of its modes, run node titles that contain `href` as HTML, and leave headings and options
unescaped. pyvis is imported only here, when a file is made: importing it pulls in IPython.
"""

import json
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment

from ontology.namespaces import LICENCE
from visual import looks, reading, standalone
from visual.exports import told
from visual.picture import Picture
from visual.signs import sign
from visual.vendor import VENDOR
from visual.words import Language, word

_VENDOR: Final = VENDOR / "vis-network"
_LIBRARY: Final = "vis-network.standalone.min.js"
_WORDS: Final = (
    "nodes", "edges", "name", "kind", "degree", "betweenness", "community", "source", "relation", "target",
    "events", "measures", "origin", "query", "date", "undated", "release", "licence", "citation", "described",
)  # fmt: skip


class LibraryMissingError(Exception):
    """vis-network's files are not set up; the message says what to run."""


def offline(picture: Picture, language: Language, *, vendor: Path = _VENDOR) -> str:
    """The HTML of one file that holds picture, tables, origin and every script and style it needs.

    `vendor` is the folder with vis-network's files. Raises `LibraryMissingError` where they are not there.
    """
    from pyvis.network import Network

    network = Network(directed=True)
    network.templateEnv = _environment(picture, language, vendor)
    network.path = "offline.html"
    network.heading = picture.origin.titled(language)
    network.options = {}
    _fill(network, picture, language)
    return str(network.generate_html())


def _fill(network: Any, picture: Picture, language: Language) -> None:
    """Put nodes and edges into the network by pyvis's own classes, but past `add_node` and `add_edge`.

    Those look through all nodes at each call, which is quadratic; and without `directed` they drop the second
    edge between two nodes.
    """
    from pyvis.edge import Edge
    from pyvis.node import Node

    for node in picture.nodes:
        thing = node.thing
        own = Node(
            thing.id,
            "custom",
            thing.named(language),
            x=node.x,
            y=node.y,
            kind=thing.kind,
            kind_label=kind_word(thing.kind, language),
            degree=node.measured.degree,
            betweenness=node.measured.betweenness,
            community=node.measured.community,
            side=node.side,
        )
        network.nodes.append(own.options)
        network.node_ids.append(thing.id)
        network.node_map[thing.id] = own.options
    for tie in picture.ties:
        edge = Edge(
            tie.source,
            tie.target,
            True,
            id=tie.id,
            label=picture.word(tie, language),
            line=tie.line,
            weight=tie.weight,
            dashes=list(looks.dashes(tuple(event.quality for event in tie.events))),
            told="; ".join(told(tie, language)),
        )
        network.edges.append(edge.options)


def _environment(picture: Picture, language: Language, vendor: Path) -> Environment:
    """Our templates, with what the page needs beside what pyvis hands in: nodes, edges, heading, options."""
    environment = standalone.environment()
    environment.filters["json"] = reading.script_json
    environment.filters["parsed"] = json.loads
    environment.globals.update(
        language=language,
        origin=picture.origin,
        licence=LICENCE,
        looks=looks.outlines(),
        kinds=[{"sign": sign(kind), "label": kind_word(kind, language)} for kind in picture.kinds],
        labels={node.thing.id: node.thing.named(language) for node in picture.nodes},
        words={name: word(f"pictures.{name}", language) for name in _WORDS},
        measures=measures(language),
        style=standalone.style(),
        library=standalone.script(_library(vendor)),
        script=standalone.script(standalone.read("drawing.js") + standalone.read("offline.js")),
    )
    return environment


def measures(language: Language) -> list[tuple[str, str]]:
    """Each measure with its meaning in plain words."""
    return [
        (word(f"pictures.{name}", language), word(f"pictures.{name}-means", language))
        for name in ("degree", "betweenness", "community")
    ]


def kind_word(kind: str, language: Language) -> str:
    """A kind in words; those that are not drawn by a look of their own are "other"."""
    return word(f"pictures.kind-{kind if kind in looks.LOOKS else 'other'}", language)


def _library(vendor: Path) -> str:
    path = vendor / _LIBRARY
    if not path.is_file():
        raise LibraryMissingError(
            f"{path} is missing: run `make serve`, or `npm ci` and `python -m visual.vendor`"
        )
    return path.read_text(encoding="utf-8")
