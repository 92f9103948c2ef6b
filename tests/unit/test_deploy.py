"""What `deploy/` starts: command lines that `vndx` takes, and a unit that leaves workers what they need."""

import configparser
import json
import re
from pathlib import Path

from service.cli import parser

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def unit() -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string((DEPLOY / "vndx.service").read_text(encoding="utf-8"))
    return read["Service"]


def test_the_unit_starts_the_service_where_its_proxy_looks_for_it() -> None:
    program, *arguments = unit()["ExecStart"].split()
    asked = parser().parse_args(arguments)
    assert program == "/opt/vndx/.venv/bin/vndx"
    assert (asked.command, asked.host, asked.trusted_proxy) == ("serve", "127.0.0.1", True)
    assert asked.release.is_relative_to(unit()["ReadOnlyPaths"])
    assert asked.grace < int(unit()["TimeoutStopSec"])


def test_the_unit_lets_workers_close_their_network() -> None:
    assert {"@system-service", "seccomp"} <= set(unit()["SystemCallFilter"].split())
    assert unit()["SystemCallErrorNumber"] == "EPERM"


def test_the_container_starts_the_service_and_asks_whether_it_is_ready() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    program, *arguments = json.loads(re.findall(r"^ENTRYPOINT (\[.*\])$", text, re.MULTILINE)[0])
    asked = parser().parse_args(arguments)
    assert program == "/opt/vndx/.venv/bin/vndx"
    assert (asked.host, str(asked.release)) == ("0.0.0.0", "/srv/vndx/release")
    assert f"EXPOSE {asked.port}\n" in text
    assert f"127.0.0.1:{asked.port}/ready" in text
    assert "USER 10001\n" in text


def test_the_readme_hardens_the_container() -> None:
    (run,) = re.findall(r"^podman run .*$", (DEPLOY / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    for option in ("--read-only", "--cap-drop=all", "--security-opt no-new-privileges"):
        assert option in run
