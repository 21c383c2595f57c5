"""``classes``, ``class_exceptions``, ``meetings``, ``presences``, ``attendance_marks``, ``class_groups``,
``group_members``, ``removals``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Kept, Key, OfTenant, TenantRow


class Class(Kept, Base):
    """A live room of a course and when it meets: ``starts_at`` is a wall clock's time in ``time_zone``."""

    __tablename__ = "classes"
    course_id: Mapped[UUID]
    section_id: Mapped[UUID | None]
    title: Mapped[str]
    room: Mapped[str]
    time_zone: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(DateTime())
    minutes: Mapped[int]
    recurrence: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class ClassException(OfTenant, Base):
    """One occurrence that does not take place (``moved_to`` null), or at another time."""

    __tablename__ = "class_exceptions"
    class_id: Mapped[Key]
    original: Mapped[datetime] = mapped_column(DateTime(), primary_key=True)
    moved_to: Mapped[datetime | None] = mapped_column(DateTime())


class Meeting(TenantRow, Base):
    """A time the room was open."""

    __tablename__ = "meetings"
    class_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class Presence(OfTenant, Base):
    """Somebody was in the room from then to then; while they are in, until they were last seen."""

    __tablename__ = "presences"
    meeting_id: Mapped[Key]
    person_id: Mapped[Key]
    entered_at: Mapped[datetime] = mapped_column(primary_key=True)
    left_at: Mapped[datetime]


class AttendanceMark(OfTenant, Base):
    """What staff say about somebody's attendance; it counts before what was seen."""

    __tablename__ = "attendance_marks"
    meeting_id: Mapped[Key]
    person_id: Mapped[Key]
    status: Mapped[str]
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[datetime]


class ClassGroup(TenantRow, Base):
    """A group of a class, with a room of its own."""

    __tablename__ = "class_groups"
    class_id: Mapped[UUID]
    name: Mapped[str]
    room: Mapped[str]


class GroupMember(OfTenant, Base):
    """Somebody is in a group; in one of each class at most."""

    __tablename__ = "group_members"
    class_id: Mapped[Key]
    person_id: Mapped[Key]
    group_id: Mapped[UUID]


class Removal(OfTenant, Base):
    """Somebody was sent out of a class, and is given no grant for it until they are let in again."""

    __tablename__ = "removals"
    class_id: Mapped[Key]
    person_id: Mapped[Key]
    removed_at: Mapped[datetime]
    removed_by: Mapped[UUID | None]


refuse("meetings_open", "class-open", "This class is open already.")
refuse("class_groups_name", "group-taken", "This class has a group of that name already.")
