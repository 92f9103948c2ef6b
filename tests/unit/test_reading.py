"""Values as a person reads them."""

import pytest

from visual import reading
from visual.addresses import explore, local
from visual.relations import Event


@pytest.mark.parametrize(
    ("value", "precision", "vi", "en"),
    [
        ("2020-07-17", "day", "17/7/2020", "17 July 2020"),
        ("2021-01-01", "month", "tháng 1/2021", "January 2021"),
        ("2021-06-30", "quarter", "quý II/2021", "Q2 2021"),
        ("2025-12-31", "year", "năm 2025", "2025"),
        ("not a date", "day", "not a date", "not a date"),
        ("2020-13-01", "day", "2020-13-01", "2020-13-01"),
    ],
)
def test_dates(value: str, precision: str, vi: str, en: str) -> None:
    assert reading.date(value, precision, "vi") == vi
    assert reading.date(value, precision, "en") == en


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("2200.0", "2.200", "2,200"),
        ("49.4", "49,4", "49.4"),
        ("0.4843", "0,4843", "0.4843"),
        ("-3", "−3", "−3"),
        ("1100000", "1.100.000", "1,100,000"),
        ("n/a", "n/a", "n/a"),
    ],
)
def test_numbers(value: str, vi: str, en: str) -> None:
    assert reading.number(value, "vi") == vi
    assert reading.number(value, "en") == en


def test_amounts_read_as_words() -> None:
    assert reading.amount("2200.0", "vi", approximation="hơn", unit="tỷ đồng") == "hơn 2.200\u00a0tỷ đồng"
    assert (
        reading.amount("2200.0", "en", approximation="more than", unit="billion VND")
        == "more than 2,200\u00a0billion VND"
    )
    assert reading.amount("66.7", "vi", unit="%") == "66,7%"
    assert reading.amount("8", "vi", unit="hạng", rank=True) == "hạng 8"
    assert reading.amount("500", "en", up_to="700", unit="thousand people") == "500–700\u00a0thousand people"


def test_sizes() -> None:
    assert reading.size(312, "vi") == "312 B"
    assert reading.size(1_440_000, "vi") == "1,4 MB"
    assert reading.size(1_440_000, "en") == "1.4 MB"


def test_json_in_a_script_cannot_end_it() -> None:
    written = str(reading.script_json({"label": "</script><script>alert(1)</script>&\u2028"}))
    assert "<" not in written
    assert "&" not in written
    assert "\u2028" not in written


def test_addresses_stay_on_this_site_and_never_run() -> None:
    assert local("https://w3id.org/vndx/id/platform/vo-so") == "/doc/platform/vo-so"
    assert local("https://w3id.org/vndx/ontology#Meeting") == "/ontology#Meeting"
    assert local("https://w3id.org/vndx/graph/registry") == "/graph/registry"
    assert local("http://www.w3.org/ns/prov#Entity") == "http://www.w3.org/ns/prov#Entity"
    assert local("javascript:alert(1)") == "#"
    assert explore("https://w3id.org/vndx/id/unit/ben-tre").endswith(
        "focus=https%3A%2F%2Fw3id.org%2Fvndx%2Fid%2Funit%2Fben-tre"
    )


def test_days_within_a_text() -> None:
    assert reading.days("An · Bộ trưởng · 2020-07-17", "vi") == "An · Bộ trưởng · 17/7/2020"
    assert reading.days("2020-07-17, 2020-7-1, 12020-07-17", "en") == "17 July 2020, 2020-7-1, 12020-07-17"
    tenure = Event("x", "An · Bộ trưởng · 2020-07-17", "")
    assert tenure.named("en") == "An · Bộ trưởng · 17 July 2020"
    assert Event("https://example.org/2020-07-17", "", "").named("en") == "https://example.org/2020-07-17"
