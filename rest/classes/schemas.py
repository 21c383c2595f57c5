"""Shapes of classes, their times, who comes, and groups."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema

from rest.platform.text import Asked, Day, Line, Shown, TimeZone

AttendanceStatus = Literal["present", "late", "absent", "excused"]


def _wall(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError("a wall clock's time, without an offset; the time zone is said apart")
    if not 1970 <= value.year <= 2199:
        raise ValueError("a year from 1970 to 2199")
    return value.replace(microsecond=0)


_WALL = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$",
}  # `date-time` has an offset (RFC 3339)
WallShown = Annotated[datetime, WithJsonSchema(_WALL)]
WallTime = Annotated[WallShown, AfterValidator(_wall)]
"""Such as ``2026-09-01T09:00``."""


class Recurrence(Asked):
    """Every so many days, or weeks on some weekdays (0 is Monday), until a day or so many times."""

    frequency: Literal["daily", "weekly"]
    every: int = Field(1, ge=1, le=52)
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default=[], max_length=7)
    until: Day | None = None
    count: int | None = Field(None, ge=1, le=2000)


class NewClass(Asked):
    title: Line
    starts_at: WallTime
    minutes: int = Field(60, ge=1, le=1440)
    time_zone: TimeZone | None = Field(None, description="The institution's when left out")
    section_id: UUID | None = None
    recurrence: Recurrence | None = None


class EditClass(Asked):
    """What is left out stays as it is. Another time or rule forgets the exceptions."""

    title: Line | None = None
    starts_at: WallTime | None = None
    minutes: int | None = Field(None, ge=1, le=1440)
    time_zone: TimeZone | None = None
    section_id: UUID | None = None
    recurrence: Recurrence | None = None


class ClassShown(Shown):
    id: UUID
    course_id: UUID
    section_id: UUID | None
    title: str
    room: str
    time_zone: str
    starts_at: WallShown
    minutes: int
    recurrence: Recurrence | None
    open: bool
    version: int


class MoveOccurrence(Asked):
    """Another time for one occurrence; null: it is cancelled."""

    moved_to: WallTime | None = None


class OccurrenceShown(Shown):
    """One time a class meets, in UTC. ``original`` is its wall time by the rule, and names it."""

    class_id: UUID
    course_id: UUID
    title: str
    original: WallShown
    starts: datetime
    ends: datetime
    open: bool


class MeetingShown(Shown):
    id: UUID
    class_id: UUID
    opened_at: datetime
    ended_at: datetime | None


class StayShown(Shown):
    """Somebody was in the room from then to then; while they are in, until they were last seen."""

    entered_at: datetime
    left_at: datetime


class AttendanceShown(Shown):
    """How somebody attended a meeting. ``status`` is what staff marked, else what was seen."""

    person_id: UUID
    name: str
    status: AttendanceStatus
    marked: bool
    seconds: int
    stays: list[StayShown]


class Mark(Asked):
    status: AttendanceStatus


class OwnAttendance(Shown):
    meeting_id: UUID
    class_id: UUID
    opened_at: datetime
    status: AttendanceStatus
    seconds: int
    stays: list[StayShown]


class NewGroup(Asked):
    name: Line
    members: list[UUID] = Field(default=[], max_length=500)


class SetGroups(Asked):
    """All groups of the class. A group keeps its room as long as it keeps its name."""

    groups: list[NewGroup] = Field(max_length=100)


class GroupShown(Shown):
    id: UUID
    name: str
    room: str
    members: list[UUID]
