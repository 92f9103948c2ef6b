"""Strategy: HTTP tests talk to a real server (`vndx serve`) on the real record, built once a session.

`service` is that server, `client` an httpx client of it. Tests that need other settings or a small graph of
their own start their own server with `running.serve`; `people` is such a graph. Ports are free ones.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from running import Service, serve

from loaders.release import build

DATA = Path(__file__).resolve().parents[2] / "data" / "turtle"

PEOPLE = """\
@prefix ex: <http://example.org/> .
ex:g1 { ex:an ex:name "An \\"{ SERVICE }\\" # Đỗ"@vi ; ex:knows ex:binh . }
ex:g2 { ex:binh ex:name "Bình"@vi . }
ex:binh ex:age 41 .
"""


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of releases that `vndx build` made of the real record."""
    folder = tmp_path_factory.mktemp("release")

    build(DATA, folder)
    return folder


@pytest.fixture(scope="session")
def service(release: Path) -> Iterator[Service]:
    """The service on the real record."""
    with serve(release=release) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of the service on the real record; redirects are not followed."""
    with service.client() as client:
        yield client


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
