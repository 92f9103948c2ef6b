"""A drawing that is no network (the map, the timeline) as files of its own: SVG, HTML and CSV.

Pages colour these drawings by their style sheet; a file carries the colours it needs, in plain CSS that
programs which are no browsers read too.
"""

import csv
import io
import re
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Final

from markupsafe import Markup

from ontology.namespaces import LICENCE
from visual import standalone
from visual.exports import xml_text
from visual.looks import LOOKS
from visual.picture import HOME, Origin
from visual.words import Language, word

_SIZE: Final = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_LINE: Final = 22
_UNIT, _MEETING, _BODY = (LOOKS[kind].light for kind in ("unit", "meeting", "organization"))
_STYLE: Final = f"""
text {{ font-family: system-ui, sans-serif; }}
.border {{ fill: #8b8778; stroke: #8b8778; stroke-width: 2; stroke-linejoin: round; }}
.ground-0 {{ fill: #fbfaf7; }} .ground-1 {{ fill: #dde8df; }} .ground-2 {{ fill: #bbd3c5; }}
.ground-3 {{ fill: #629c7b; }} .ground-4 {{ fill: {_UNIT}; }}
.stroke-1 {{ fill: {_UNIT}; }} .stroke-2 {{ fill: none; stroke: {_UNIT}; }}
.stroke-3 {{ fill: none; stroke: #fbfaf7; }}
.swatch rect {{ stroke: #8b8778; }}
.tells {{ font: 700 17px sans-serif; fill: #1c2024; stroke: #ffffff; stroke-width: 4; paint-order: stroke;
  text-anchor: middle; }}
.island {{ font: 13px sans-serif; fill: #555c63; text-anchor: middle; }}
.axis {{ stroke: #b9b4a7; stroke-width: 1.5; }}
.year {{ font: 15px sans-serif; fill: #555c63; text-anchor: middle; }}
.met {{ fill: {_MEETING}; }} .due {{ fill: #ffffff; stroke: {_BODY}; stroke-width: 2; }}
"""


@dataclass(frozen=True)
class Sheet:
    """A drawing with what it says in rows.

    `drawing` is an inline SVG whose colours are classes; `legend` pairs a sign with its words; `columns` are
    names for programs and `heads` the same in words; `things` and `events` (IRIs) are what it speaks of and
    what it rests on; `credit` names whose work the drawing uses, "" for nobody's.
    """

    origin: Origin
    drawing: Markup
    legend: tuple[tuple[Markup, str], ...]
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    things: tuple[str, ...]
    events: tuple[str, ...]
    credit: str = ""


def svg(sheet: Sheet, language: Language) -> bytes:
    """The drawing as an SVG file with title, legend, origin, licence and citation; it needs no other file."""
    found = _SIZE.search(sheet.drawing)
    wide, high = (int(size) for size in found.groups()) if found else (1000, 100)
    told = [sheet.origin.citation(language), f"{sheet.origin.query} · {LICENCE}", sheet.credit]
    lines = [line for text in told if text for line in _wrapped(text, wide // 7)]
    top = 40 + high + 14
    low = top + _LINE * (len(sheet.legend) + len(lines)) + 10
    named = escape(xml_text(sheet.origin.titled(language)))
    drawing = str(sheet.drawing).replace("<svg ", f'<svg x="0" y="40" width="{wide}" height="{high}" ', 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {low}" lang="{language}" role="img">',
        f"<title>{named}</title>",
        f"<desc>{escape(xml_text(' '.join(told)))} {escape(sheet.origin.digest)}</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{wide}" height="{low}" fill="#ffffff"/>',
        f'<text x="10" y="26" font-size="18" font-weight="700">{named}</text>',
        _linked(drawing),
    ]
    for number, (sign, words) in enumerate(sheet.legend):
        y = top + _LINE * number
        placed = str(sign).replace("<svg ", f'<svg x="10" y="{y - 14}" width="32" height="18" ', 1)
        parts.append(f'{placed}<text x="52" y="{y}" font-size="14">{escape(xml_text(words))}</text>')
    for number, line in enumerate(lines, len(sheet.legend)):
        parts.append(
            f'<text x="10" y="{top + _LINE * number}" font-size="12">{escape(xml_text(line))}</text>'
        )
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def small(sheet: Sheet, language: Language) -> bytes:
    """The drawing alone as an SVG file, as the index of views shows it."""
    named = escape(xml_text(sheet.origin.titled(language)))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" lang="{language}" '
    drawing = _linked(sheet.drawing).replace("<svg ", head, 1)
    return drawing.replace(">", f"><title>{named}</title><style>{_STYLE}</style>", 1).encode()


def html(sheet: Sheet, language: Language) -> bytes:
    """One HTML file that opens with the network unplugged: the drawing and its rows; no script."""
    made = (
        standalone.environment()
        .get_template("sheet.html")
        .render(
            sheet=sheet,
            origin=sheet.origin,
            heading=sheet.origin.titled(language),
            drawing=Markup(_linked(sheet.drawing)),  # noqa: S704 - our own drawing, in which every word is escaped
            language=language,
            licence=LICENCE,
            style=standalone.style(),
            words={name: word(f"pictures.{name}", language) for name in _WORDS},
        )
    )
    return made.encode()


_WORDS: Final = ("in-text", "origin", "query", "date", "undated", "release", "licence", "citation")


def csv_rows(sheet: Sheet, language: Language) -> bytes:
    """CSV (RFC 4180), UTF-8: the rows, each with what was asked, of which release, under which licence."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([*sheet.columns, "view", "release", "licence"])
    for row in sheet.rows:
        writer.writerow([*row, sheet.origin.query, sheet.origin.digest, LICENCE])
    return written.getvalue().encode()


def _linked(drawing: str) -> str:
    """The drawing with its links as full addresses: a file has no site around it."""
    return str(drawing).replace('href="/doc/', f'href="{HOME}doc/')


def _wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most so many characters; a word is never broken."""
    return wrap(text, room, break_long_words=False, break_on_hyphens=False)
