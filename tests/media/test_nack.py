from hypothesis import given
from hypothesis import strategies as st

from media.limits import DEFAULT_LIMITS
from media.nack import RETRY_FLOOR_SECONDS, LossTracker


def test_a_gap_is_asked_for_after_the_wait_for_reordering_and_again_each_round_trip() -> None:
    losses = LossTracker()
    losses.rtt = 0.1
    for seq in (10, 11, 14):
        losses.receive(seq, 1.0)
    assert losses.due(1.004) == []
    assert losses.due(1.02) == [12, 13]
    assert losses.due(1.1) == []
    losses.receive(12, 1.12)
    assert losses.due(1.16) == [13]


def test_the_round_trip_is_learnt_from_first_repairs() -> None:
    losses = LossTracker()
    for i in range(0, 100, 2):
        losses.receive(i, i * 1.0)
        losses.due(i + 0.01)
        losses.receive(i - 1, i + 0.21)
    assert 0.15 < losses.rtt < 0.25


def test_reordered_packets_are_never_asked_for() -> None:
    losses = LossTracker()
    for seq in (1, 3, 2, 4):
        losses.receive(seq, 1.0)
    assert losses.due(2.0) == []


def test_asking_ends() -> None:
    losses = LossTracker()
    losses.receive(1, 0.0)
    losses.receive(3, 0.0)
    asked, now = 0, 0.0
    for _ in range(100):
        now += RETRY_FLOOR_SECONDS * 4
        asked += len(losses.due(now))
    assert asked == DEFAULT_LIMITS.nack_per_packet
    assert not losses.missing


def test_a_jump_is_a_new_start() -> None:
    losses = LossTracker(window=100)
    losses.receive(1, 0.0)
    losses.receive(500, 0.0)
    assert not losses.missing


@given(st.lists(st.integers(0, 400), max_size=300))
def test_the_missing_are_those_in_the_window_that_never_came(seqs: list[int]) -> None:
    losses = LossTracker(window=64)
    for seq in seqs:
        losses.receive(1000 + seq, 0.0)
    losses.due(1.0)
    came = {1000 + seq for seq in seqs}
    assert len(losses.missing) <= 64
    assert not set(losses.missing) & came
    if losses.highest is not None:
        assert all(losses.highest - 64 <= seq < losses.highest for seq in losses.missing)
