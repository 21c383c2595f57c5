"""Who was there: seen by the rooms (`rest.classes.presence` keeps it), corrected by staff."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from rest.classes.access import ClassAccess
from rest.classes.schemas import AttendanceShown, AttendanceStatus, OwnAttendance, StayShown
from rest.classes.tables import AttendanceMark, Meeting, Presence
from rest.courses.tables import Enrolment
from rest.db import Unit
from rest.people import sealed
from rest.people.tables import Person
from rest.platform.rows import find
from rest.platform.vault import Vault
from rest.trust.audit import audit

GRACE = timedelta(minutes=10)
"""After the room opened, until somebody is late."""

Interval = tuple[datetime, datetime]


def judge(opened: datetime, until: datetime, seen: Iterable[Interval]) -> tuple[AttendanceStatus, int]:
    """How somebody attended a meeting, and for how many seconds: overlapping stays (two devices) count once."""
    seconds, covered, first = timedelta(), opened, None
    for entered, left in sorted(seen, key=lambda stay: stay[0]):
        start, end = max(entered, covered), min(left, until)
        first = first or entered
        if end > start:
            seconds += end - start
            covered = end
    if first is None:
        return "absent", 0
    return ("late" if first > opened + GRACE else "present"), int(seconds.total_seconds())


async def of_meeting(unit: Unit, vault: Vault, access: ClassAccess, meeting_id: UUID) -> list[AttendanceShown]:
    """How everybody who takes part in the course attended a meeting."""
    meeting = await find(unit, Meeting, meeting_id, "meeting", Meeting.class_id == access.row.id)
    query = (
        select(Person)
        .join(Enrolment, (Enrolment.tenant == Person.tenant) & (Enrolment.person_id == Person.id))
        .where(Enrolment.tenant == unit.tenant, Enrolment.course_id == access.row.course_id)
        .where(Enrolment.status == "active", Enrolment.role == "student", Person.deleted_at.is_(None))
    )
    if access.row.section_id is not None:
        query = query.where(Enrolment.section_id == access.row.section_id)
    people = (await unit.session.scalars(query.order_by(Person.id))).all()
    seen, marks = await _seen(unit, meeting_id), await _marks(unit, meeting_id)
    audit(unit, access.who, "attendance.read", f"meeting:{meeting_id}", why=access.ground, count=len(people))
    until = meeting.ended_at or unit.now
    shown: list[AttendanceShown] = []
    for person in people:
        status, seconds = judge(meeting.opened_at, until, seen.get(person.id, []))
        marked = marks.get(person.id)
        shown.append(
            AttendanceShown(
                person_id=person.id,
                name=sealed.name(vault, person),
                status=marked or status,
                marked=marked is not None,
                seconds=seconds,
                stays=stays_shown(seen.get(person.id, [])),
            )
        )
    return shown


def stays_shown(seen: Iterable[Interval]) -> list[StayShown]:
    """From when to when, the first one first."""
    return [StayShown(entered_at=entered, left_at=left) for entered, left in sorted(seen)]


async def mark(unit: Unit, access: ClassAccess, meeting_id: UUID, person: UUID, status: AttendanceStatus) -> None:
    """Have somebody's attendance count as ``status``, whatever was seen."""
    await find(unit, Meeting, meeting_id, "meeting", Meeting.class_id == access.row.id)
    enrolled = (Enrolment.tenant == unit.tenant, Enrolment.course_id == access.row.course_id)
    query = select(Enrolment.id).where(*enrolled, Enrolment.person_id == person)
    if await unit.session.scalar(query) is None:
        await find(unit, Person, person, "person", Person.id.is_(None))
    values = {"status": status, "marked_by": access.who.person, "marked_at": unit.now}
    keys = {"tenant": unit.tenant, "meeting_id": meeting_id, "person_id": person}
    new = insert(AttendanceMark).values(**keys, **values)
    await unit.session.execute(new.on_conflict_do_update(index_elements=list(keys), set_=values))
    subject = f"meeting:{meeting_id}"
    audit(unit, access.who, "attendance.marked", subject, person=person, why=access.ground, status=status)


async def of_person(unit: Unit, person: UUID, meetings: Iterable[tuple[Meeting, str | None]]) -> list[OwnAttendance]:
    """How one person attended ``meetings`` (each with what staff marked)."""
    listed = list(meetings)
    ids = [meeting.id for meeting, _ in listed]
    mine = (Presence.tenant == unit.tenant, Presence.person_id == person, Presence.meeting_id.in_(ids))
    seen: dict[UUID, list[Interval]] = {}
    for stay in (await unit.session.scalars(select(Presence).where(*mine))).all():
        seen.setdefault(stay.meeting_id, []).append((stay.entered_at, stay.left_at))
    shown: list[OwnAttendance] = []
    for meeting, marked in listed:
        status, seconds = judge(meeting.opened_at, meeting.ended_at or unit.now, seen.get(meeting.id, []))
        shown.append(
            OwnAttendance(
                meeting_id=meeting.id,
                class_id=meeting.class_id,
                opened_at=meeting.opened_at,
                status=marked or status,  # type: ignore[arg-type]
                seconds=seconds,
                stays=stays_shown(seen.get(meeting.id, [])),
            )
        )
    return shown


async def _seen(unit: Unit, meeting: UUID) -> dict[UUID, list[Interval]]:
    here = (Presence.tenant == unit.tenant, Presence.meeting_id == meeting)
    found: dict[UUID, list[Interval]] = {}
    for stay in (await unit.session.scalars(select(Presence).where(*here))).all():
        found.setdefault(stay.person_id, []).append((stay.entered_at, stay.left_at))
    return found


async def _marks(unit: Unit, meeting: UUID) -> dict[UUID, AttendanceStatus]:
    here = (AttendanceMark.tenant == unit.tenant, AttendanceMark.meeting_id == meeting)
    rows = (await unit.session.scalars(select(AttendanceMark).where(*here))).all()
    return {row.person_id: row.status for row in rows}  # type: ignore[misc]
