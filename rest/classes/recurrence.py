# pyright: strict
"""When a class meets: a first time on a wall clock, a rule of repetition, and the exceptions from it. Pure.

Repetition is by the wall clock: a class at nine stays at nine when the clocks change. A time the clocks skip is taken
as much later as they skip; of a time they repeat, the first one counts (PEP 495, ``fold=0``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

MAX_STEPS = 20_000
"""Occurrences walked over at most: 50 years of every day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Every ``every`` days or weeks (on ``weekdays``, 0 is Monday), until a day or so many times, whichever is
    first."""

    frequency: Literal["daily", "weekly"]
    every: int = 1
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time the class meets. ``original`` names it, also after it was moved."""

    original: datetime
    starts: datetime
    """In UTC."""
    ends: datetime


def wall_times(first: datetime, rule: Rule | None) -> Iterator[datetime]:
    """The wall clock's times of a class whose first is ``first``, in order."""
    if rule is None:
        yield first
        return
    for number, time in enumerate(_repeated(first, rule)):
        over = rule.until is not None and time.date() > rule.until
        if over or number >= min(rule.count or MAX_STEPS, MAX_STEPS):
            return
        yield time


def _repeated(first: datetime, rule: Rule) -> Iterator[datetime]:
    days = rule.weekdays if rule.frequency == "weekly" and rule.weekdays else (first.weekday(),)
    step = timedelta(days=rule.every if rule.frequency == "daily" else 7 * rule.every)
    base = first if rule.frequency == "daily" else first - timedelta(days=first.weekday())
    offsets = (0,) if rule.frequency == "daily" else sorted(set(days))
    try:
        while True:
            for offset in offsets:
                time = base + timedelta(days=offset)
                if time >= first:
                    yield time
            base += step
    except OverflowError:
        return  # the end of the calendar


def occurrences(
    first: datetime,
    minutes: int,
    zone: str,
    rule: Rule | None,
    exceptions: Mapping[datetime, datetime | None],
    after: datetime,
    before: datetime,
) -> list[Occurrence]:
    """What takes place in part between two instants. ``exceptions``: original wall time → new one, None: cancelled."""
    found: list[Occurrence] = []
    moved = max((abs(new - old) for old, new in exceptions.items() if new is not None), default=timedelta())
    slack = moved + timedelta(days=2)
    for original in wall_times(first, rule):
        if original.replace(tzinfo=UTC) > before + slack:
            break
        wall = exceptions.get(original, original)
        if wall is None:
            continue
        starts = instant(wall, zone)
        ends = starts + timedelta(minutes=minutes)
        if starts < before and ends > after:
            found.append(Occurrence(original, starts, ends))
    return sorted(found, key=lambda occurrence: occurrence.starts)


def takes_place(first: datetime, rule: Rule | None, original: datetime) -> bool:
    """Whether the rule has an occurrence at that wall time."""
    for time in wall_times(first, rule):
        if time >= original:
            return time == original
    return False


def instant(wall: datetime, zone: str) -> datetime:
    """A wall clock's time as an instant, in UTC."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
