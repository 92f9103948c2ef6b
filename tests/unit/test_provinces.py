"""Where the map's file is missing, pages say so instead of showing nothing."""

import re
from pathlib import Path

import pytest

from visual import provinces
from visual.pages import Frame, Templates
from visual.provinces import MapMissingError


def test_a_missing_map_names_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MapMissingError, match="make serve"):
        provinces.shapes(tmp_path / "vietnam.svg")


def test_whether_the_map_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MapMissingError

    monkeypatch.setattr(provinces, "shapes", missing)
    assert not provinces.installed()
    monkeypatch.setattr(provinces, "shapes", lambda: (1,))
    assert provinces.installed()


@pytest.mark.parametrize("mapped", [True, False])
def test_the_card_of_the_map(mapped: bool) -> None:
    page = Templates().render(
        "views.html", Frame("en", "light", "/views"), pictures=[], mapped=mapped, older=None
    )
    assert ('src="/views/map?format=svg' in page) == mapped
    assert ("The map is not installed here" in page) != mapped
    assert re.search(r'<a href="/views/map">', page), "its page has the table"
    assert 'src="/views/timeline?format=svg' in page
