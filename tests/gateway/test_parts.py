"""The small parts: counting, pacing, the wheel, addresses, leaving, figures."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from gateway.address import Proxies
from gateway.census import Census
from gateway.drain import SHARE, steps
from gateway.metrics import GatewayCollector
from gateway.rates import DROWNED, Rates
from gateway.wheel import Wheel
from realtime.limits import Limits
from tests.gateway.rig import Rig


def test_a_gateway_and_an_address_have_their_limits() -> None:
    census = Census(Limits(connections_per_gateway=3, connections_per_address=2))
    assert [census.open(address) for address in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]
    census.close("a")
    assert census.open("c")
    assert census.sockets == 3


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy")), max_size=30))
def test_who_left_leaves_nothing_behind(people: list[tuple[str, str]]) -> None:
    census = Census(Limits())
    for person in people:
        assert census.enter(*person)
    for person in people:
        census.leave(*person)
    assert vars(census)["_rooms"] == {}
    assert vars(census)["_people"] == {}


@given(st.lists(st.floats(0, 100), max_size=40), st.lists(st.floats(0, 20), max_size=20))
def test_the_wheel_returns_everything_once_and_never_early(times: list[float], turns: list[float]) -> None:
    wheel: Wheel[int] = Wheel(0.0)
    for index, at in enumerate(times):
        wheel.put(index, at)
    now, due = 0.0, list[int]()
    for step in [*turns, 200.0]:
        now += step
        came = wheel.turn(now)
        assert all(times[index] <= now for index in came)
        due += came
    assert sorted(due) == list(range(len(times)))


def test_the_wheel_takes_what_is_put_while_it_turns() -> None:
    wheel: Wheel[str] = Wheel(10.0)
    wheel.put("late", 3.0)
    assert wheel.turn(10.5) == []
    assert wheel.turn(11.0) == ["late"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "not an address", "127.0.0.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("", "198.51.100.1", ""),
    ],
)
def test_whose_connection_it_is(peer: str, forwarded: str, client: str) -> None:
    assert Proxies().client(peer, forwarded) == client


@given(st.integers(0, 3_000), st.floats(0.5, 60), st.integers(0, 99))
def test_leaving_takes_everybody_once_and_ends_in_time(count: int, deadline: float, seed: int) -> None:
    plan = list(steps(range(count), deadline, Random(seed)))
    assert sorted(item for _, batch in plan for item in batch) == list(range(count))
    assert sum(pause for pause, _ in plan) <= deadline * SHARE


def test_a_burst_is_allowed_and_then_the_rate_holds() -> None:
    rates = Rates(Limits(updates_rate=10, updates_burst=5))
    assert [rates.edit(1, 0.0) for _ in range(5)] == [0.0] * 5
    wait = rates.edit(1, 0.0)
    assert 0.05 < wait <= 0.1
    assert rates.edit(1, wait + 0.01) == 0.0


def test_whoever_never_slows_down_is_let_go() -> None:
    rates = Rates(Limits(messages_rate=1, messages_burst=1))
    waits = [rates.message(0.0) for _ in range(100)]
    assert waits[0] == 0.0
    assert waits[-1] == DROWNED


def test_the_figures_are_shown() -> None:
    rig = Rig()
    rig.counts.refused("read-only")
    rig.counts.closed("slow-reader")
    rig.counts.lag.observe(0.003)
    registry = CollectorRegistry()
    registry.register(GatewayCollector(rig.counts, rig.hub, lambda: 17))
    shown = generate_latest(registry).decode()
    for line in (
        'lyceum_gateway_refusals_total{code="read-only"} 1.0',
        'lyceum_gateway_closes_total{reason="slow-reader"} 1.0',
        'lyceum_gateway_lag_seconds_bucket{le="0.005"} 1.0',
        'lyceum_gateway_lag_seconds_bucket{le="0.0025"} 0.0',
        "lyceum_gateway_lag_seconds_count 1.0",
        "lyceum_gateway_queue_bytes 17.0",
        "lyceum_gateway_deliveries_total 0.0",
        'lyceum_gateway_connections{door="yjs"} 0.0',
    ):
        assert line in shown
