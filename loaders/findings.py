"""Findings: what is wrong with the record, where, and what to do about it.

A finding is a value for the curator. All findings of a run are collected and shown at once; an exception
is only the envelope in which a build hands them over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """One problem in the record. Findings sort by file, then line.

    `file` is as the curator would type it; `line` and `column` count from 1 (0: the file as a whole).
    `rule` is a stable code, `subject` the IRI concerned (empty where there is none), `message` says what is
    wrong, `fix` what to do. Only an "error" stops a build.
    """

    file: str
    line: int
    column: int
    rule: str
    severity: Severity
    subject: str
    message: str
    fix: str

    def __str__(self) -> str:
        """One line, in the form that editors understand: `file:line:column: severity: rule: …`."""
        about = f"<{self.subject}> " if self.subject else ""
        fix = f" — {self.fix}" if self.fix else ""
        return (
            f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.rule}: {about}{self.message}{fix}"
        )


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings that stop a build, in order."""
    return [finding for finding in findings if finding.severity == "error"]
