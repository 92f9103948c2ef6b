"""What each subcommand of `vndx` does: the rooms' functions, between what is given and what is said.

Every function takes the parsed arguments and gives the exit status. Rooms are imported where they are used,
so that `vndx --help` does not wait for a SHACL engine.
"""

import asyncio
import importlib.metadata
import sys
from argparse import Namespace
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from service import console
from service.console import CommandError

if TYPE_CHECKING:
    from loaders.release import Release


def version() -> str:
    """The version of the installed distribution."""
    return importlib.metadata.version("vndx")


def build(arguments: Namespace) -> int:
    """`vndx build`: check the record, build a release, print its digest."""
    from loaders.building import FindingsError
    from loaders.building import build as build_release
    from loaders.release import ReleaseError

    console.folder(arguments.data, "the record")
    with console.progress() as progress:
        try:
            release = build_release(
                arguments.data,
                arguments.out,
                shrink=arguments.shrink,
                keep=arguments.keep,
                progress=progress,
            )
        except FindingsError as error:
            for finding in error.findings:
                console.say(str(finding))
            console.say(f"vndx build: {error}")
            return 1
        except (ReleaseError, OSError) as error:
            named = isinstance(error, OSError) and error.filename
            told = f"{named}: {console.reason(error)}" if isinstance(error, OSError) and named else str(error)
            raise CommandError(f"{told}; the release that was current still is") from error
    print(release.digest)
    return 0


def check(arguments: Namespace) -> int:
    """`vndx check`: print every finding; 1 where one is an error."""
    from loaders import checks
    from loaders.canonical import fix
    from loaders.findings import errors

    console.folder(arguments.data, "the record")
    console.folder(arguments.sources, "the articles")
    if arguments.fix:
        for path in fix(arguments.data):
            console.say(f"{path}: canonical form restored")
    findings = checks.check(arguments.data, arguments.sources)
    for finding in findings:
        print(finding)
    wrong = len(errors(findings))
    console.say(f"{wrong} errors, {len(findings) - wrong} warnings")
    return 1 if wrong else 0


def verify(arguments: Namespace) -> int:
    """`vndx verify`: one line for each anchor that fails, then the count; 1 where one fails."""
    from loaders.verify import verify as verify_anchors

    console.folder(arguments.data, "the record")
    console.folder(arguments.sources, "the articles")
    report = verify_anchors(arguments.data, arguments.sources)
    print(report.json() if arguments.json else report)
    return 0 if report.holds else 1


def cite(arguments: Namespace) -> int:
    """`vndx cite`: the draft with evidence in place of quotations; 1 where a quotation cannot be pinned."""
    from loaders.citing import cite as cite_draft
    from loaders.evidence import read_source

    console.folder(arguments.sources, "the articles")
    texts = {}
    for path in sorted(arguments.sources.glob("*.txt")):
        try:
            texts[path.stem] = read_source(path)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {console.reason(error)}") from error
    turtle, problems = cite_draft(console.text(arguments.draft), texts, arguments.source)
    for problem in problems:
        console.say(f"{arguments.draft}: {problem}")
    if problems:
        return 1
    if arguments.out:
        console.write(arguments.out, turtle.encode())
    else:
        sys.stdout.write(turtle)
    return 0


def serve(arguments: Namespace) -> int:
    """`vndx serve`: serve until told to stop."""
    from service.server import ServerError
    from service.server import serve as serve_graph
    from service.settings import Settings

    console.folder(arguments.sources, "the articles")
    if missing := [str(path) for path in arguments.dataset or () if not path.exists()]:
        raise CommandError(f"--dataset: there is no file {', '.join(missing)}")
    known = {field.name for field in fields(Settings)}
    chosen = {name: value for name, value in vars(arguments).items() if name in known and value is not None}
    try:
        serve_graph(Settings(**chosen | {"dataset": tuple(arguments.dataset or ())}))
    except (ServerError, ValueError) as error:
        raise CommandError(str(error)) from error
    return 0


