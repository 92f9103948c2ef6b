"""Front-end packages are copied whole or not at all."""

from pathlib import Path

import pytest

from visual.vendor import FILES, VendorError, copy


def test_every_listed_file_is_copied_under_its_own_name(tmp_path: Path) -> None:
    for source in FILES.values():
        path = tmp_path / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    written = copy(tmp_path / "node_modules", tmp_path / "vendor")
    assert [path.relative_to(tmp_path / "vendor").as_posix() for path in written] == list(FILES)
    assert [path.read_text(encoding="utf-8") for path in written] == list(FILES.values())


def test_a_missing_package_names_what_to_run_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(VendorError, match="npm ci"):
        copy(tmp_path, tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()
