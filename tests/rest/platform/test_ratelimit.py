"""Rates with bursts."""

import pytest

from realtime.clock import ManualClock
from rest.platform.ratelimit import Limiter, Rate
from rest.problems import TooMany

THREE = Rate(rate=0.5, burst=3.0)


def test_a_burst_then_a_rate_and_the_wait_is_told() -> None:
    clock = ManualClock()
    limiter = Limiter(clock)
    for _ in range(3):
        limiter.check(THREE, "a")
    with pytest.raises(TooMany) as refused:
        limiter.check(THREE, "a")
    assert refused.value.headers == {"Retry-After": "2"}
    clock.advance(2)
    limiter.check(THREE, "a")
    with pytest.raises(TooMany):
        limiter.check(THREE, "a")


def test_one_caller_does_not_use_up_another_ones_or_another_purpose() -> None:
    limiter = Limiter(ManualClock())
    for key in "abc":
        limiter.check(Rate(1, 1), key)
    limiter.check(Rate(1, 2), "a")


def test_memory_is_bounded_and_the_longest_unused_goes_first() -> None:
    limiter = Limiter(ManualClock(), capacity=2)
    once = Rate(0.001, 1)
    limiter.check(once, "a")
    limiter.check(once, "b")
    with pytest.raises(TooMany):
        limiter.check(once, "a")
    limiter.check(once, "c")
    limiter.check(once, "b")
    with pytest.raises(TooMany):
        limiter.check(once, "c")
