"""When classes meet, over all the courses somebody takes part in."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from rest.classes.access import ClassAccess
from rest.classes.recurrence import Rule, occurrences, takes_place
from rest.classes.schemas import OccurrenceShown
from rest.classes.tables import Class, ClassException, Meeting
from rest.courses.tables import Course, Enrolment
from rest.db import Unit
from rest.identity.principal import Principal
from rest.platform.rows import missing
from rest.trust.audit import audit

MAX_CLASSES = 1_000
MAX_SHOWN = 2_000


async def schedule(unit: Unit, who: Principal, since: datetime, until: datetime) -> list[OccurrenceShown]:
    """What takes place between two instants in the courses of ``who``, in order."""
    staff = Enrolment.role.in_(["teacher", "assistant"])
    mine = (Enrolment.tenant == Class.tenant) & (Enrolment.course_id == Class.course_id)
    query = (
        select(Class)
        .join(Enrolment, mine & (Enrolment.person_id == who.person) & (Enrolment.status == "active"))
        .join(Course, (Course.tenant == Class.tenant) & (Course.id == Class.course_id))
        .where(Class.tenant == unit.tenant, Class.deleted_at.is_(None), Course.deleted_at.is_(None))
        .where(or_(staff, Course.status != "draft"))
        .where(or_(staff, Class.section_id.is_(None), Class.section_id == Enrolment.section_id))
        .limit(MAX_CLASSES)
    )
    rows = (await unit.session.scalars(query)).all()
    exceptions, open_now = await _exceptions(unit, rows), await _open(unit, rows)
    shown = [
        OccurrenceShown(
            class_id=row.id,
            course_id=row.course_id,
            title=row.title,
            original=found.original,
            starts=found.starts,
            ends=found.ends,
            open=row.id in open_now,
        )
        for row in rows
        for found in occurrences(
            row.starts_at, row.minutes, row.time_zone, rule_of(row), exceptions[row.id], since, until
        )
    ]
    return sorted(shown, key=lambda one: (one.starts, one.class_id))[:MAX_SHOWN]


def rule_of(row: Class) -> Rule | None:
    """The rule of a row."""
    kept = row.recurrence
    if kept is None:
        return None
    until = date.fromisoformat(kept["until"]) if kept.get("until") else None
    return Rule(kept["frequency"], kept["every"], tuple(kept["weekdays"]), until, kept.get("count"))


async def move(unit: Unit, access: ClassAccess, original: datetime, moved_to: datetime | None) -> None:
    """Have one occurrence take place at another time, or not at all."""
    if not takes_place(access.row.starts_at, rule_of(access.row), original):
        raise missing("occurrence")
    values = {"tenant": unit.tenant, "class_id": access.row.id, "original": original, "moved_to": moved_to}
    keys = [ClassException.tenant, ClassException.class_id, ClassException.original]
    new = insert(ClassException).values(**values)
    await unit.session.execute(new.on_conflict_do_update(index_elements=keys, set_={"moved_to": moved_to}))
    audit(unit, access.who, "class.moved", f"class:{access.row.id}", why=access.ground, original=original.isoformat())


async def put_back(unit: Unit, access: ClassAccess, original: datetime) -> None:
    """Have one occurrence take place as the rule says."""
    mine = (
        ClassException.tenant == unit.tenant,
        ClassException.class_id == access.row.id,
        ClassException.original == original,
    )
    gone = delete(ClassException).where(*mine).returning(ClassException.original)
    if await unit.session.scalar(gone) is None:
        raise missing("exception")
    audit(unit, access.who, "class.moved", f"class:{access.row.id}", why=access.ground, original=original.isoformat())


async def _exceptions(unit: Unit, rows: Sequence[Class]) -> dict[UUID, dict[datetime, datetime | None]]:
    here = (ClassException.tenant == unit.tenant, ClassException.class_id.in_([row.id for row in rows]))
    found: dict[UUID, dict[datetime, datetime | None]] = defaultdict(dict)
    for one in (await unit.session.scalars(select(ClassException).where(*here))).all():
        found[one.class_id][one.original] = one.moved_to
    return found


async def _open(unit: Unit, rows: Sequence[Class]) -> set[UUID]:
    here = (Meeting.tenant == unit.tenant, Meeting.ended_at.is_(None), Meeting.class_id.in_([row.id for row in rows]))
    return set((await unit.session.scalars(select(Meeting.class_id).where(*here))).all())