def query(arguments: Namespace) -> int:
    """`vndx query`: the answer to one SPARQL query over the release, on stdout, with a newline at its end.

    Some formats have none there; on the command line the next prompt, or the next answer of a loop, would
    go on in the same line. No format minds it. What is empty stays so.
    """
    from service.evaluators.direct import Direct
    from service.evaluators.port import EvaluationError, NotAcceptable, QueryRequest
    from service.formats import GRAPHS, RESULTS

    name = "stdin" if arguments.file == "-" else arguments.file
    text = _question(arguments.file)
    known = [format.name for format in (*RESULTS, *GRAPHS)]
    if arguments.format not in {None, *known}:
        raise CommandError(f"unknown format {arguments.format!r}: it is one of {', '.join(known)}")
    request = QueryRequest(text, arguments.format or "csv", arguments.format or "ttl")
    try:
        answer = asyncio.run(Direct(_release(arguments).quads).evaluate(request))
    except NotAcceptable as error:
        form, fitting = ("a graph", GRAPHS) if error.form == "graph" else ("a table", RESULTS)
        offered = ", ".join(one.name for one in fitting)
        raise CommandError(f"the answer is {form}, no {arguments.format}: use {offered}") from error
    except EvaluationError as error:
        raise CommandError(f"{name}: {error}") from error
    chunk = b""
    for chunk in answer.chunks():
        sys.stdout.buffer.write(chunk)
    if chunk and not chunk.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
    return 0


def export(arguments: Namespace) -> int:
    """`vndx export`: the dumps of the release, with their checksums."""
    from loaders.export import export as export_dumps

    with console.progress() as progress:
        try:
            written = export_dumps(_release(arguments).path, arguments.out, progress=progress)
        except OSError as error:
            raise CommandError(f"{arguments.out} cannot be written: {console.reason(error)}") from error
    for path in written:
        print(path)
    return 0


def draw(arguments: Namespace) -> int:
    """`vndx draw`: one view of the release as a file."""
    from service.evaluators.direct import Direct
    from service.graph import Graph
    from service.views import drawing
    from service.views.networks import ViewError

    asked = drawing.Asked(arguments.by, arguments.at, arguments.since, arguments.until)
    extension = arguments.out.suffix.removeprefix(".").lower()
    try:
        drawing.check(arguments.view, extension, asked)
        release = _release(arguments)
        graph = Graph(Direct(release.quads).evaluate, release.digest)
        made = asyncio.run(drawing.draw(graph, arguments.view, extension, arguments.lang, asked))
    except (ViewError, OSError) as error:
        raise CommandError(str(error)) from error
    console.write(arguments.out, made)
    print(arguments.out)
    return 0


def diff(arguments: Namespace) -> int:
    """`vndx diff`: statements added, removed and changed, by source and resource."""
    from loaders import diff as differences
    from loaders import report
    from loaders.release import ReleaseError

    try:
        before, after = (
            differences.find(arguments.release, name) for name in (arguments.before, arguments.after)
        )
        found = differences.compare(before, after)
    except (ReleaseError, OSError) as error:
        raise CommandError(str(error)) from error
    sys.stdout.write(report.as_json(found) if arguments.json else report.as_text(found))
    return 0


def _release(arguments: Namespace) -> "Release":
    from loaders.release import ReleaseError, open_release

    try:
        return open_release(arguments.release)
    except ReleaseError as error:
        raise CommandError(str(error)) from error


def _question(file: str) -> str:
    """The query in a file, or on stdin; whoever gave the query itself, or none, is told how to."""
    if "{" in file and not Path(file).exists():
        raise CommandError("what was given is a query, not a file: echo 'ASK { ?s ?p ?o }' | vndx query -")
    text = console.text(None if file == "-" else Path(file))
    if not text.strip():
        raise CommandError(f"{'stdin' if file == '-' else file} is empty: there should be a SPARQL query")
    return text
