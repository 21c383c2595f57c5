"""``/terms``, ``/courses``, their sections, and ``/search``."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import and_, or_, select

from rest.courses import search, service
from rest.courses.access import CourseAccess, CourseEditor, Reader, in_course
from rest.courses.schemas import (
    CopyCourse,
    CourseShown,
    CourseStatus,
    EditCourse,
    EditTerm,
    Hit,
    NewCourse,
    NewSection,
    NewTerm,
    SectionShown,
    TermShown,
)
from rest.courses.tables import Course, Enrolment, Section, Term
from rest.db import InUnit
from rest.identity.policy import Action, Role
from rest.identity.principal import Principal, allow
from rest.platform.etags import Expected, show_etag, tagged
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.rows import add, find, revise
from rest.platform.text import Language, Line
from rest.trust.audit import audit

routes = router("courses")

Member = Annotated[Principal, allow(Action.COURSES_LIST)]
TermReader = Annotated[Principal, allow(Action.TERMS_READ)]
TermEditor = Annotated[Principal, allow(Action.TERMS_EDIT)]
Maker = Annotated[Principal, allow(Action.COURSE_CREATE)]
Copier = Annotated[CourseAccess, in_course(Action.DRAFTS_READ)]


@routes.get("/terms")
async def list_terms(paging: Paging, who: TermReader, unit: InUnit) -> Page[TermShown]:
    """All terms, in the order they were made."""
    query = select(Term).where(Term.tenant == who.tenant, Term.deleted_at.is_(None))
    rows = (await unit.session.scalars(paging.select(query, (Term.id, UUID)))).all()
    return paging.page(rows, TermShown.model_validate, lambda row: (row.id,))


@routes.post("/terms", status_code=201)
async def make_term(body: NewTerm, response: Response, who: TermEditor, unit: InUnit) -> TermShown:
    """A new term."""
    return tagged(response, TermShown, await service.make_term(unit, who, body))


@routes.get("/terms/{term_id}")
async def get_term(term_id: UUID, response: Response, who: TermReader, unit: InUnit) -> TermShown:
    """One term."""
    return tagged(response, TermShown, await find(unit, Term, term_id, "term"))


@routes.patch("/terms/{term_id}")
async def edit_term(
    term_id: UUID, body: EditTerm, version: Expected, response: Response, who: TermEditor, unit: InUnit
) -> TermShown:
    """Change a term."""
    return tagged(response, TermShown, await service.edit_term(unit, who, term_id, version, body))


@routes.delete("/terms/{term_id}", status_code=204)
async def delete_term(term_id: UUID, who: TermEditor, unit: InUnit) -> None:
    """Delete a term; its courses stay."""
    await service.remove_term(unit, who, term_id)


@routes.get("/courses")
async def list_courses(
    paging: Paging,
    who: Member,
    unit: InUnit,
    status: Annotated[CourseStatus | None, Query()] = None,
    term_id: Annotated[UUID | None, Query()] = None,
    scope: Annotated[
        Literal["mine", "all", "deleted"],
        Query(description="`all`, and `deleted` (what can be restored), are for administrators"),
    ] = "mine",
) -> Page[CourseShown]:
    """The courses one takes part in; for administrators, all of them."""
    mine = and_(
        Enrolment.tenant == Course.tenant,
        Enrolment.course_id == Course.id,
        Enrolment.person_id == who.person,
        Enrolment.status == "active",
    )
    gone = scope == "deleted"
    if gone:
        who.need(Action.TERMS_EDIT)
    everything = gone or (scope == "all" and Role.ADMINISTRATOR in who.roles)
    visible = or_(Course.status != "draft", Enrolment.role.in_(["teacher", "assistant"]))
    query = select(Course, Enrolment.role).join(Enrolment, mine, isouter=everything)
    there = Course.deleted_at.is_not(None) if gone else Course.deleted_at.is_(None)
    query = query.where(Course.tenant == who.tenant, there)
    query = query if everything else query.where(visible)
    query = query if status is None else query.where(Course.status == status)
    query = query if term_id is None else query.where(Course.term_id == term_id)
    rows = (await unit.session.execute(paging.select(query, (Course.id, UUID)))).all()
    return paging.page(rows, lambda row: _listed(row[0], row[1]), lambda row: (row[0].id,))


def _listed(course: Course, held: str | None) -> CourseShown:
    return service.show(course, Role(held) if held else None)


@routes.post("/courses", status_code=201)
async def make_course(body: NewCourse, response: Response, who: Maker, unit: InUnit) -> CourseShown:
    """A new course, as a draft."""
    course = await service.make(unit, who, body)
    return _course(response, course, Role.TEACHER if Role.TEACHER in who.roles else None)


@routes.get("/courses/{course_id}")
async def get_course(response: Response, access: Reader) -> CourseShown:
    """One course."""
    return _course(response, access.course, access.role)


@routes.patch("/courses/{course_id}")
async def edit_course(
    body: EditCourse, version: Expected, response: Response, access: CourseEditor, unit: InUnit
) -> CourseShown:
    """Change, publish or archive a course."""
    return _course(response, await service.edit(unit, access, version, body), access.role)


@routes.delete("/courses/{course_id}", status_code=204)
async def delete_course(access: CourseEditor, unit: InUnit) -> None:
    """Delete a course; an administrator can restore it for a while."""
    await service.remove(unit, access)


@routes.post("/courses/{course_id}/restore")
async def restore_course(
    course_id: UUID, response: Response, who: Annotated[Principal, allow(Action.TERMS_EDIT)], unit: InUnit
) -> CourseShown:
    """Bring a deleted course back."""
    return _course(response, await service.restore(unit, who, course_id), None)


@routes.post("/courses/{course_id}/copies", status_code=201)
async def copy_course(body: CopyCourse, response: Response, access: Copier, unit: InUnit) -> CourseShown:
    """A new draft with the same content."""
    return _course(response, await service.copy(unit, access, body), access.role)


def _course(response: Response, course: Course, role: Role | None) -> CourseShown:
    show_etag(response, course.version)
    return service.show(course, role)


@routes.get("/courses/{course_id}/sections")
async def list_sections(paging: Paging, access: Reader, unit: InUnit) -> Page[SectionShown]:
    """The sections of a course."""
    query = select(Section).where(Section.tenant == unit.tenant, Section.course_id == access.course.id)
    rows = (await unit.session.scalars(paging.select(query, (Section.id, UUID)))).all()
    return paging.page(rows, SectionShown.model_validate, lambda row: (row.id,))


@routes.post("/courses/{course_id}/sections", status_code=201)
async def make_section(body: NewSection, response: Response, access: CourseEditor, unit: InUnit) -> SectionShown:
    """A new section."""
    row = await add(unit, Section, course_id=access.course.id, name=body.name)
    audit(unit, access.who, "section.made", f"section:{row.id}", why=access.ground)
    show_etag(response, row.version)
    return SectionShown.model_validate(row)


@routes.patch("/courses/{course_id}/sections/{section_id}")
async def edit_section(
    section_id: UUID, body: NewSection, version: Expected, response: Response, access: CourseEditor, unit: InUnit
) -> SectionShown:
    """Call a section something else."""
    here = Section.course_id == access.course.id
    row = await revise(unit, Section, section_id, version, "section", here, name=body.name)
    audit(unit, access.who, "section.edited", f"section:{row.id}", why=access.ground)
    show_etag(response, row.version)
    return SectionShown.model_validate(row)


@routes.delete("/courses/{course_id}/sections/{section_id}", status_code=204)
async def delete_section(section_id: UUID, access: CourseEditor, unit: InUnit) -> None:
    """Delete a section; its people stay in the course."""
    await service.remove_section(unit, access, section_id)


@routes.get("/search")
async def find_text(
    q: Annotated[Line, Query(description='Words; "a phrase"; -without; or')],
    paging: Paging,
    who: Member,
    unit: InUnit,
    language: Annotated[Language, Query(description="Of the words, to find their other forms")] = "en",
) -> Page[Hit]:
    """Courses, modules and pages one may see, by their words."""
    return await search.search(unit, who, q, language, paging)
