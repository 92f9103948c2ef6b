"""The `vndx` command: its subcommands and their arguments; what each does stands in `service.commands`.

Stdout is data, stderr is talk. Exit status: 0 done, 1 findings or failed anchors, 2 wrong arguments or input.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from loaders import history
from service import commands
from service.console import CommandError
from service.settings import Settings

_DATA: Final = Path("data/turtle")
_MULTIPLES: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; gives its exit status. Known failures become one line on stderr."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except CommandError as error:
        sys.stderr.write(f"vndx {arguments.command}: {error}\n")
        return 2
    except BrokenPipeError:
        # The reader of stdout has gone (`vndx query | head`); without stderr Python cannot complain of it.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


def size(text: str) -> int:
    """Bytes of `64M`, `1G`, `500K` or a plain number, in binary multiples."""
    found = re.fullmatch(r"(\d+)\s*([KMG]?)i?B?", text.strip(), re.IGNORECASE)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 64M")
    return int(found[1]) * _MULTIPLES[found[2].upper()]


def share(text: str) -> float:
    """The share, 0 to 1, of a percentage such as `50` or `50%`."""
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage from 0 to 100")
    return percent / 100


def parser() -> argparse.ArgumentParser:
    """The command line, with help for every option."""
    top = argparse.ArgumentParser(
        prog="vndx", description="An open knowledge graph of Viet Nam's digital transformation."
    )
    top.add_argument("--version", action="version", version=f"vndx {commands.version()}")
    subcommands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (_build, _check, _verify, _cite, _serve, _query, _export, _draw, _diff):
        add(subcommands)
    return top


def _build(subcommands: Any) -> None:
    build = subcommands.add_parser("build", help="check the record and build a release from it")
    _data(build)
    build.add_argument(
        "--out",
        type=Path,
        default=Settings.release,
        metavar="DIR",
        help="folder of releases (default: %(default)s)",
    )
    build.add_argument(
        "--allow-shrink",
        type=share,
        nargs="?",
        const=1.0,
        default=0.2,
        metavar="PERCENT",
        dest="shrink",
        help=(
            "let a class lose so much of its instances (default: 20; without PERCENT: all, and things may go"
            " without an entry that says where)"
        ),
    )
    build.add_argument(
        "--keep",
        type=int,
        default=history.KEPT,
        metavar="N",
        help="releases that stay in the folder (default: %(default)s)",
    )
    build.set_defaults(run=commands.build)


def _check(subcommands: Any) -> None:
    check = subcommands.add_parser("check", help="list everything that is wrong with the record")
    _data(check)
    check.add_argument(
        "--sources", type=Path, metavar="DIR", help="your copies of the articles, to check digests too"
    )
    check.add_argument("--fix", action="store_true", help="restore canonical form, keeping comments")
    check.set_defaults(run=commands.check)


def _verify(subcommands: Any) -> None:
    verify = subcommands.add_parser(
        "verify", help="recompute every anchor against your copies of the articles"
    )
    _data(verify)
    verify.add_argument(
        "--sources", type=Path, required=True, metavar="DIR", help="your copies of the articles"
    )
    verify.add_argument("--json", action="store_true", help="print the result as JSON")
    verify.set_defaults(run=commands.verify)


def _cite(subcommands: Any) -> None:
    cite = subcommands.add_parser(
        "cite", help="turn a curator's draft, which quotes a source between « and », into the record"
    )
    cite.add_argument("draft", type=Path, help="the draft, kept outside the repository")
    cite.add_argument(
        "--sources", type=Path, required=True, metavar="DIR", help="your copies of the articles"
    )
    cite.add_argument("--source", required=True, metavar="SLUG", help="the source that the draft quotes")
    cite.add_argument("--out", type=Path, metavar="FILE", help="where to write (default: stdout)")
    cite.set_defaults(run=commands.cite)


def _serve(subcommands: Any) -> None:
    serve = subcommands.add_parser("serve", help="serve the graph: SPARQL, linked data, pages, pictures")
    add = serve.add_argument
    add("--host", default=Settings.host, help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=Settings.port, help="port to listen on (default: %(default)s)")
    add("--workers", type=int, metavar="N", help="query workers (default: one a core)")
    add("--sources", type=Path, metavar="DIR", help="your copies of the articles, to show passages in place")
    _release(serve)
    add("--endpoint", metavar="URL", help="answer queries from another SPARQL 1.1 endpoint")
    add("--dataset", type=Path, nargs="+", metavar="FILE", help="serve RDF files as they are, without checks")
    add(
        "--timeout",
        type=float,
        default=Settings.timeout,
        metavar="SECONDS",
        help="time a query may take (%(default)g)",
    )
    add(
        "--max-rows",
        type=int,
        default=Settings.max_rows,
        metavar="N",
        help="rows an answer may have (%(default)s)",
    )
    add("--max-bytes", type=size, default=Settings.max_bytes, metavar="SIZE", help="bytes of an answer (64M)")
    add(
        "--max-query",
        type=size,
        default=Settings.max_query,
        metavar="SIZE",
        help="bytes of a query's text (1M)",
    )
    add("--trusted-proxy", action="store_true", help="take clients' addresses from X-Forwarded-For")
    add(
        "--access-log",
        action="store_true",
        help="a line of JSON on stderr for each answer, without its query",
    )
    add(
        "--grace",
        type=float,
        default=Settings.grace,
        metavar="SECONDS",
        help="time to finish answers at the end (%(default)g)",
    )
    serve.set_defaults(run=commands.serve)


def _query(subcommands: Any) -> None:
    query = subcommands.add_parser("query", help="ask the release a SPARQL query")
    query.add_argument("file", nargs="?", default="-", help="file with the query, or - for stdin (default)")
    query.add_argument(
        "--format", help="json, xml, csv, tsv; for graphs ttl, nt, rdf, jsonld, trig, nq (default: csv, ttl)"
    )
    _release(query)
    query.set_defaults(run=commands.query)


def _export(subcommands: Any) -> None:
    export = subcommands.add_parser("export", help="write the dumps of the release to a folder")
    export.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    _release(export)
    export.set_defaults(run=commands.export)


def _draw(subcommands: Any) -> None:
    draw = subcommands.add_parser(
        "draw",
        help="write a relationship view, the map or the timeline to a file",
        description="Write a view to a file that names what it shows, its release, licence and citation.",
    )
    draw.add_argument(
        "view",
        metavar="VIEW",
        help="meetings, recommendations, participation, commitments, uses, programmes, posts, map, timeline",
    )
    draw.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="by its ending: .html (opens offline), .svg, .png (where a Chromium is on PATH), .csv, .ttl; "
        "of networks also .graphml, .gexf, .json",
    )
    draw.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of labels (%(default)s)")
    draw.add_argument(
        "--by",
        default="",
        help="shades the map: meetings, recommendations, commitments, statements, or an indicator's slug",
    )
    draw.add_argument("--at", default="", metavar="DAY", help="units of that day on the map (2025-07-01)")
    draw.add_argument("--since", default="", metavar="DAY", help="first day of the timeline")
    draw.add_argument("--until", default="", metavar="DAY", help="last day of the timeline")
    _release(draw)
    draw.set_defaults(run=commands.draw)


def _diff(subcommands: Any) -> None:
    diff = subcommands.add_parser("diff", help="tell what changed from one release to another")
    diff.add_argument("before", metavar="A", help="a release: its folder, or its digest (or the beginning)")
    diff.add_argument("after", metavar="B", nargs="?", default="current", help="another (default: current)")
    diff.add_argument("--json", action="store_true", help="print the difference as JSON")
    _release(diff)
    diff.set_defaults(run=commands.diff)


def _data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", type=Path, default=_DATA, metavar="DIR", help="the record (default: %(default)s)"
    )


def _release(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--release",
        type=Path,
        default=Settings.release,
        metavar="DIR",
        help="what `vndx build` wrote (%(default)s)",
    )
