"""Shares of the service: processing time by client, bytes of results on their way, connections."""

import os

import pytest

from service.delivery.clients import client
from service.evaluators.holding import HeldFile, Holding
from service.evaluators.port import EvaluatorBusy
from service.evaluators.queue import FairQueue, Shares


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_taken_fades() -> None:
    clock = Clock()
    shares = Shares(clock)
    shares.charge("a", 4)
    clock.now += 10
    assert shares.taken("a") == pytest.approx(2)
    shares.charge("a", 1)
    clock.now += 20
    assert shares.taken("a") == pytest.approx(0.75)
    assert shares.taken("b") == 0


def test_clients_that_took_long_ago_are_forgotten() -> None:
    clock = Clock()
    shares = Shares(clock)
    for n in range(1000):
        shares.charge(str(n), 1)
    clock.now += 1000
    shares.charge("new", 1)
    assert len(shares._taken) == 1


def test_who_took_least_is_next() -> None:
    queue: FairQueue[str] = FairQueue(10, 5, Shares(Clock()))
    queue.charge("heavy", 3)
    for n in range(3):
        queue.push("heavy", f"h{n}")
    queue.push("light", "l")
    queue.push("", "ours")
    assert [queue.pop() for _ in range(3)] == ["l", "ours", "h0"]
    queue.charge("light", 9)
    queue.push("light", "again")
    assert [queue.pop() for _ in range(4)] == ["h1", "h2", "again", None]


def test_who_had_a_turn_goes_first_and_can_leave() -> None:
    queue: FairQueue[str] = FairQueue(10, 5, Shares(Clock()))
    queue.push("a", "1")
    queue.push_front("b", "2")
    queue.push_front("c", "3")
    assert len(queue) == 3
    assert queue.remove("b", "2")
    assert not queue.remove("b", "2")
    assert [queue.pop(), queue.pop(), queue.pop()] == ["3", "1", None]
    assert len(queue) == 0


def held(holding: Holding, client: str, size: int) -> HeldFile:
    return HeldFile(os.memfd_create("test"), holding, client, size)


def test_results_on_their_way_are_bounded() -> None:
    holding = Holding(100)
    first = held(holding, "a", 20)
    with pytest.raises(EvaluatorBusy) as refused:
        held(holding, "a", 10)
    assert refused.value.code == "too-many-requests"
    large = held(holding, "b", 80)
    with pytest.raises(EvaluatorBusy) as full:
        held(holding, "c", 1)
    assert full.value.code == "busy"
    first.close()
    first.close()
    assert holding.size == 80
    with held(holding, "a", 20):
        assert holding.size == 100
    with pytest.warns(ResourceWarning):
        del large  # an answer that nobody began to send
    assert holding.size == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not:an:address" * 9, ("not:an:address" * 9)[:64]),
    ],
)
def test_a_subscriber_with_many_addresses_is_one_client(address: str, expected: str) -> None:
    assert client(address) == expected
