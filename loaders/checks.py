"""Checks of the record: all findings at once, from the files, the shapes, the rules and the sources.

A rule across records is one SELECT in `violations/`, which finds ?this (and ?graph, where it matters in which
file that stands) and begins with three comments:

    # severity: error            a column ?severity overrides it
    # message: {unit} did not stand on {day}            columns in braces
    # fix: name the unit as it then was
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, QuerySolutions, Store

from loaders import canonical, derive, shapes, structure, turtle, verify
from loaders.findings import Finding, Severity
from loaders.shapes import short
from loaders.turtle import Record

VIOLATIONS: Final = Path(__file__).parent / "violations"
_MOST_NAMELESS: Final = 1000
_HEADER = re.compile(r"^# (severity|message|fix): (.*)$", re.MULTILINE)


class RuleError(ValueError):
    """A file in `violations/` that is no rule: its header or query is wrong."""


@dataclass(frozen=True)
class Violation:
    """One rule across records: its name (the file's stem), what it says, and the query for breaches."""

    name: str
    severity: Severity
    message: str
    fix: str
    query: str


def violations() -> list[Violation]:
    """The rules in `violations/`, by name. Raises `RuleError` where a header is incomplete."""
    found = []
    for path in sorted(VIOLATIONS.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        header = dict(_HEADER.findall(text))
        severity = header.get("severity")
        if (severity != "error" and severity != "warning") or not {"message", "fix"} <= header.keys():
            raise RuleError(f"{path.name}: begin with the comments severity, message and fix")
        found.append(Violation(path.stem, severity, header["message"], header["fix"], text))
    return found


def check(
    data: Path, sources: Path | None = None, *, progress: Callable[[str], None] = lambda message: None
) -> list[Finding]:
    """All findings about the record in the folder `data`, by file and line.

    With `sources`, a folder of copies of the articles, also every digest and paragraph number. Nothing is
    raised for what is wrong with the record.
    """
    progress(f"reading {data}")
    return check_record(turtle.read(data), sources, progress=progress)


def check_record(
    record: Record,
    sources: Path | None = None,
    *,
    form: bool = True,
    progress: Callable[[str], None] = lambda message: None,
) -> list[Finding]:
    """All findings about a record already read, by file and line.

    Without `form`, files need not be in canonical form: that matters to reviewers, not to what is built.
    Where a file does not parse, only that is told: all else would follow from it.
    """
    if any(finding.severity == "error" for finding in record.findings):
        return sorted(record.findings)
    store = derive.load(record.quads())
    found = [*record.findings, *structure.check(record, store)]
    if structure.nameless(record) > _MOST_NAMELESS:
        return sorted(found)  # that is no record: the shapes would be at it for hours
    found += canonical.check(record) if form else []
    progress("asking the rules")
    for violation in violations():
        found += breaches(violation, record, store)
    progress("checking the shapes")
    found += shapes.check(record)
    if sources is not None:
        progress(f"reading the sources in {sources}")
        found += _anchors(record, sources)
    return sorted(set(found))


def breaches(violation: Violation, record: Record, store: Store) -> Iterator[Finding]:
    """The findings of one rule."""
    answer = store.query(violation.query, use_default_graph_as_union=True)
    if not isinstance(answer, QuerySolutions):
        raise RuleError(f"{violation.name}: a rule is a SELECT query")
    names = [variable.value for variable in answer.variables]
    for solution in answer:
        row = {name: solution[name] for name in names}
        this, graph, severity = row.get("this"), row.get("graph"), row.get("severity")
        subject = this.value if isinstance(this, NamedNode) else str(this)
        file, line = record.place(subject, graph.value if isinstance(graph, NamedNode) else None)
        texts = {
            name: short(term.value) if hasattr(term, "value") else str(term) for name, term in row.items()
        }
        yield Finding(
            file,
            line,
            0,
            violation.name,
            _severity(severity, violation.severity),
            subject,
            _fill(violation.message, texts),
            _fill(violation.fix, texts),
        )


def _severity(term: object, default: Severity) -> Severity:
    """The severity that a row states, or the rule's own."""
    value = getattr(term, "value", None)
    return "error" if value == "error" else "warning" if value == "warning" else default


def _fill(template: str, texts: Mapping[str, str]) -> str:
    """`template` with each `{name}` replaced by the text of that column; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda match: texts.get(match[1], match[0]), template)


def _anchors(record: Record, sources: Path) -> Iterator[Finding]:
    """A finding for each anchor that does not verify against the copies in `sources`."""
    for failure in verify.verify_record(record, sources).failures:
        file, line = record.place(failure.iri)
        yield Finding(
            file, line, 0, f"passage-{failure.status}", "error", failure.iri,
            f"{failure.file}, paragraph {failure.paragraph}: {failure.why}",
            "run `vndx cite` again for this passage",
        )  # fmt: skip
