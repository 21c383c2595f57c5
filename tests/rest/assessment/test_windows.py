"""Windows, accommodations and late policies around their edges."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.errors import BadSettings
from rest.assessment.late import LatePolicy, kept
from rest.assessment.windows import GRACE, Accommodation, Window, ends, for_student, lateness, may_save, may_start

NINE = datetime(2030, 5, 6, 9, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
EXAM = Window(opens=NINE, due=NINE + 2 * HOUR, closes=NINE + 3 * HOUR, time_limit=90 * MINUTE, attempts=2)


def test_starting() -> None:
    assert may_start(EXAM, NINE - SECOND, 0) == "not-open"
    assert may_start(EXAM, NINE, 0) == "ok"
    assert may_start(EXAM, NINE, 2) == "no-attempts-left"
    assert may_start(EXAM, NINE + 3 * HOUR, 0) == "closed"
    assert may_start(Window(attempts=0), NINE, 999) == "ok"


def test_an_attempt_ends_with_its_time_or_with_the_window() -> None:
    assert ends(EXAM, NINE) == NINE + 90 * MINUTE
    assert ends(EXAM, NINE + 2 * HOUR) == NINE + 3 * HOUR
    assert ends(Window(), NINE) is None


def test_saving_has_a_little_grace() -> None:
    end = NINE + 90 * MINUTE
    assert may_save(EXAM, NINE, end + GRACE) == "ok"
    assert may_save(EXAM, NINE, end + GRACE + SECOND) == "time-up"
    assert may_save(Window(), NINE, NINE + 1000 * HOUR) == "ok"


def test_accommodations_stretch_time_and_move_ends() -> None:
    own = for_student(EXAM, Accommodation(extra_time=50, later=HOUR, extra_attempts=1))
    assert own.time_limit == 135 * MINUTE
    assert (own.opens, own.due, own.closes) == (NINE, NINE + 3 * HOUR, NINE + 4 * HOUR)
    assert may_start(own, NINE, 2) == "ok"
    assert for_student(EXAM, Accommodation()) == EXAM
    assert for_student(Window(), Accommodation(later=HOUR)) == Window()


@given(st.integers(0, 400), st.integers(0, 10**6), st.integers(0, 10**6))
def test_an_accommodation_never_takes_time_away(extra: int, later: int, start: int) -> None:
    own = for_student(EXAM, Accommodation(extra, timedelta(seconds=later)))
    began = NINE + timedelta(seconds=start)
    mine, theirs = ends(own, began), ends(EXAM, began)
    assert mine is not None
    assert theirs is not None
    assert mine >= theirs


def test_contradictions_are_refused() -> None:
    with pytest.raises(BadSettings, match="time zone"):
        Window(opens=datetime(2030, 1, 1))  # noqa: DTZ001
    with pytest.raises(BadSettings, match="before"):
        Window(opens=NINE, closes=NINE - HOUR)
    with pytest.raises(BadSettings, match="time limit"):
        Window(time_limit=timedelta(0))
    with pytest.raises(BadSettings):
        Accommodation(extra_time=-1)


def test_lateness_starts_after_the_grace() -> None:
    due = NINE + 2 * HOUR
    assert lateness(EXAM, due + GRACE) == timedelta(0)
    assert lateness(EXAM, due + HOUR) == HOUR
    assert lateness(EXAM, NINE) == timedelta(0)
    assert lateness(Window(), NINE) == timedelta(0)


@pytest.mark.parametrize(
    ("policy", "late", "share"),
    [
        (LatePolicy(), 100 * HOUR, 1),
        (LatePolicy(percent=10), SECOND, Fraction(9, 10)),
        (LatePolicy(percent=10), 24 * HOUR, Fraction(9, 10)),
        (LatePolicy(percent=10), 24 * HOUR + SECOND, Fraction(8, 10)),
        (LatePolicy(percent=10, most=30), 900 * HOUR, Fraction(7, 10)),
        (LatePolicy(percent=10), 900 * HOUR, 0),
        (LatePolicy(percent=5, per="hour", free_minutes=60), HOUR, 1),
        (LatePolicy(percent=5, per="hour", free_minutes=60), 61 * MINUTE, Fraction(9, 10)),
        (LatePolicy(percent=25, per="once"), 90 * HOUR, Fraction(3, 4)),
        (LatePolicy(percent=0, cutoff_hours=48), 48 * HOUR, 1),
        (LatePolicy(percent=0, cutoff_hours=48), 48 * HOUR + SECOND, 0),
    ],
)
def test_late_policies(policy: LatePolicy, late: timedelta, share: Fraction) -> None:
    assert kept(policy, late) == share


@given(st.integers(0, 100), st.sampled_from(["day", "hour", "once"]), st.integers(0, 10**6), st.integers(0, 10**6))
def test_later_never_keeps_more(percent: int, per: str, one: int, two: int) -> None:
    policy = LatePolicy(
        percent=percent, per="day" if per == "day" else "hour" if per == "hour" else "once", cutoff_hours=100
    )
    early, late = sorted((one, two))
    assert 0 <= kept(policy, timedelta(seconds=late)) <= kept(policy, timedelta(seconds=early)) <= 1
