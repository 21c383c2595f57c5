"""When an attempt may start, be saved and be handed in. Times are aware datetimes; the clock is handed in.

    opens ─── start ─────────────── due ─────────── closes
               └── time limit × (1 + extra) ──┘ ends, whichever of ends and closes comes first

An accommodation stretches the time limit (``extra_time`` in percent) and may move the window for one student.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from rest.assessment.errors import BadSettings

GRACE = timedelta(seconds=10)
"""A save on its way when time ran out still counts."""

Verdict = Literal["ok", "not-open", "closed", "time-up", "no-attempts-left"]


@dataclass(frozen=True, slots=True)
class Window:
    """When an assessment is open; ``due`` is when it becomes late, ``closes`` when it is over. None: no such limit."""

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    time_limit: timedelta | None = None
    attempts: int = 1

    def __post_init__(self) -> None:
        times = [t for t in (self.opens, self.due, self.closes) if t]
        if any(t.tzinfo is None for t in times):
            raise BadSettings("times need a time zone")
        if times != sorted(times):
            raise BadSettings("an assessment opens before it is due, and is due before it closes")
        if self.time_limit is not None and self.time_limit <= timedelta(0):
            raise BadSettings("a time limit is longer than nothing")


@dataclass(frozen=True, slots=True)
class Accommodation:
    """What one student gets beyond the others: more time in percent, later ends, more attempts."""

    extra_time: int = 0
    later: timedelta = timedelta(0)
    extra_attempts: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.extra_time <= 400 or self.later < timedelta(0) or self.extra_attempts < 0:
            raise BadSettings("an accommodation gives up to 400 percent more time, later ends and more attempts")


NONE = Accommodation()


def for_student(window: Window, accommodation: Accommodation) -> Window:
    """The window as it is for one student."""
    limit = window.time_limit
    return Window(
        window.opens,
        window.due + accommodation.later if window.due else None,
        window.closes + accommodation.later if window.closes else None,
        limit * (100 + accommodation.extra_time) / 100 if limit else None,
        window.attempts + accommodation.extra_attempts,
    )


def ends(window: Window, started: datetime) -> datetime | None:
    """When an attempt begun at ``started`` runs out: its own time or the window's, whichever comes first."""
    own = started + window.time_limit if window.time_limit else None
    return min((t for t in (own, window.closes) if t), default=None)


def may_start(window: Window, now: datetime, used: int) -> Verdict:
    """Whether a new attempt may begin after ``used`` others; ``attempts`` of 0 means any number."""
    if window.opens and now < window.opens:
        return "not-open"
    if window.closes and now >= window.closes:
        return "closed"
    return "no-attempts-left" if window.attempts and used >= window.attempts else "ok"


def may_save(window: Window, started: datetime, now: datetime) -> Verdict:
    """Whether answers of a running attempt are still taken, a little grace for the road included."""
    end = ends(window, started)
    return "time-up" if end and now > end + GRACE else "ok"


def lateness(window: Window, handed_in: datetime) -> timedelta:
    """How late an attempt came; the grace of saving holds here too."""
    late = handed_in - window.due if window.due else timedelta(0)
    return late if late > GRACE else timedelta(0)
