"""The Reconciliation API over HTTP, on the real record: sessions as OpenRefine has them, and what goes wrong.

Answers are checked against the JSON Schemas of the API where there is a copy: in `reconciliation` of
$VNDX_SHARED (by default `../shared`).
"""

import csv
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

REPOSITORY = Path(__file__).resolve().parents[2]
API = (REPOSITORY / os.environ.get("VNDX_SHARED", "../shared") / "reconciliation" / "0.2").resolve()
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

Valid = Callable[[str, Any], Any]


@pytest.fixture(scope="session")
def valid() -> Valid:
    """Checks an answer against the schema of that name, and hands it on."""
    if not API.is_dir():
        reason = f"the schemas are not in {API}: set VNDX_SHARED to the folder that holds reconciliation/"
        if os.environ.get("CI"):
            pytest.fail(reason)
        return lambda name, answer: answer
    schemas = {path.stem: json.loads(path.read_text()) for path in (API / "schemas").glob("*.json")}
    resources = [(one["$id"], Resource(one, DRAFT7)) for one in schemas.values() if "$id" in one]
    swagger = ("http://swagger.io/v2/schema.json", Resource(schemas["openapi"], DRAFT7))
    registry: Registry[Any] = Registry().with_resources([*resources, swagger])

    def check(name: str, answer: Any) -> Any:
        Draft7Validator(schemas[name], registry=registry).validate(answer)
        return answer

    return check


