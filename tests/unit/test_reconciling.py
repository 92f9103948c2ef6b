"""Reconciliation without a server: what is asked, how it is scored, how values are written."""

import json

import pytest
from pyoxigraph import Literal, NamedNode

from ontology.namespaces import STANDARD
from service.problems import Problem
from service.reconciliation import asked, scoring, types
from service.reconciliation.asked import Given, Wanted
from service.reconciliation.extension import literal, values
from service.reconciliation.values import Known, Names, Value, identifier, iri

THING = "https://w3id.org/vndx/id/"
XSD = STANDARD["xsd"]


def typed(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + kind))


def test_a_query_is_read_with_all_its_parts() -> None:
    text = json.dumps(
        {
            "q0": {
                "query": "Thái Nguyên",
                "type": ["AdministrativeUnit", "vndx:Post"],
                "limit": 3.0,
                "type_strict": "any",
                "properties": [
                    {"pid": "date", "v": "2020"},
                    {"pid": "partOf", "v": [{"id": "unit/viet-nam", "name": "Việt Nam"}, 7, True]},
                ],
            },
            "q1": {"query": "x"},
        }
    )
    first, second = asked.queries(text).values()
    assert (first.text, first.limit, [one.id for one in first.types]) == (
        "Thái Nguyên",
        3,
        ["AdministrativeUnit", "Post"],
    )
    assert first.conditions[0] == asked.Condition("date", (Given("2020"),))
    assert first.conditions[1].values == (Given("Việt Nam", "unit/viet-nam"), Given("7"), Given("true"))
    assert (second.text, second.types, second.limit, second.conditions) == ("x", (), 10, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "queries is not JSON"),
        ("[]", "queries must be a JSON object"),
        ('{"q": "Ben Tre"}', "query 'q' must be a JSON object"),
        ('{"q": {}}', "neither query nor properties"),
        ('{"q": {"properties": []}}', "neither query nor properties"),
        ('{"q": {"query": 7}}', "query must be a string"),
        ('{"q": {"query": "x", "props": []}}', "there is no member 'props'"),
        ('{"q": {"query": "x", "type": "Q5"}}', "there is no type 'Q5'"),
        ('{"q": {"query": "x", "type": 5}}', "type must be an identifier"),
        ('{"q": {"query": "x", "type_strict": "maybe"}}', "type_strict is any, should or all"),
        ('{"q": {"query": "x", "limit": 0}}', "limit must be a number from 1"),
        ('{"q": {"query": "x", "limit": true}}', "limit must be a number from 1"),
        ('{"q": {"query": "x", "limit": "5"}}', "limit must be a number from 1"),
        ('{"q": {"query": "x", "properties": {}}}', "properties must be a list"),
        ('{"q": {"query": "x", "properties": [{"pid": "date"}]}}', "needs pid, a string, and v"),
        ('{"q": {"query": "x", "properties": [{"pid": "date", "v": null}]}}', "v must be a string"),
        ('{"q": {"query": "x", "properties": [{"pid": "date", "v": {"name": "x"}}]}}', "v must be a string"),
        (json.dumps({f"q{n}": {"query": "x"} for n in range(101)}), "101 queries in one batch; at most 100"),
    ],
)
def test_a_wrong_batch_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Problem) as refused:
        asked.queries(text)
    assert (refused.value.status, refused.value.code) == (400, "bad-request")
    assert said in refused.value.detail


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "extend is not JSON"),
        ('{"ids": "unit/ben-tre", "properties": []}', "ids must be a list"),
        ('{"ids": []}', "properties must be a list"),
        ('{"ids": [], "properties": ["after"]}', "a property must be a JSON object"),
        ('{"ids": [], "properties": [{}]}', "a property needs an id"),
        (
            '{"ids": [], "properties": [{"id": "after", "settings": {"limit": "x"}}]}',
            "limit must be a number",
        ),
        (
            '{"ids": [], "properties": [{"id": "after", "settings": {"language": "fr"}}]}',
            "language is vi or en",
        ),
        (json.dumps({"ids": [str(n) for n in range(501)], "properties": []}), "501 ids at once; at most 500"),
    ],
)
def test_a_wrong_extension_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Problem, match="extend") as refused:
        asked.extension(text)
    assert said in refused.value.detail


def test_a_foreign_type_that_only_should_match_is_passed_over() -> None:
    (query,) = asked.queries('{"q": {"query": "x", "type": "Q5", "type_strict": "should"}}').values()
    assert query.types == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Person", "Person"),
        ("person", "Person"),
        ("unit", "AdministrativeUnit"),
        ("https://w3id.org/vndx/ontology#Post", "Post"),
        ("vndx:Meeting", "Meeting"),
        ("concept", STANDARD["skos"] + "Concept"),
    ],
)
def test_types_go_by_several_names(name: str, found: str) -> None:
    type_ = types.find(name)
    assert type_ is not None and type_.id == found


def test_every_kind_of_act_is_an_act() -> None:
    act, request = types.find("Act"), types.find("Request")
    assert act and request
    assert set(request.classes) < set(act.classes)
    assert types.of_class("Request") is request
    assert types.find("Evidence") is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2020-07-17", ("2020-07-17", "2020-07-17")),
        ("2020-07-17T00:00:00Z", ("2020-07-17", "2020-07-17")),
        ("17/7/2020", ("2020-07-17", "2020-07-17")),
        ("7/2020", ("2020-07-01", "2020-07-31")),
        ("2020", ("2020-01-01", "2020-12-31")),
        ("17/13/2020", None),
        ("last year", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, span: tuple[str, str] | None) -> None:
    assert scoring.day(text) == span


