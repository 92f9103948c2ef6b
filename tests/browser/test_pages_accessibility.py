"""Pages of every kind by WCAG 2.2 AA as far as axe-core sees it, in both languages and themes."""

import pytest
from test_accessibility import axe, violations

__all__ = ["axe"]

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/questions",
    "/questions?kind=negative",
    "/questions/vo-so",
    "/search?q=vo+so",
    "/search?q=zzzzzz",
    "/dataset",
    "/dataset/changes",
    "/ontology",
    "/sparql",
    "/sparql?query=ASK+%7B%7D",
    "/q?query=ASK+%7B%7D",
    "/doc/person/nguyen-manh-hung",
    "/doc/organization/viettel",
    "/doc/unit/soc-trang",
    "/doc/unit/vinh-long-2025",
    "/doc/platform/vovbacsi24",
    "/doc/programme/{programme}",
    "/doc/document/{document}",
    "/doc/source/soc-trang-2021-01-04",
    "/doc/source/soc-trang-2021-01-04?section=statements&page=2",
    "/doc/unit/thai-nguyen-2025?asOf=2021",
    "/doc/meeting/thai-nguyen-2020-11-12",
    "/doc/participation/{participation}",
    "/doc/act/ben-tre-2020-07-17-vo-so",
    "/doc/statement/{statement}",
    "/doc/observation/soc-trang-2021-01-04-chi-cntt-2020",
    "/doc/post/thu-tuong-chinh-phu",
    "/doc/tenure/{tenure}",
    "/doc/indicator/ty-le-ngan-sach-chi-cho-cntt",
    "/doc/change/{change}",
    "/doc/evidence/ben-tre-2020-07-17-4626-4797",
    "/doc/concept/strength-example",
    "/view/meetings",
)


@pytest.fixture(scope="module")
def some(site) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """One slug of each kind of which the addresses above name none."""
    found = {}
    kinds = [address.partition("{")[2].rstrip("}") for address in PAGES if "{" in address]
    with site.client() as client:
        for kind in kinds:
            query = (
                "SELECT ?x { ?x a ?c FILTER(STRSTARTS(STR(?x), 'https://w3id.org/vndx/id/"
                f"{kind}/') && !CONTAINS(STR(?x), '#')) }} ORDER BY ?x LIMIT 1"
            )
            rows = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()
            found[kind] = rows[1].rpartition("/")[2]
    return found


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_violation(visit, axe: str, some: dict[str, str], address: str) -> None:  # type: ignore[no-untyped-def]
    address = address.format(**some)
    page, complaints = None, {}
    for width, language, theme in (
        (360, "vi", "light"), (1280, "en", "light"), (360, "en", "dark"), (1280, "vi", "dark")
    ):  # fmt: skip
        chosen = f"{address}{'&' if '?' in address else '?'}lang={language}&theme={theme}"
        if page is None:
            page = visit(chosen, width=width, allowed="404 (Not Found)")
        else:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(chosen)
        page.evaluate(
            "document.querySelectorAll('details:not(#everything details)').forEach((e) => e.open = true)"
        )
        if found := violations(page, axe):
            complaints[width, language, theme] = found
    assert complaints == {}
