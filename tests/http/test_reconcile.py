"""Reconciling over HTTP, on the real record: sessions as OpenRefine has them, and what names are matched."""

import csv
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from reconciling import FORM, REPOSITORY, Valid, extend, matched, reconcile


def test_the_manifest_says_what_there_is_and_where(client: httpx.Client, valid: Valid) -> None:
    answer = client.get("/reconcile", headers={"Accept": "text/html"})
    manifest = valid("manifest", answer.json())
    root = str(client.base_url).rstrip("/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == "https://w3id.org/vndx/id/"
    assert manifest["schemaSpace"] == "https://w3id.org/vndx/ontology#"
    assert manifest["view"]["url"] == root + "/id/{{id}}"
    assert set(manifest["suggest"]) == {"entity", "type", "property"}
    assert {"id": "AdministrativeUnit", "name": "Đơn vị hành chính"} in manifest["defaultTypes"]
    for address in (manifest["documentation"], manifest["logo"]):
        assert client.get(address).status_code == 200


def test_a_manifest_asked_for_in_a_language_leads_to_addresses_in_it(
    client: httpx.Client, valid: Valid
) -> None:
    manifest = valid("manifest", client.get("/reconcile", params={"lang": "en"}).json())
    assert manifest["name"].startswith("vndx: Viet Nam")
    suggest = manifest["suggest"]["type"]
    # OpenRefine adds its parameters to those that are there.
    answer = client.get(suggest["service_url"] + suggest["service_path"] + "&prefix=plat")
    assert answer.json()["result"][0] == {"id": "DigitalPlatform", "name": "Digital platform"}
    flyout = suggest["flyout_service_url"] + suggest["flyout_service_path"].replace("${id}", "Person")
    assert "A person whom a source names." in client.get(flyout).json()["html"]


def test_a_session_of_openrefine(client: httpx.Client, valid: Valid) -> None:
    """Adding the service, guessing types, reconciling, looking closer, extending: the requests it sends."""
    manifest = client.get("/reconcile", params={"callback": "jQuery1_2", "_": "3"}).json()
    own = manifest["suggest"]["entity"]["service_url"]

    guess = {
        f"q{n}": {"query": name, "limit": 3} for n, name in enumerate(["Bến Tre", "Sóc Trăng", "hai duong"])
    }
    guessed = client.post(own, content="queries=" + quote(json.dumps(guess)), headers=FORM).json()
    valid("reconciliation-result-batch", guessed)
    assert all(batch["result"][0]["type"][0]["id"] == "AdministrativeUnit" for batch in guessed.values())
    assert all(len(batch["result"]) <= 3 for batch in guessed.values())

    suggest = manifest["suggest"]["property"]
    params = {"prefix": "val", "callback": "x", "lang": "en"}
    properties = client.get(suggest["service_url"] + suggest["service_path"], params=params)
    found = valid("suggest-properties-response", properties.json())
    assert [one["id"] for one in found["result"]][:2] == ["validFrom", "validUntil"]

    details = [{"pid": "date", "v": "2020-11-12"}]
    query = {"type": "AdministrativeUnit", "type_strict": "should", "properties": details}
    batch = reconcile(client, valid, q0={"query": "Thái Nguyên", **query}, q1={"query": "ben tre", **query})
    assert matched(batch["q0"]) == ["unit/thai-nguyen"]
    assert matched(batch["q1"]) == ["unit/ben-tre"]

    shown = client.get(manifest["preview"]["url"].replace("{{id}}", quote("unit/ben-tre", safe="")))
    assert "tỉnh Vĩnh Long" in shown.text
    page = client.get(manifest["view"]["url"].replace("{{id}}", quote("unit/ben-tre", safe="")))
    assert (page.status_code, page.headers["location"]) == (303, "/doc/unit/ben-tre")

    proposal = manifest["extend"]["propose_properties"]
    asked = {"type": "AdministrativeUnit", "limit": "4"}
    proposed = client.get(proposal["service_url"] + proposal["service_path"], params=asked).json()
    valid("data-extension-property-proposal", proposed)
    assert [one["id"] for one in proposed["properties"]] == ["label", "altLabel", "before", "after"]
    assert (proposed["type"], proposed["limit"]) == ("AdministrativeUnit", 4)

    column = {"id": "after", "settings": {"limit": "1", "language": "en", "content": "name"}}
    rows = extend(client, valid, ["unit/ben-tre", "unit/thai-nguyen"], column)["rows"]
    assert rows["unit/ben-tre"]["after"] == [{"id": "unit/vinh-long-2025", "name": "Vinh Long Province"}]
    assert rows["unit/thai-nguyen"]["after"][0]["id"] == "unit/thai-nguyen-2025"


def test_get_and_post_answer_alike(client: httpx.Client, valid: Valid) -> None:
    text = json.dumps({"q0": {"query": "Vỏ sò"}})
    got = client.get("/reconcile", params={"queries": text, "callback": "f"})
    posted = client.post("/reconcile", data={"queries": text})
    assert got.json() == posted.json() == valid("reconciliation-result-batch", got.json())
    assert got.headers["content-type"] == "application/json"
    assert matched(got.json()["q0"]["result"]) == ["platform/vo-so"]
    one = got.json()["q0"]["result"][0]
    assert one["type"] == [{"id": "DigitalPlatform", "name": "Nền tảng số"}]
    assert (one["name"], one["score"], one["features"]) == ("Vỏ sò", 100, [{"id": "name", "value": 100}])


FORMER = [
    "Bến Tre",
    "ben tre",
    "TỈNH BẾN TRE",
    "Ben Tre Province",
    "Sóc Trăng",
    "soc trang",
    "Hải Dương",
    "Hoà Bình",
]


@pytest.mark.parametrize("name", FORMER)
def test_a_former_province_resolves_and_leads_to_the_present_one_and_back(
    name: str, client: httpx.Client, valid: Valid
) -> None:
    (former,) = matched(reconcile(client, valid, q={"query": name, "type": "AdministrativeUnit"})["q"])
    rows = extend(client, valid, [former], "after", "validUntil")["rows"]
    assert rows[former]["validUntil"] == [{"date": "2025-06-30T00:00:00Z"}]
    (present,) = [one["id"] for one in rows[former]["after"]]
    back = extend(client, valid, [present], "before", "validFrom")["rows"][present]
    assert former in [one["id"] for one in back["before"]]
    assert back["validFrom"] == [{"date": "2025-07-01T00:00:00Z"}]


@pytest.mark.parametrize("name", ["Thái Nguyên", "thai nguyen", "tỉnh Vĩnh Long", "TP. Hải Phòng", "TPHCM"])
def test_a_name_of_two_units_is_no_certain_match_until_a_day_is_given(
    name: str, client: httpx.Client, valid: Valid
) -> None:
    def asked(day: str) -> dict[str, Any]:
        return {"query": name, "type": "AdministrativeUnit", "properties": [{"pid": "date", "v": day}]}

    batch = reconcile(client, valid, none={"query": name}, old=asked("12/11/2020"), new=asked("2025-07-01"))
    assert matched(batch["none"]) == []
    assert batch["none"][0]["score"] == batch["none"][1]["score"] > 95
    (old,), (new,) = matched(batch["old"]), matched(batch["new"])
    assert new == old + "-2025"
    assert batch["old"][0]["id"] == old and batch["new"][0]["id"] == new


def test_properties_tell_people_apart(client: httpx.Client, valid: Valid) -> None:
    def asked(*properties: tuple[str, Any]) -> dict[str, Any]:
        listed = [{"pid": pid, "v": value} for pid, value in properties]
        return {"query": "Phan Van Mai", "type": "Person", "properties": listed}

    batch = reconcile(
        client,
        valid,
        province=asked(("province", "Bến Tre")),
        post=asked(("heldPost", "Bí thư Tỉnh ủy Bến Tre")),
        both=asked(("jurisdiction", {"id": "unit/ben-tre"}), ("post", ["Chủ tịch HĐND tỉnh Bến Tre"])),
        other=asked(("province", "Sóc Trăng")),
        unheard=asked(("quê quán", "Sao Hỏa")),
    )
    for name in ("province", "post", "both"):
        assert (matched(batch[name]), batch[name][0]["score"]) == (["person/phan-van-mai"], 100), name
    assert {"id": "property:province", "value": 0} in batch["other"][0]["features"]
    assert matched(batch["other"]) == matched(batch["unheard"]) == []
    assert batch["other"][0]["score"] <= 60


def test_a_part_of_a_unit_is_told_by_its_parent(client: httpx.Client, valid: Valid) -> None:
    parent = {"pid": "partOf", "v": {"id": "unit/thai-nguyen", "name": "Thái Nguyên"}}
    wrong = {"pid": "partOf", "v": "Bến Tre"}
    batch = reconcile(
        client,
        valid,
        right={"query": "Phổ Yên", "properties": [parent]},
        wrong={"query": "Phổ Yên", "properties": [wrong]},
    )
    assert matched(batch["right"]) == [batch["right"][0]["id"]] == ["unit/pho-yen-thai-nguyen"]
    assert matched(batch["wrong"]) == []


def test_types_choose_and_should_only_prefers(client: httpx.Client, valid: Valid) -> None:
    name = {"query": "Hồ Chí Minh"}
    batch = reconcile(
        client,
        valid,
        any=name,
        person={**name, "type": "Person"},
        several={**name, "type": ["Person", "https://w3id.org/vndx/ontology#AdministrativeUnit"]},
        should={**name, "type": "Person", "type_strict": "should"},
        every={**name, "type": ["Person", "Organization"], "type_strict": "all"},
    )
    kinds = {key: {one["type"][0]["id"] for one in found} for key, found in batch.items()}
    assert kinds["person"] == {"Person"}
    assert kinds["several"] == {"Person", "AdministrativeUnit"}
    assert kinds["should"] > {"Person"}
    assert kinds["every"] == set()
    assert matched(batch["any"]) == []
    assert matched(batch["person"]) == matched(batch["should"]) == ["person/ho-chi-minh"]


def test_an_act_has_its_own_type_and_the_broader_one(client: httpx.Client, valid: Valid) -> None:
    found = reconcile(client, valid, q={"query": "akachain", "type": "Act"})["q"]
    assert found and all(one["type"][-1]["id"] == "Act" for one in found)
    assert {one["type"][0]["id"] for one in found} == {"Recommendation"}


@pytest.mark.parametrize("name", ["Cục Tin hóa", "Phan Văn Mái", "vosso", "Tỉnh ủy", "749/QĐ-TTg", "xyz"])
def test_only_the_very_name_is_a_certain_match(name: str, client: httpx.Client, valid: Valid) -> None:
    found = reconcile(client, valid, q={"query": name})["q"]
    assert matched(found) == []
    assert all(0 <= one["score"] < 98 for one in found)


@pytest.mark.parametrize("file", ["names.csv", "press.csv"])
def test_of_messy_names_none_is_matched_wrongly(file: str, client: httpx.Client, valid: Valid) -> None:
    """Names as spreadsheets have them; those without an expected thing must not be matched without asking."""
    with (REPOSITORY / "bench" / file).open(encoding="utf-8", newline="") as rows:
        names = list(csv.DictReader(rows))
    first = 0
    for start in range(0, len(names), 50):
        part = names[start : start + 50]
        asked = {
            f"q{number}": {
                "query": name["name"],
                "type": name["type"],
                "type_strict": "should",
                "properties": [{"pid": "date", "v": name["date"]}] if name["date"] else [],
            }
            for number, name in enumerate(part)
        }
        for name, found in zip(part, reconcile(client, valid, **asked).values(), strict=True):
            assert set(matched(found)) <= {name["expected"]}, name
            first += bool(found) and found[0]["id"] == name["expected"]
    assert first >= 0.97 * sum(bool(name["expected"]) for name in names)


def test_without_a_name_things_are_found_by_their_properties(client: httpx.Client, valid: Valid) -> None:
    code = {"properties": [{"pid": "officialCode", "v": "83"}]}
    place = {"properties": [{"pid": "jurisdiction", "v": "Bến Tre"}], "type": "Organization", "limit": 50}
    batch = reconcile(client, valid, code=code, place=place, none={"properties": [{"pid": "x", "v": "y"}]})
    assert [one["id"] for one in batch["code"]] == ["unit/ben-tre"]
    assert "organization/uy-ban-nhan-dan-tinh-ben-tre" in [one["id"] for one in batch["place"]]
    assert all(one["type"][0]["id"] == "Organization" for one in batch["place"])
    assert batch["none"] == [] and matched(batch["code"]) == []


def test_empty_and_odd_names_have_an_answer(client: httpx.Client, valid: Valid) -> None:
    odd = ["", "   ", "😀", "*", "%", '"', "a" * 10_000, "' OR 1=1 --", "\u0000", "{{id}}", "?s ?p ?o"]
    batch = reconcile(client, valid, **{f"q{n}": {"query": name} for n, name in enumerate(odd)})
    assert batch["q0"] == batch["q1"] == batch["q2"] == []


def test_candidates_come_best_first_and_no_more_than_asked_for(client: httpx.Client, valid: Valid) -> None:
    batch = reconcile(
        client, valid, two={"query": "Bến Tre", "limit": 2}, many={"query": "Bến Tre", "limit": 999}
    )
    assert len(batch["two"]) == 2 and 10 < len(batch["many"]) <= 50
    scores = [one["score"] for one in batch["many"]]
    assert scores == sorted(scores, reverse=True)
    assert batch["many"][:2] == batch["two"]