@pytest.mark.parametrize(
    ("day", "former", "present"),
    [
        ("2020-11-12", 1.0, 0.0),
        ("30/6/2025", 1.0, 0.0),
        ("1/7/2025", 0.0, 1.0),
        ("2025", 1.0, 1.0),
        ("some day", None, None),
    ],
)
def test_a_day_tells_a_former_unit_from_the_present_one(
    day: str, former: float | None, present: float | None
) -> None:
    end, start = [Value(typed("2025-06-30", "date"))], [Value(typed("2025-07-01", "date"))]
    assert scoring.within([Given(day)], [], end) == former
    assert scoring.within([Given(day)], start, []) == present


def test_how_like_a_value_is() -> None:
    post = NamedNode(THING + "post/x")
    names = {post.value: Names({"vi": "Bí thư Tỉnh ủy Bến Tre"}, ("Bí thư Tỉnh ủy Bến Tre",))}

    def like(value: NamedNode | Literal, *given: Given) -> float | None:
        return scoring.likeness(given, [Value(value)], names)

    assert like(post, Given("bi thu tinh uy ben tre")) == 1.0
    assert like(post, Given("Bí thư Tỉnh ủy")) == 0.9
    assert like(post, Given("", "post/x")) == like(post, Given("", THING + "post/x")) == 1.0
    assert like(post, Given("Bí thư Tỉnh ủy Bến Tre", "post/y")) == 0.0
    assert like(post, Given("Chủ tịch")) == 0.0
    assert like(post, Given("Bí thư Tỉnh ủy"), Given("Chủ tịch")) == 0.45
    assert like(typed("2020-06-03", "date"), Given("3/6/2020")) == 1.0
    assert like(typed("2020-06-03", "date"), Given("2019")) == 0.0
    assert like(typed("49.4", "decimal"), Given("49,4")) == 1.0
    assert like(typed("49.4", "decimal"), Given("about")) == 0.0
    assert like(Literal("83"), Given("83")) == 1.0
    assert like(post, Given("  ")) is None
    assert scoring.likeness([Given("x")], [], names) is None


def test_the_score_weighs_properties_and_leaves_what_is_unknown_open() -> None:
    assert scoring.total(100, []) == 100
    assert scoring.total(100, [1.0]) == 100
    assert scoring.total(100, [0.0]) == 60
    assert scoring.total(100, [None]) == 80
    assert scoring.total(None, [1.0, 0.5]) == 75
    assert 0 <= scoring.total(0, [0.0]) <= scoring.total(50, [0.5]) <= 100


def test_identifiers() -> None:
    assert iri("unit/ben-tre") == iri(THING + "unit/ben-tre") == THING + "unit/ben-tre"
    assert identifier(THING + "unit/ben-tre") == "unit/ben-tre"
    assert [iri(wrong) for wrong in ("", "Q42", "unit/", "unit/Bến Tre", "https://example.org/x")] == [""] * 5


@pytest.mark.parametrize(
    ("term", "precision", "written"),
    [
        (typed("2020-07-17", "date"), "day", {"date": "2020-07-17T00:00:00Z"}),
        (typed("2025-06-30", "date"), "", {"date": "2025-06-30T00:00:00Z"}),
        (typed("2020-07-01", "date"), "month", {"str": "2020-07"}),
        (typed("2020-07-01", "date"), "quarter", {"str": "2020-Q3"}),
        (typed("2020-01-01", "date"), "year", {"str": "2020"}),
        (typed("49.4", "decimal"), "", {"float": 49.4}),
        (typed("3", "decimal"), "", {"int": 3}),
        (typed("true", "boolean"), "", {"str": "true"}),
        (Literal("749/QĐ-TTg"), "", {"str": "749/QĐ-TTg"}),
    ],
)
def test_literals_are_written_with_no_more_precision_than_is_known(
    term: Literal, precision: str, written: dict[str, object]
) -> None:
    assert literal(term, precision) == written


def test_values_come_in_the_language_asked_for_and_as_many_as_asked_for() -> None:
    province = NamedNode(THING + "unit/ben-tre")
    known = Known({}, {province.value: Names({"vi": "tỉnh Bến Tre", "en": "Ben Tre Province"})})
    labels = [Value(Literal("tỉnh", language="vi")), Value(Literal("province", language="en"))]
    assert values(labels, known, Wanted("label"), "vi") == [{"str": "tỉnh"}]
    assert values(labels, known, Wanted("label", language="en"), "vi") == [{"str": "province"}]
    assert values(labels[:1], known, Wanted("label"), "en") == [{"str": "tỉnh"}]
    assert values([Value(province)], known, Wanted("after"), "en") == [
        {"id": "unit/ben-tre", "name": "Ben Tre Province"}
    ]
    assert values([Value(province)], known, Wanted("after", content="id"), "en") == [{"str": "unit/ben-tre"}]
    assert len(values([Value(province)] * 5, known, Wanted("after", limit=2), "vi")) == 2
    elsewhere = [Value(NamedNode("https://example.org/x"))]
    assert values(elsewhere, known, Wanted("x"), "vi") == [{"str": "https://example.org/x"}]


def test_settings_of_a_column_left_empty_are_the_default_ones() -> None:
    settings = {"limit": "", "language": "", "content": ""}
    text = json.dumps({"ids": ["unit/ben-tre"], "properties": [{"id": "after", "settings": settings}]})
    assert asked.extension(text).properties == (Wanted("after"),)
