"""The docs name files, commands and options that are there."""

import argparse
import re
from dataclasses import fields
from pathlib import Path

import pytest

from service.cli import parser
from service.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = ("ontology/", "data/", "loaders/", "visual/", "service/", "tests/", "bench/", "docs/")
MADE = ("visual/web/vendor", "release/")
"""Made at set-up or by a build, so not in a clean checkout."""


def commands() -> dict[str, argparse.ArgumentParser]:
    top = parser()
    found = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    return dict(found.choices)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`([\w./-]+)`", page.read_text(encoding="utf-8"))
    paths = [name for name in named if name.startswith(ROOMS) and not name.startswith(MADE)]
    assert [name for name in paths if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_lists_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `vndx (\w+)`", text, re.MULTILINE)) == set(commands())


def test_every_option_of_a_command_has_help() -> None:
    silent = [
        f"{name} {action.dest}"
        for name, command in commands().items()
        for action in command._actions
        if not action.help
    ]
    assert silent == []


def test_what_serve_is_told_is_what_settings_hold() -> None:
    options = {action.dest for action in commands()["serve"]._actions} - {"help"}
    assert options <= {field.name for field in fields(Settings)}
    given = parser().parse_args(["serve"])
    told = {name: value for name, value in vars(given).items() if name in options and value is not None}
    defaults = Settings()
    assert {name: value for name, value in told.items() if value != getattr(defaults, name)} == {}
