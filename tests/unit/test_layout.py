from itertools import pairwise
from math import hypot

from visual.columns import columns
from visual.layout import SPACING, beside, place

NAMES = [f"n{number}" for number in range(60)]
TIES = [
    *pairwise(NAMES[:50]),
    *((NAMES[0], name) for name in NAMES[5:40]),
    ("n50", "n51"),
    ("n51", "nowhere"),
]


def closest(places: dict[str, tuple[int, int]]) -> float:
    listed = list(places.values())
    return min(
        hypot((x - other_x) / 1.5, y - other_y)
        for number, (x, y) in enumerate(listed)
        for other_x, other_y in listed[:number]
    )


def test_the_same_graph_has_the_same_places() -> None:
    assert place(NAMES, TIES) == place(NAMES, list(reversed(TIES)))


def test_every_node_has_a_place_and_none_covers_another() -> None:
    places = place(NAMES, TIES)
    assert list(places) == NAMES
    assert closest(places) > SPACING / 3
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    assert abs(left + right) <= 2


def test_nothing_and_one_alone() -> None:
    assert place([], []) == {}
    assert place(["a"], [("a", "a")]) == {"a": (0, 0)}


def test_a_growing_picture_moves_nothing() -> None:
    before = place(NAMES[:20], TIES)
    after = place(NAMES, TIES, fixed=before)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(NAMES)
    assert closest({name: after[name] for name in NAMES}) > SPACING / 4
    assert place(NAMES, TIES, fixed=before) == after


def test_new_nodes_stand_near_what_they_are_tied_to() -> None:
    start = {"a": (0, 0), "b": (2000, 0)}
    after = place(["a", "b", "new"], [("b", "new")], fixed=start)
    assert hypot(after["new"][0] - 2000, after["new"][1]) < 4 * SPACING
    assert after["new"][0] > 2000, "on the outer side"


def test_a_second_focus_stands_clear_of_the_first() -> None:
    first = place(["a", *NAMES[:20]], [("a", name) for name in NAMES[:20]], fixed={"a": (0, 0)})
    x, _ = beside(first, 20)
    after = place(
        [*first, "b", *NAMES[30:50]], [("b", n) for n in NAMES[30:50]], fixed={**first, "b": (x, 0)}
    )
    assert min(after[name][0] for name in NAMES[30:50]) > max(x for x, _ in first.values())
    assert beside({}, 5) == (0, 0)


def test_columns_are_ordered_so_that_ties_do_not_cross() -> None:
    places = columns([["p1", "p2", "p3"], ["u1", "u2", "u3"]], [("p1", "u3"), ("p2", "u2"), ("p3", "u1")])
    left = sorted(("p1", "p2", "p3"), key=lambda name: places[name][1])
    right = sorted(("u1", "u2", "u3"), key=lambda name: places[name][1])
    assert [(one[1], other[1]) for one, other in zip(left, right, strict=True)] == [
        (one, str(4 - int(one))) for one in (name[1] for name in left)
    ]
    assert places["p1"][0] < 0 < places["u1"][0]
