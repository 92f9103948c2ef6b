import pytest
from pictures import event, iri, thing

from visual.paths import paths
from visual.relations import Tie, graph, measure, merge, simple


def line(one: str, other: str, *events: str) -> Tie:
    return Tie(one, other, "metWith", tuple(event(name) for name in events), True)


def test_a_line_has_one_name_whichever_way_it_is_told() -> None:
    assert line("a", "b").id == line("b", "a").id
    assert Tie("a", "b", "about").id != Tie("b", "a", "about").id


def test_ties_of_one_name_are_merged_with_the_events_of_all_in_order_of_date() -> None:
    late, early = event("late", "2023-03-31"), event("early", "2020-07-17")
    merged = merge(
        [Tie("a", "b", "about", (late,)), Tie("a", "b", "about", (early, late)), Tie("b", "a", "about")]
    )
    assert [tie.id for tie in merged] == ["about a b", "about b a"]
    assert merged[0].events == (early, late)
    assert merged[0].weight == 2


def test_a_graph_keeps_parallel_ties_and_refuses_unknown_ends() -> None:
    things = [thing("person", "a"), thing("person", "b")]
    a, b = (one.id for one in things)
    relations = graph(things, [line(a, b, "m"), Tie(a, b, "about"), Tie(b, a, "about")])
    assert relations.number_of_edges() == 3
    assert simple(relations).edges[a, b]["weight"] == 3
    with pytest.raises(ValueError, match="not among the things"):
        graph(things, [line(a, iri("person", "c"))])


def test_measures_of_a_bridge_between_two_groups() -> None:
    things = [thing("person", name) for name in "abcxdef"]
    a, b, c, x, d, e, f = (one.id for one in things)
    pairs = [(a, b), (b, c), (a, c), (d, e), (e, f), (d, f), (c, x), (x, d)]
    relations = graph(things, [line(one, other) for one, other in pairs])
    measured = measure(relations)
    assert measured[x].degree == 2
    assert measured[x].betweenness == 0.6
    assert measured[a].betweenness == 0
    assert measured[a].community == measured[b].community != measured[e].community == measured[f].community
    assert measure(relations) == measured


def test_paths_avoid_the_hub_that_everybody_is_tied_to() -> None:
    people = [thing("person", f"p{number}") for number in range(40)]
    hub = thing("unit", "viet-nam")
    ends = [one.id for one in people]
    ties = [Tie(one, hub.id, "partOf") for one in ends]
    ties += [line(ends[0], ends[1]), line(ends[1], ends[2]), line(ends[2], ends[3])]
    found = paths(graph([*people, hub], ties), ends[0], ends[3], limit=5)
    assert [tie.relation for tie in found[0]] == ["metWith", "metWith", "metWith"]
    assert [tie.relation for tie in found[1]] == ["partOf", "partOf"]
    assert len(found) <= 5
    without = paths(
        graph([*people, hub], ties),
        ends[0],
        ends[3],
        admits=lambda tie: None if tie.relation == "metWith" else tie,
    )
    assert [[tie.relation for tie in one] for one in without] == [["partOf", "partOf"]]


def test_paths_of_the_unconnected_and_of_the_unknown() -> None:
    relations = graph([thing("person", "a"), thing("person", "b")], [])
    assert paths(relations, iri("person", "a"), iri("person", "b")) == []
    with pytest.raises(KeyError):
        paths(relations, iri("person", "a"), iri("person", "nobody"))


def test_of_parallel_ties_a_path_shows_the_one_with_most_events() -> None:
    things = [thing("person", "a"), thing("person", "b")]
    a, b = (one.id for one in things)
    found = paths(graph(things, [Tie(a, b, "about", (event("1"),)), line(a, b, "1", "2")]), a, b)
    assert [tie.relation for tie in found[0]] == ["metWith"]