def reconcile(
    client: httpx.Client, valid: Valid, **queries: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """The candidates of each query, posted as a form."""
    valid("reconciliation-query-batch", queries)
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    found = valid("reconciliation-result-batch", answer.json())
    assert list(found) == list(queries)
    return {name: batch["result"] for name, batch in found.items()}


def extend(
    client: httpx.Client, valid: Valid, ids: list[str], *properties: Any, **params: str
) -> dict[str, Any]:
    asked = {"ids": ids, "properties": [{"id": one} if isinstance(one, str) else one for one in properties]}
    valid("data-extension-query", asked)
    answer = client.post("/reconcile", data={"extend": json.dumps(asked)}, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = valid("data-extension-response", answer.json())
    assert list(found["rows"]) == ids
    return found


def matched(candidates: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in candidates if one["match"]]


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


def test_extension_gives_things_dates_numbers_and_texts(client: httpx.Client, valid: Valid) -> None:
    ids = ["document/quyet-dinh-749-qd-ttg", "person/phan-van-mai", "unit/nothing", "nothing at all"]
    found = extend(client, valid, ids, "number", "date", "label", "heldPost", "jurisdiction", lang="en")
    rows = found["rows"]
    assert rows[ids[0]]["number"] == [{"str": "749/QĐ-TTg"}]
    assert rows[ids[0]]["date"] == [{"date": "2020-06-03T00:00:00Z"}]
    assert rows[ids[1]]["label"] == [{"str": "Phan Van Mai"}]
    assert rows[ids[1]]["jurisdiction"] == [{"id": "unit/ben-tre", "name": "Ben Tre Province"}]
    assert all(value == [] for id_ in ids[2:] for value in rows[id_].values())
    assert found["meta"][3] == {"id": "heldPost", "name": "held post", "type": {"id": "Post", "name": "Post"}}
    full = "https://w3id.org/vndx/id/unit/ben-tre"
    assert (
        extend(client, valid, [full], "vndx:after")["rows"][full]["vndx:after"][0]["id"]
        == "unit/vinh-long-2025"
    )


def test_a_date_known_to_the_quarter_is_not_given_a_day(client: httpx.Client, valid: Valid) -> None:
    query = 'SELECT ?t { ?t vndx:duePrecision "quarter" }'
    answer = client.get(
        "/sparql",
        params={"query": "PREFIX vndx: <https://w3id.org/vndx/ontology#> " + query},
        headers={"Accept": "application/sparql-results+json"},
    )
    things = [row["t"]["value"] for row in answer.json()["results"]["bindings"]]
    assert things
    for row in extend(client, valid, things, "due")["rows"].values():
        assert re.fullmatch(r"\d{4}-Q[1-4]", row["due"][0]["str"])


@pytest.mark.parametrize(
    ("what", "prefix", "first"),
    [
        ("entity", "ben", "unit/ben-tre"),
        ("entity", "Bộ TT&TT", "organization/bo-thong-tin-va-truyen-thong"),
        ("entity", "phan v", "person/phan-van-mai"),
        ("type", "ngư", "Person"),
        ("type", "", "Person"),
        ("type", "vndx", None),
        ("property", "chức", "heldPost"),
        ("property", "held", "heldPost"),
        ("property", "", "label"),
        ("entity", "", None),
    ],
)
def test_suggestions(what: str, prefix: str, first: str | None, client: httpx.Client, valid: Valid) -> None:
    answer = client.get(f"/reconcile/suggest/{what}", params={"prefix": prefix})
    plural = {"entity": "entities", "type": "types", "property": "properties"}[what]
    found = valid(f"suggest-{plural}-response", answer.json())["result"]
    assert (found[0]["id"] if found else None) == first


def test_suggestions_go_on_from_the_cursor_and_keep_to_a_type(client: httpx.Client) -> None:
    def found(**params: str) -> list[str]:
        answer = client.get("/reconcile/suggest/entity", params={"prefix": "ben tre", **params})
        return [one["id"] for one in answer.json()["result"]]

    assert found(cursor="3", limit="2") == found(limit="5")[3:]
    assert found(type="Post") and all(id_.startswith("post/") for id_ in found(type="Post"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("entity?id=unit/ben-tre&lang=en", "succeeded by Vinh Long Province"),
        ("entity?id=platform%2Fvo-so", "Vỏ sò"),
        ("type?id=Act&lang=en", "What a person or organization puts to another"),
        ("type?id=concept", "Khái niệm"),
        ("property?id=heldPost&lang=en", "held post"),
    ],
)
def test_flyouts_are_plain_html(path: str, said: str, client: httpx.Client) -> None:
    answer = client.get(f"/reconcile/flyout/{path}").json()
    assert said in answer["html"]
    assert answer["id"] in path.replace("%2F", "/")
    assert not re.search(r"<script|<style|style=|\bon\w+=|javascript:", answer["html"])


def test_a_preview_may_be_framed_and_runs_nothing(client: httpx.Client) -> None:
    answer = client.get("/reconcile/preview", params={"id": "person/phan-van-mai", "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert "<script" not in answer.text and "style=" not in answer.text
    assert (
        "Phan Van Mai" in answer.text and "Secretary of the Ben Tre Provincial Party Committee" in answer.text
    )
    style = re.search(r'href="([^"]+\.css)"', answer.text)
    assert style and client.get(style[1]).status_code == 200
    other = client.get("/doc/person/phan-van-mai", headers={"Accept": "text/html"})
    assert other.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("?queries=%7B", 400, "queries is not JSON"),
        ("?queries=%5B%5D", 400, "must be a JSON object"),
        ("?queries=" + quote('{"q": {"query": "x", "type": "Q5"}}'), 400, "there is no type 'Q5'"),
        ("?extend=" + quote('{"ids": [], "properties": [{"id": "P31"}]}'), 400, "there is no property 'P31'"),
        ("?extend=null", 400, "extend must be a JSON object"),
        ("?queries=%FF", 400, "not percent-encoded UTF-8"),
        ("/suggest/entity?prefix=a&type=Q5", 400, "There is no type 'Q5'"),
        ("/suggest/entity?prefix=a&cursor=-1", 400, "cursor must be a number"),
        ("/suggest/type?limit=many", 400, "limit must be a number"),
        ("/properties?type=Q5", 400, "There is no type 'Q5'"),
        ("/flyout/entity?id=unit/nothing", 404, "There is nothing called"),
        ("/flyout/entity", 400, "id is missing"),
        ("/preview", 400, "id is missing"),
        ("/flyout/type", 400, "id is missing"),
        ("/flyout/property?id=P31", 404, "There is no property 'P31'"),
        ("/preview?id=<script>", 404, "There is nothing called"),
    ],
)
def test_refusals_are_json_for_everyone_and_give_the_reason(
    path: str, status: int, said: str, client: httpx.Client
) -> None:
    for accept in ("*/*", "text/html,*/*;q=0.8"):
        answer = client.get(
            "/reconcile" + path, headers={"Accept": accept, "Origin": "http://127.0.0.1:3333"}
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert said in answer.json()["detail"]


def test_posts_of_other_kinds_are_refused(client: httpx.Client) -> None:
    as_json = client.post("/reconcile", json={"queries": {}})
    assert (as_json.status_code, as_json.json()["code"]) == (415, "unsupported-media-type")
    nothing = client.post("/reconcile", data={"x": "y"})
    assert (nothing.status_code, nothing.json()["code"]) == (400, "bad-request")
    large = client.post("/reconcile", data={"queries": "x" * (1 << 20)})
    assert (large.status_code, large.json()["status"]) == (413, 413)
    many = {f"q{n}": {"query": "x"} for n in range(101)}
    answer = client.post("/reconcile", data={"queries": json.dumps(many)})
    assert (answer.status_code, "at most 100" in answer.json()["detail"]) == (400, True)
    assert client.put("/reconcile").status_code == 405


def test_other_origins_may_post(client: httpx.Client) -> None:
    asked = {"Origin": "http://127.0.0.1:3333", "Access-Control-Request-Method": "POST"}
    answer = client.options("/reconcile", headers=asked)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.skipif(not API.is_dir(), reason="no copy of the API's examples")
@pytest.mark.parametrize(
    "path", sorted(API.glob("examples/reconciliation-query-batch/*/*.json")), ids=lambda p: p.stem
)
def test_the_examples_of_the_api_are_understood_or_refused(
    path: Path, client: httpx.Client, valid: Valid
) -> None:
    """Their types are not ours: a batch that insists on one is refused for that alone."""
    answer = client.post("/reconcile", data={"queries": path.read_text(encoding="utf-8")})
    if path.parent.name == "invalid":
        assert answer.status_code == 400
    else:
        assert answer.status_code == 200, answer.text
        valid("reconciliation-result-batch", answer.json())
