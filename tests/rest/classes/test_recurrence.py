# ruff: noqa: DTZ001 - wall clocks have no time zone
"""When a class meets."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.classes.recurrence import Rule, instant, occurrences, takes_place, wall_times

MADRID = "Europe/Madrid"
NINE = datetime(2026, 3, 23, 9)
"""A Monday; the clocks go forward on Sunday the 29th."""
rules = st.builds(
    Rule,
    st.sampled_from(["daily", "weekly"]),
    st.integers(1, 10),
    st.lists(st.integers(0, 6), max_size=7).map(tuple),
    st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.none() | st.integers(1, 50),
)
firsts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))


def window(rule: Rule | None, days: int = 21, **more: object) -> list[datetime]:
    start = datetime(2026, 3, 23, tzinfo=UTC)
    found = occurrences(NINE, 60, MADRID, rule, more.get("exceptions", {}), start, start + timedelta(days=days))  # type: ignore[arg-type]
    return [occurrence.starts for occurrence in found]


def test_a_class_at_nine_stays_at_nine_when_the_clocks_change() -> None:
    starts = window(Rule("weekly"))
    assert [start.hour for start in starts] == [8, 7, 7]
    assert starts[0] == datetime(2026, 3, 23, 8, tzinfo=UTC)


def test_a_time_the_clocks_skip_or_repeat_is_one_instant() -> None:
    assert instant(datetime(2026, 3, 29, 2, 30), MADRID) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(datetime(2026, 10, 25, 2, 30), MADRID) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_weekdays_every_other_week_and_so_many_times() -> None:
    rule = Rule("weekly", every=2, weekdays=(2, 0), count=5)
    days = [time.day for time in wall_times(NINE, rule)]
    assert days == [23, 25, 6, 8, 20]
    assert len(list(wall_times(NINE, Rule("daily", until=date(2026, 3, 27))))) == 5


def test_one_is_cancelled_and_one_is_moved() -> None:
    second, third = NINE + timedelta(days=7), NINE + timedelta(days=14)
    starts = window(Rule("weekly"), exceptions={second: None, third: third - timedelta(days=12)})
    assert starts == [instant(NINE, MADRID), instant(third - timedelta(days=12), MADRID)]


def test_what_was_moved_far_is_found_where_it_is() -> None:
    moved = {NINE: NINE + timedelta(days=100), NINE + timedelta(days=140): NINE + timedelta(days=3)}
    assert window(Rule("weekly", count=21), days=4, exceptions=moved) == [instant(NINE + timedelta(days=3), MADRID)]


def test_a_class_that_runs_over_the_edge_of_the_window_is_in_it() -> None:
    start = instant(NINE, MADRID) + timedelta(minutes=59)
    assert len(occurrences(NINE, 60, MADRID, None, {}, start, start + timedelta(seconds=1))) == 1
    assert occurrences(NINE, 60, MADRID, None, {}, start + timedelta(minutes=1), start + timedelta(hours=1)) == []


@given(firsts, rules)
def test_times_go_forward_obey_their_rule_and_end(first: datetime, rule: Rule) -> None:
    times = [time for time, _ in zip(wall_times(first, rule), range(200), strict=False)]
    assert times == sorted(set(times))
    assert len(times) <= (rule.count or 200)
    for time in times:
        assert time >= first
        assert time.time() == first.time()
        assert rule.until is None or time.date() <= rule.until
        if rule.frequency == "weekly" and rule.weekdays:
            assert time.weekday() in rule.weekdays
        if rule.frequency == "daily":
            assert (time - first).days % rule.every == 0
        assert takes_place(first, rule, time)
    if times:
        assert not takes_place(first, rule, times[-1] + timedelta(minutes=1))


@pytest.mark.parametrize("first", [datetime(9999, 12, 30), datetime(2026, 1, 1)])
def test_a_rule_without_an_end_is_walked_so_far_and_no_further(first: datetime) -> None:
    assert len(list(wall_times(first, Rule("daily")))) in (2, 20_000)
