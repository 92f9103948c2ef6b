"""The map of provinces: two epochs from one set of shapes, with its equal as a table."""

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from visual.atlas import step, steps
from visual.provinces import FILE, shapes

HTML = {"Accept": "text/html"}

drawn = pytest.mark.skipif(not Path(FILE).is_file(), reason="the map is not set up here (npm ci)")


def the_map(client: httpx.Client, by: str = "meetings", at: str = "2025-07-01") -> str:
    answer = client.get("/views/map", params={"by": by, "at": at, "lang": "en"}, headers=HTML)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def places(page: str) -> dict[str, str]:
    """What the map says of each unit, by its address."""
    found = re.findall(r'<a href="([^"]+)" class="place" aria-label="([^"]+)"', page)
    return {address: unescape(told).rpartition(": ")[2] for address, told in found}


@drawn
@pytest.mark.parametrize(("at", "count"), [("2024-12-31", 63), ("2025-06-30", 63), ("2025-07-01", 34)])
def test_the_units_of_a_day_cover_every_shape(client: httpx.Client, at: str, count: int) -> None:
    page = the_map(client, at=at)
    assert len(places(page)) == count
    used = re.findall(r'<use href="#s(\d+)" class="border"/>', page)
    assert sorted(map(int, used)) == list(range(65)), "63 provinces and two island groups, each once"


@drawn
def test_islands_belong_to_their_provinces_in_both_epochs(client: httpx.Client) -> None:
    number = {shape.name: at for at, shape in enumerate(shapes())}
    for at, owner in (("2024-01-01", "da-nang"), ("2025-07-01", "da-nang-2025")):
        page = the_map(client, at=at)
        place = re.search(rf'<a href="/doc/unit/{owner}" class="place".*?</a>', page)
        assert place
        assert f'href="#s{number["Hoang Sa"]}"' in place[0]
        assert "Hoang Sa islands" in page
        assert "Truong Sa islands" in page


@drawn
def test_counts_follow_a_province_into_what_it_became(client: httpx.Client) -> None:
    before = places(the_map(client, "recommendations", "2021-01-04"))
    after = places(the_map(client, "recommendations", "2025-07-01"))
    assert int(before["/doc/unit/soc-trang"]) > 5
    assert after["/doc/unit/can-tho-2025"] == before["/doc/unit/soc-trang"]
    assert "/doc/unit/soc-trang" not in after
    assert before["/doc/unit/lai-chau"] == "nothing in our sources"


def test_the_table_is_the_equal_of_the_map(client: httpx.Client) -> None:
    page = the_map(client, "meetings", "2021-01-04")
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = dict(
        re.findall(r'<th scope="row"><a href="([^"]+)">.*?<td class="num"[^>]*>([^<]*)</td>', table, re.S)
    )
    told = {address: said for address, said in places(page).items() if said[0].isdigit()}
    assert rows == told or not Path(FILE).is_file()
    assert "/doc/meeting/soc-trang-2021-01-04" in table


def test_figures_are_never_added_up(client: httpx.Client) -> None:
    page = the_map(client, "dan-so")
    row = re.search(r'<tr><th scope="row"><a href="/doc/unit/can-tho-2025">.*?</tr>', page, re.S)
    assert row
    assert re.search(r'<td class="num"[^>]*></td>', row[0]), "Sóc Trăng's figure is not Cần Thơ's"
    assert "/doc/observation/soc-trang" in row[0]


def test_a_figure_is_dated_by_its_period_and_not_by_its_meeting(client: httpx.Client) -> None:
    page = the_map(client, "ty-le-ngan-sach-chi-cho-cntt", "2025-06-30")
    (told,) = re.findall(r"in 2020</bdi></a> <span class=\"meta\">([^<]*)</span>", page)
    assert told == "0.1% · 2020", "told in January 2021"


def test_the_map_credits_its_outlines_and_needs_no_script(client: httpx.Client) -> None:
    page = the_map(client)
    assert "@svg-maps/vietnam" in page
    assert "licenses/by/4.0" in page
    assert " style=" not in page
    assert places(the_map(client, "nothing-of-that-name", "yesterday")) == places(page)


def test_steps_part_where_numbers_jump_and_hold_each() -> None:
    assert steps([3, 1, 1, 0]) == [(1, 1), (3, 3)]
    assert steps([]) == []
    ranges = steps([1, 2, 2, 79, 82, 99, 101])
    assert ranges == [(1, 1), (2, 2), (79, 82), (99, 101)]
    assert [step(number, ranges) for number in (None, 0, 1, 82, 101)] == [0, 0, 1, 3, 4]
