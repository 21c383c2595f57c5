"""Making classes, opening and ending them, sending people out. What the live planes must do is told them after
commit."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from realtime.ids import room_key
from rest.classes.access import ClassAccess
from rest.classes.schemas import ClassShown, EditClass, NewClass
from rest.classes.tables import Class, ClassException, ClassGroup, Meeting, Removal
from rest.courses.access import CourseAccess
from rest.courses.service import check_section
from rest.courses.tables import Course
from rest.db import Unit
from rest.institutions.service import own, within
from rest.live import Live
from rest.people.service import Leaving
from rest.people.tables import Person
from rest.platform.rows import add, find, missing, revise
from rest.problems import Conflict
from rest.trust.audit import audit


def show(row: Class, open: bool) -> ClassShown:
    """A row, and whether its room is open."""
    names = (name for name in ClassShown.model_fields if name != "open")
    return ClassShown(open=open, **{name: getattr(row, name) for name in names})


async def make(unit: Unit, access: CourseAccess, asked: NewClass) -> Class:
    """A class, and the name of its room, which it keeps."""
    await check_section(unit, access.course.id, asked.section_id)
    id = unit.ids.new()
    values = asked.model_dump() | {"recurrence": _rule(asked), "room": f"c-{id.hex}"}
    values["time_zone"] = asked.time_zone or (await own(unit)).time_zone
    row = await add(unit, Class, id=id, course_id=access.course.id, **values)
    audit(unit, access.who, "class.made", f"class:{row.id}", why=access.ground)
    return row


async def edit(unit: Unit, access: ClassAccess, version: int, asked: EditClass) -> Class:
    """Change a class. Another time or rule names other occurrences, so the exceptions are forgotten."""
    await check_section(unit, access.row.course_id, asked.section_id)
    changes = asked.changes("section_id", "recurrence")
    if "recurrence" in changes:
        changes["recurrence"] = _rule(asked)
    row = await revise(unit, Class, access.row.id, version, "class", **changes)
    if changes.keys() & {"starts_at", "recurrence"}:
        here = (ClassException.tenant == unit.tenant, ClassException.class_id == row.id)
        await unit.session.execute(delete(ClassException).where(*here))
    audit(unit, access.who, "class.edited", f"class:{row.id}", why=access.ground, fields=sorted(changes))
    return row


def _rule(asked: NewClass | EditClass) -> dict[str, Any] | None:
    return None if asked.recurrence is None else asked.recurrence.model_dump(mode="json")


async def remove(unit: Unit, live: Live, access: ClassAccess) -> None:
    """Delete a class; whoever is in its room is sent out."""
    if access.meeting is not None:
        await end(unit, live, access)
    here = update(Class).where(Class.tenant == unit.tenant, Class.id == access.row.id)
    await unit.session.execute(here.values(deleted_at=unit.now, version=Class.version + 1, updated_at=unit.now))
    audit(unit, access.who, "class.deleted", f"class:{access.row.id}", why=access.ground)


async def open_class(unit: Unit, access: ClassAccess) -> Meeting:
    """Open the room: from now on join tokens are given."""
    if access.meeting is not None:
        raise Conflict("class-open", "This class is open already.")
    await within(unit, "open_classes", Meeting, Meeting.ended_at.is_(None))
    by = {"opened_at": unit.now, "opened_by": access.who.person}
    meeting = await add(unit, Meeting, class_id=access.row.id, **by)
    audit(unit, access.who, "class.opened", f"class:{access.row.id}", why=access.ground)
    return meeting


async def end(unit: Unit, live: Live, access: ClassAccess) -> None:
    """End the open meeting: everybody is sent out of the room and of the groups' rooms."""
    here = (Meeting.tenant == unit.tenant, Meeting.class_id == access.row.id, Meeting.ended_at.is_(None))
    ended = update(Meeting).where(*here).values(ended_at=unit.now).returning(Meeting.id)
    if await unit.session.scalar(ended) is None:
        raise Conflict("class-not-open", "This class is not open.")
    for room in await rooms(unit, access.row):
        unit.after_commit(partial(live.end_class, room_key(unit.tenant, room)))
    audit(unit, access.who, "class.ended", f"class:{access.row.id}", why=access.ground)


async def send_out(unit: Unit, live: Live, access: ClassAccess, person: UUID) -> None:
    """Send somebody out of a class until they are let in again."""
    await find(unit, Person, person, "person")
    values = {"tenant": unit.tenant, "class_id": access.row.id, "person_id": person, "removed_at": unit.now}
    removal = insert(Removal).values(removed_by=access.who.person, **values).on_conflict_do_nothing()
    await unit.session.execute(removal)
    for room in await rooms(unit, access.row):
        unit.after_commit(partial(live.revoke, room_key(unit.tenant, room), str(person)))
    audit(unit, access.who, "class.removed", f"class:{access.row.id}", person=person, why=access.ground)


async def let_in(unit: Unit, access: ClassAccess, person: UUID) -> None:
    """Let somebody in again who was sent out."""
    mine = (Removal.tenant == unit.tenant, Removal.class_id == access.row.id, Removal.person_id == person)
    if await unit.session.scalar(delete(Removal).where(*mine).returning(Removal.person_id)) is None:
        raise missing("removal")
    audit(unit, access.who, "class.let-in", f"class:{access.row.id}", person=person, why=access.ground)


async def rooms(unit: Unit, row: Class) -> list[str]:
    """The room of a class and those of its groups."""
    here = (ClassGroup.tenant == unit.tenant, ClassGroup.class_id == row.id)
    return [row.room, *(await unit.session.scalars(select(ClassGroup.room).where(*here))).all()]


def leaver(live: Live) -> Leaving:
    """What happens in classes when somebody may no longer be in a course, or in any: they are sent out of open ones."""

    async def leave(unit: Unit, person: UUID, course: UUID | None) -> None:
        query = (
            select(Class)
            .join(Meeting, (Meeting.tenant == Class.tenant) & (Meeting.class_id == Class.id))
            .join(Course, (Course.tenant == Class.tenant) & (Course.id == Class.course_id))
            .where(Class.tenant == unit.tenant, Meeting.ended_at.is_(None))
        )
        query = query if course is None else query.where(Class.course_id == course)
        for row in (await unit.session.scalars(query)).all():
            for room in await rooms(unit, row):
                unit.after_commit(partial(live.revoke, room_key(unit.tenant, room), str(person)))

    return leave
