"""Ids, positions, buckets, placement, limits, close codes."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.buckets import TokenBucket
from realtime.clock import ManualClock
from realtime.close_codes import CloseCode
from realtime.ids import BadName, connection_id, gateway_of, is_board, is_name, room_key, split_room_key
from realtime.limits import BadLimit, Limits
from realtime.placement import owner_of
from realtime.position import Position
from realtime.refusals import Refuse


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "a b", "x" * 65, "a\n", "é", "../x"])
def test_name_1_what_is_not_a_name_is_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(BadName):
        room_key("default", name)


def test_room_keys_and_connection_ids_come_apart_again() -> None:
    assert split_room_key(room_key("school", "math.1")) == ("school", "math.1")
    assert gateway_of(connection_id("g-a.b", 7)) == "g-a.b"
    assert is_board("board.main")
    assert is_board("board")
    assert not is_board("boarding")


def test_pos_1_a_position_shows_a_gap() -> None:
    assert Position(2, 8).follows(Position(2, 7))
    assert not Position(2, 9).follows(Position(2, 7))
    assert not Position(3, 8).follows(Position(2, 7))
    assert Position(3, 0) > Position(2, 99)


@given(st.lists(st.floats(0, 10), max_size=60), st.floats(0.1, 50), st.floats(1, 50))
def test_bucket_never_gives_more_than_burst_and_rate_allow(steps: list[float], rate: float, burst: float) -> None:
    now, taken = 0.0, 0
    bucket = TokenBucket(rate, burst, now)
    for step in steps:
        now += step
        taken += bucket.take(now)
    assert taken <= burst + rate * now + 1e-6


def test_bucket_says_how_long_to_wait() -> None:
    bucket = TokenBucket(rate=2, burst=4, now=0)
    assert all(bucket.take(0) for _ in range(4))
    assert not bucket.take(0)
    assert bucket.wait(0) == pytest.approx(0.5)
    assert bucket.take(0.5)
    assert bucket.wait(0, cost=5) == float("inf")


def test_placement_is_even_and_moves_only_what_it_must() -> None:
    rooms = [f"default/room-{i}" for i in range(3000)]
    before = {room: owner_of(room, ["a", "b", "c"]) for room in rooms}
    assert all(count > 850 for count in Counter(before.values()).values())
    after = {room: owner_of(room, ["a", "b"]) for room in rooms}
    assert all(after[room] == before[room] for room in rooms if before[room] != "c")
    assert owner_of("x", []) is None


def test_limit_1_every_limit_has_an_environment_name() -> None:
    limits = Limits.from_env({"LYCEUM_LIMIT_FRAME_BYTES": "1000", "LYCEUM_LIMIT_PING_SECONDS": "2.5", "OTHER": "x"})
    assert (limits.frame_bytes, limits.ping_seconds) == (1000, 2.5)
    assert isinstance(limits.frame_bytes, int)


@pytest.mark.parametrize(
    "env", [{"LYCEUM_LIMIT_NO_SUCH": "1"}, {"LYCEUM_LIMIT_FRAME_BYTES": "many"}, {"LYCEUM_LIMIT_FRAME_BYTES": "0"}]
)
def test_limit_1_a_wrong_limit_is_named(env: dict[str, str]) -> None:
    with pytest.raises(BadLimit, match=next(iter(env))):
        Limits.from_env(env)


def test_close_1_terminal_codes_are_the_ones_stock_clients_give_up_on() -> None:
    for close in CloseCode:
        if 4400 <= close.code < 4500:
            assert not close.retry
        assert len(close.reason.encode()) <= 123
    assert len({close.code for close in CloseCode}) == len(CloseCode)


def test_refusals_have_unique_codes_and_words() -> None:
    assert len({refusal.code for refusal in Refuse}) == len(Refuse)
    assert all(refusal.message.endswith(".") for refusal in Refuse)


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(5)
    clock.advance(2)
    assert clock.monotonic() == clock.wall() == 7
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
