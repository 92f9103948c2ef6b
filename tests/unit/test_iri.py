"""Minting and parsing are inverse, and refuse what the other would not give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.iri import IriError, ThingName, evidence_slug, graph, is_thing, mint, parse, slugify
from ontology.namespaces import BASE, KINDS

SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Nguyễn Mạnh Hùng", "nguyen-manh-hung"),
        ("Đỗ Công Anh", "do-cong-anh"),
        ("Ủy ban nhân dân tỉnh Bến Tre", "uy-ban-nhan-dan-tinh-ben-tre"),
        ("Vỏ sò", "vo-so"),
        ("  1400/TTg-KSTT ", "1400-ttg-kstt"),
        ("Thừa Thiên – Huế", "thua-thien-hue"),
        ("Hòa Bình", "hoa-binh"),  # decomposed input gives the same slug
    ],
)
def test_slugs_follow_the_contract(label: str, slug: str) -> None:
    assert slugify(label) == slug


def test_a_label_without_letters_has_no_slug() -> None:
    with pytest.raises(IriError, match="no letter or digit"):
        slugify("…—!")


@given(st.sampled_from(KINDS), SLUGS, st.none() | st.just("selector"))
def test_parse_is_the_inverse_of_mint(kind: str, slug: str, part: str | None) -> None:
    assert parse(mint(kind, slug, part)) == ThingName(kind, slug, part)


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org/id/person/x",
        BASE + "id/person/",
        BASE + "id/animal/x",
        BASE + "id/person/Nguyen",
        BASE + "id/person/a--b",
        BASE + "id/person/a/b",
        BASE + "id/person/a#",
        BASE + "doc/person/a",
    ],
)
def test_what_is_not_minted_is_refused(iri: str) -> None:
    assert not is_thing(iri)
    with pytest.raises(IriError):
        parse(iri)


def test_names_of_graphs_and_evidence() -> None:
    assert graph("registry") == BASE + "graph/registry"
    assert evidence_slug("soc-trang-2021-01-04", 12, 40) == "soc-trang-2021-01-04-12-40"
    with pytest.raises(IriError):
        graph("a b")
