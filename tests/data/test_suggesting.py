"""What wrong addresses may have meant, on the real record: good suggestions, or none."""

from pathlib import Path

import pytest

from loaders.release import Release, open_release
from ontology.namespaces import THING
from service.pages import suggesting

MEANT = """
person/nguyen-manh-hunh                     | person/nguyen-manh-hung
person/nguyenmanhhung                       | person/nguyen-manh-hung
person/Nguyen-Manh-Hung                     | person/nguyen-manh-hung
person/Nguyễn Mạnh Hùng                     | person/nguyen-manh-hung
person/Nguyen_Manh_Hung                     | person/nguyen-manh-hung
person/nguyen-manh-hung-2                   | person/nguyen-manh-hung
person/nguyen-van-duc                       | person/nguyen-van-duc-ben-tre
persons/nguyen-manh-hung                    | person/nguyen-manh-hung
people/nguyen-manh-hung                     | person/nguyen-manh-hung
unit/nguyen-manh-hung                       | person/nguyen-manh-hung
person/vo-so                                | platform/vo-so
person/ben-tre                              | unit/ben-tre
tinh/bentre                                 | unit/ben-tre
unit/bentre                                 | unit/ben-tre
unit/ben-tree                               | unit/ben-tre
unit/tinh-ben-tre                           | unit/ben-tre
unit/hanoi                                  | unit/ha-noi
unit/vinh-long-2024                         | unit/vinh-long-2025 unit/vinh-long
platform/akachein                           | platform/akachain
platform/postmart-vn                        | platform/postmart
organization/ubnd-ben-tre                   | organization/uy-ban-nhan-dan-tinh-ben-tre
meeting/ben-tre-2020-07-18                  | meeting/ben-tre-2020-07-17
meeting/2020-07-17                          | meeting/ben-tre-2020-07-17
source/ben-tre-2020-07-18                   | source/ben-tre-2020-07-17
evidence/ben-tre-2020-07-17-1-2             | source/ben-tre-2020-07-17
participation/ben-tre-2020-07-17-ai-do      | source/ben-tre-2020-07-17
act/ben-tre-2020-07-17-khong-co             | source/ben-tre-2020-07-17
act/ben-tre-2020-07-17-bien-ban-ghi-no      | act/ben-tre-2020-07-17-bien-ban-ghi-nho
concept/mode-offline                        | concept/mode-in-person concept/mode-online
document/nghi-quyet-52                      | document/nghi-quyet-52-bo-chinh-tri
"""

NOTHING = """
person/xyz person/x--y person/a person/1 person/x-y-z person/or-1-1 person/abcdef
person/donald-trump person/nguyen-van-abc person/admin person/wp-login person/the-and-of
person/asdf-ghjk-qwer person/../../etc/passwd person/<script>alert(1)</script> person/%
person/\u200b unit/😀 unit/\0 unit/paris unit/ninh-kieu unit/index unit/select-from-where
platform/facebook organization/google organization/ubnd-tinh-abc post/president document/xyz
document/750-qd-ttg evidence/foo evidence/1 nokind/x people/hung
""".split()


@pytest.fixture
def real(release: Path) -> Release:
    return open_release(release)


def suggested(release: Release, address: str) -> list[str]:
    kind, _, text = address.partition("/")
    return [one.id.removeprefix(THING) for one in suggesting.things(release, kind, text, "vi")]


@pytest.mark.parametrize("line", MEANT.strip().splitlines(), ids=lambda line: line.partition(" ")[0])
def test_what_was_meant_is_suggested_first(real: Release, line: str) -> None:
    address, _, meant = (part.strip() for part in line.partition("|"))
    found = suggested(real, address)
    assert found and found[0] in meant.split()
    assert set(meant.split()) <= set(found)


@pytest.mark.parametrize("address", NOTHING)
def test_nothing_is_suggested_where_nothing_is_like_it(real: Release, address: str) -> None:
    assert suggested(real, address) == []


def test_a_part_of_a_name_suggests_those_who_have_it(real: Release) -> None:
    found = suggested(real, "person/hung")
    assert len(found) >= 3 and all(one.endswith("-hung") for one in found)
    assert len(suggested(real, "post/bo-truong")) == suggesting.MOST


def test_a_closed_list_is_suggested_whole(real: Release) -> None:
    found = suggested(real, "concept/strength-strong")
    assert {"concept/strength-recommended", "concept/strength-example"} <= set(found)
    assert all(one.startswith("concept/strength-") for one in found)


@pytest.mark.parametrize("text", ["nguyen-" * 2000 + "hung", "a" * 60_000, "ben-tre-" * 30])
def test_what_is_too_long_for_a_slug_is_not_looked_for(real: Release, text: str) -> None:
    assert suggested(real, f"person/{text}") == []


def test_every_suggestion_is_made_once(real: Release) -> None:
    for line in MEANT.strip().splitlines():
        found = suggested(real, line.partition("|")[0].strip())
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/vo-so", ["platform/vo-so"]),
        ("/B%E1%BA%BFn Tre", ["unit/ben-tre"]),
        ("/person/nguyen-manh-hung", ["person/nguyen-manh-hung"]),
        ("/doc/person/nguyen-manh-hung/", ["person/nguyen-manh-hung"]),
        ("/wp-login.php", []),
        ("/%00", []),
        ("/", []),
    ],
)
def test_addresses_that_end_in_a_slug_lead_to_its_thing(
    real: Release, address: str, meant: list[str]
) -> None:
    assert [one.id.removeprefix(THING) for one in suggesting.path(real, address, "vi")] == meant


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/view/meetings", ["/views/meetings"]),
        ("/questions/vo-soo", ["/questions/vo-so"]),
        ("/Sparq", ["/sparql"]),
        ("/explorer/", ["/explore"]),
        ("/map", ["/views/map"]),
        ("/dong/timeline/", ["/views/timeline"]),
        ("/context.jsonld", ["/ontology/context.jsonld"]),
        ("/openapi", ["/openapi.json"]),
        ("/void", ["/.well-known/void"]),
        ("/admin", []),
        ("/questions/nosuch", []),
        ("/" + "a/" * 20_000, []),
    ],
)
def test_addresses_like_those_of_pages_lead_to_them(address: str, meant: list[str]) -> None:
    assert suggesting.pages(address) == meant
