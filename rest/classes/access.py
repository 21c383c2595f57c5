"""May they, in this class? By what they are in its course; a class of one section is for that section and for staff."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select

from rest.classes.tables import Class, Meeting
from rest.courses.access import WithinCourse, enter_course_of
from rest.courses.tables import Enrolment
from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.identity.principal import GUARDED, Caller, Principal
from rest.platform.rows import find, missing


@dataclass(frozen=True, slots=True)
class ClassAccess(WithinCourse):
    """A caller in a class."""

    row: Class
    meeting: Meeting | None
    """The meeting that is open."""


async def enter_class(unit: Unit, who: Principal, class_id: UUID, action: Action) -> ClassAccess:
    """``who`` in the class, for ``action``; raise `NotFound` or `Forbidden`."""
    row = await find(unit, Class, class_id, "class")
    access = await enter_course_of(unit, who, row.course_id, action, "class")
    if row.section_id is not None and not access.drafts and await section_of(unit, who, row) != row.section_id:
        raise missing("class")
    return ClassAccess(access, row, await open_meeting(unit, row.id))


async def section_of(unit: Unit, who: Principal, row: Class) -> UUID | None:
    """The section of the course the caller is in."""
    mine = (Enrolment.tenant == unit.tenant, Enrolment.course_id == row.course_id, Enrolment.person_id == who.person)
    return await unit.session.scalar(select(Enrolment.section_id).where(*mine))


async def open_meeting(unit: Unit, class_id: UUID) -> Meeting | None:
    """The meeting of a class that is open."""
    here = (Meeting.tenant == unit.tenant, Meeting.class_id == class_id, Meeting.ended_at.is_(None))
    return await unit.session.scalar(select(Meeting).where(*here))


def in_class(action: Action) -> Any:
    """Dependency for routes with ``{class_id}``: a `ClassAccess`."""

    async def decide(who: Caller, unit: InUnit, class_id: UUID) -> ClassAccess:
        return await enter_class(unit, who, class_id, action)

    setattr(decide, GUARDED, action)
    return Depends(decide)


ClassReader = Annotated[ClassAccess, in_class(Action.COURSE_READ)]
ClassEditor = Annotated[ClassAccess, in_class(Action.CLASS_EDIT)]
ClassRunner = Annotated[ClassAccess, in_class(Action.CLASS_RUN)]
ClassMember = Annotated[ClassAccess, in_class(Action.CLASS_JOIN)]
AttendanceReader = Annotated[ClassAccess, in_class(Action.ATTENDANCE_READ)]
AttendanceMarker = Annotated[ClassAccess, in_class(Action.ATTENDANCE_MARK)]
