"""Strategy: HTTP tests talk to a real server (`vndx serve`) on the real record.

`service` is that server, `client` an httpx client of it; VNDX_BACKEND has it ask another engine
(`backends.py`), and then tests marked `local`, which are about our own workers, are left out. Tests that need
other settings or a small graph of their own start their own server with `running.serve`; `people` is such a
graph. Ports are free ones.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import httpx
import pytest
import reconciling
from backends import BACKEND, endpoint
from running import Service, serve

from loaders.release import open_release

PEOPLE = """\
@prefix ex: <http://example.org/> .
ex:g1 { ex:an ex:name "An \\"{ SERVICE }\\" # Đỗ"@vi ; ex:knows ex:binh . }
ex:g2 { ex:binh ex:name "Bình"@vi . }
ex:binh ex:age 41 .
"""


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """With `-n auto` a worker more than processors, since tests also wait: for deadlines, for processes."""
    return (yield) + (BACKEND == "local")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another engine cannot be asked."""
    if BACKEND != "local":
        left = [item for item in items if "local" in item.keywords]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if "local" not in item.keywords]


@pytest.fixture(scope="session")
def service(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service on the real record."""
    if BACKEND == "local":
        with serve(release=release) as running:
            yield running
    else:
        folder = tmp_path_factory.mktemp("engine")
        with (
            endpoint(BACKEND, open_release(release).quads, folder) as url,
            serve("--endpoint", url, release=release) as running,
        ):
            yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of the service on the real record; redirects are not followed."""
    with service.client() as client:
        yield client


@pytest.fixture(scope="session")
def valid() -> reconciling.Valid:
    """Checks an answer of the Reconciliation API against the schema of that name, and hands it on."""
    return reconciling.validator()


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four quads: two named graphs and one triple in the default graph."""
    file = tmp_path_factory.mktemp("people") / "people.trig"
    file.write_text(PEOPLE, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,000 triples in the default graph."""
    file = tmp_path_factory.mktemp("numbers") / "numbers.nt"
    lines = [f'<http://example.org/{n}> <http://example.org/value> "{n}" .' for n in range(3000)]
    file.write_text("\n".join(lines))
    return file


@pytest.fixture(scope="module")
def guarded(numbers: Path) -> Iterator[Service]:
    """A service of the numbers with tight limits: 1.5 seconds, 1,000 rows, 200 kB, queries up to 20 kB."""
    options = "--timeout 1.5 --max-rows 1000 --max-bytes 200K --max-query 20K --workers 2".split()
    with serve("--dataset", str(numbers), *options) as running:
        yield running
