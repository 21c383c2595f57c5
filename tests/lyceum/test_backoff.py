"""Delays double, stay under the cap, and are forgotten after a healthy run."""

from hypothesis import given
from hypothesis import strategies as st

from lyceum.backoff import Backoff


def test_quick_deaths_double_up_to_the_cap() -> None:
    backoff = Backoff(first=0.1, cap=1.0, healthy=30.0)
    assert [backoff.delay(1.0) for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert backoff.delay(30.0) == 0.1


@given(st.lists(st.floats(0, 1000), max_size=2000))
def test_every_delay_is_between_the_first_and_the_cap(runs: list[float]) -> None:
    backoff = Backoff()
    assert all(backoff.first <= backoff.delay(ran) <= backoff.cap for ran in runs)
