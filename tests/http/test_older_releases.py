"""`?release=` opens older releases few at a time: asking for one after the other keeps no machine busy."""

import shutil
from pathlib import Path

from running import serve

from loaders.release import open_release

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def started(pid: int) -> int:
    """How many processes the service has started: the front, and the parent of each open release."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return sum(len(path.read_text().split()) for path in lists)


def test_older_releases_are_opened_two_at_a_time(release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    first = open_release(release)
    older = [letter * 64 for letter in "abc"]
    shutil.copytree(first.path, folder / first.digest)
    for digest in older:
        shutil.copytree(first.path, folder / digest)
        manifest = folder / digest / "manifest.json"
        manifest.write_text(manifest.read_text(encoding="utf-8").replace(first.digest, digest))
    (folder / "current").symlink_to(first.digest)
    with serve("--workers", "1", release=folder) as service, service.client() as client:

        def ask(digest: str):  # type: ignore[no-untyped-def]
            return client.get("/sparql", params={"query": COUNT, "release": digest})

        assert [ask(digest).headers["vndx-release"] for digest in older[:2]] == older[:2]
        assert started(service.pid) == 1 + 3
        for _ in range(3):
            refused = ask(older[2])
            assert (refused.status_code, refused.json()["code"]) == (503, "busy")
            assert 1 <= int(refused.headers["retry-after"]) <= 10
            assert "dumps" in refused.json()["detail"]
        html = {"Accept": "text/html"}
        page = client.get("/doc/platform/vo-so", params={"release": older[2]}, headers=html)
        assert page.status_code == 503
        assert page.headers["content-type"].startswith("text/html")
        old = {"focus": "platform/vo-so", "lang": "en", "release": older[2]}
        explored = client.get("/explore", params=old, headers=html)
        assert (explored.status_code, explored.headers["vndx-release"]) == (200, first.digest)
        assert f"Changed since release {older[2][:12]}" in explored.text
        assert "cannot be opened just now" in explored.text
        assert f"release={older[2]}" in explored.text, "the way to try again"
        assert client.get("/explore", params={**old, "format": "svg"}).status_code == 503
        metrics = client.get("/metrics").text
        assert "vndx_releases_open 3" in metrics
        assert f'vndx_process_resident_bytes{{process="{older[0][:12]}-parent"}}' in metrics
        assert ask(older[0]).status_code == ask(first.digest).status_code == 200
        assert started(service.pid) == 1 + 3
    assert not any("Traceback" in line for line in service.log)
