"""May they, in this course? Who takes no part in a course does not learn that it exists."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from rest.courses.tables import Course, CoursePage, Enrolment, Module
from rest.db import InUnit, Unit
from rest.identity.policy import Action, Role
from rest.identity.principal import GUARDED, Caller, Principal
from rest.platform.rows import missing
from rest.problems import NotFound


@dataclass(frozen=True, slots=True)
class CourseAccess:
    """A caller in a course."""

    who: Principal
    course: Course
    role: Role | None
    """What they are in it; None: they come by a role of the institution."""
    ground: str
    """Why the action asked for is allowed."""

    def may(self, action: Action) -> bool:
        """Whether another action is allowed too."""
        return self.who.ground(action, self.role) is not None

    @property
    def drafts(self) -> bool:
        """Whether they see what is not published."""
        return self.may(Action.DRAFTS_READ)


@dataclass(frozen=True, slots=True)
class WithinCourse:
    """A caller with something that belongs to a course."""

    in_course: CourseAccess

    @property
    def who(self) -> Principal:
        return self.in_course.who

    @property
    def ground(self) -> str:
        return self.in_course.ground


def own_enrolment(person: Any) -> ColumnElement[bool]:
    """Joins the active enrolment of ``person`` (a UUID, or a parameter for one) to `Course`."""
    return and_(
        Enrolment.tenant == Course.tenant,
        Enrolment.course_id == Course.id,
        Enrolment.person_id == person,
        Enrolment.status == "active",
    )


_COURSE = (
    select(Course, Enrolment.role)
    .outerjoin(Enrolment, own_enrolment(bindparam("person")))
    .where(Course.tenant == bindparam("tenant"), Course.id == bindparam("course"), Course.deleted_at.is_(None))
)


async def enter_course(unit: Unit, who: Principal, course_id: UUID, action: Action) -> CourseAccess:
    """``who`` in the course, for ``action``; raise `NotFound` or `Forbidden`."""
    values = {"tenant": who.tenant, "course": course_id, "person": who.person}
    row = (await unit.session.execute(_COURSE, values)).first()
    if row is None:
        raise missing("course")
    return access_to(who, row[0], row[1], action)


def access_to(who: Principal, course: Course, held: str | None, action: Action) -> CourseAccess:
    """``who`` in a course that is there, where they hold a role or none; raise `NotFound` or `Forbidden`."""
    role = Role(held) if held else None
    sees = Action.COURSE_READ if course.status != "draft" else Action.DRAFTS_READ
    limited = Principal(who.tenant, who.person, who.roles)
    if limited.ground(sees, role) is None:
        raise missing("course")
    return CourseAccess(who, course, role, who.need(action, role))


async def enter_course_of(unit: Unit, who: Principal, course_id: UUID, action: Action, thing: str) -> CourseAccess:
    """`enter_course` by way of a ``thing`` in it: in a course one may not see, that is what is not there."""
    try:
        return await enter_course(unit, who, course_id, action)
    except NotFound:
        raise missing(thing) from None


def in_course(action: Action) -> Any:
    """Dependency for routes with ``{course_id}``: a `CourseAccess`."""

    async def decide(who: Caller, unit: InUnit, course_id: UUID) -> CourseAccess:
        return await enter_course(unit, who, course_id, action)

    setattr(decide, GUARDED, action)
    return Depends(decide)


Reader = Annotated[CourseAccess, in_course(Action.COURSE_READ)]
Author = Annotated[CourseAccess, in_course(Action.CONTENT_EDIT)]
CourseEditor = Annotated[CourseAccess, in_course(Action.COURSE_EDIT)]
RosterReader = Annotated[CourseAccess, in_course(Action.ROSTER_READ)]
RosterEditor = Annotated[CourseAccess, in_course(Action.ROSTER_EDIT)]


def visible_modules(access: CourseAccess, unit: Unit) -> list[ColumnElement[bool]]:
    """Conditions for the modules of the course that the caller may see."""
    here: list[ColumnElement[bool]] = [
        Module.tenant == unit.tenant,
        Module.course_id == access.course.id,
        Module.deleted_at.is_(None),
    ]
    if access.drafts:
        return here
    return [*here, Module.status == "published", or_(Module.opens_at.is_(None), Module.opens_at <= unit.now)]


def visible_pages(access: CourseAccess) -> list[ColumnElement[bool]]:
    """Conditions for pages, beside those of their modules."""
    here: list[ColumnElement[bool]] = [CoursePage.deleted_at.is_(None)]
    return here if access.drafts else [*here, CoursePage.status == "published"]


async def sees_module(unit: Unit, access: CourseAccess, module_id: UUID | None) -> bool:
    """Whether what stands in a module, or in none, may be seen by the caller."""
    if module_id is None:
        return True
    here = select(Module.id).where(Module.id == module_id, *visible_modules(access, unit))
    return await unit.session.scalar(here) is not None
