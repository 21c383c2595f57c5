"""Classes of a course, when they meet, opening and ending them, and getting in."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Header, Path, Query, Response
from pydantic import AwareDatetime
from sqlalchemy import or_, select

from realtime.grants import TokenRefused, verify_for
from rest.classes import schedule, service, tickets
from rest.classes.access import ClassEditor, ClassMember, ClassReader, ClassRunner
from rest.classes.schemas import (
    ClassShown,
    EditClass,
    MeetingShown,
    MoveOccurrence,
    NewClass,
    OccurrenceShown,
    WallTime,
)
from rest.classes.tables import Class, Meeting
from rest.courses.access import CourseAccess, Reader, in_course
from rest.courses.tables import Enrolment
from rest.db import InUnit
from rest.demo.schemas import JoinToken
from rest.identity.policy import Action
from rest.identity.principal import Principal, allow
from rest.platform.deps import InLive, InVault, Settings
from rest.platform.etags import Expected, show_etag
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.platform.text import Slug
from rest.problems import Unauthorized, Unprocessable

routes = router("classes")

LONGEST = timedelta(days=62)
Maker = Annotated[CourseAccess, in_course(Action.CLASS_EDIT)]


@routes.get("/courses/{course_id}/classes")
async def list_classes(paging: Paging, access: Reader, unit: InUnit) -> Page[ClassShown]:
    """The classes of a course that are for the caller."""
    query = select(Class, Meeting.id).outerjoin(
        Meeting, (Meeting.tenant == Class.tenant) & (Meeting.class_id == Class.id) & Meeting.ended_at.is_(None)
    )
    query = query.where(Class.tenant == unit.tenant, Class.course_id == access.course.id, Class.deleted_at.is_(None))
    if not access.drafts:
        mine = (Enrolment.tenant == unit.tenant, Enrolment.course_id == access.course.id)
        section = select(Enrolment.section_id).where(*mine, Enrolment.person_id == access.who.person)
        query = query.where(or_(Class.section_id.is_(None), Class.section_id == section.scalar_subquery()))
    rows = (await unit.session.execute(paging.select(query, (Class.id, UUID)))).all()
    return paging.page(rows, lambda row: service.show(row[0], row[1] is not None), lambda row: (row[0].id,))


@routes.post("/courses/{course_id}/classes", status_code=201)
async def make_class(body: NewClass, response: Response, access: Maker, unit: InUnit) -> ClassShown:
    """A new class."""
    return _class(response, await service.make(unit, access, body), False)


@routes.get("/classes/{class_id}")
async def get_class(response: Response, access: ClassReader) -> ClassShown:
    """One class."""
    return _class(response, access.row, access.meeting is not None)


@routes.patch("/classes/{class_id}")
async def edit_class(
    body: EditClass, version: Expected, response: Response, access: ClassEditor, unit: InUnit
) -> ClassShown:
    """Change a class."""
    return _class(response, await service.edit(unit, access, version, body), access.meeting is not None)


@routes.delete("/classes/{class_id}", status_code=204)
async def delete_class(access: ClassEditor, live: InLive, unit: InUnit) -> None:
    """Delete a class; whoever is in it is sent out."""
    await service.remove(unit, live, access)


def _class(response: Response, row: Class, open: bool) -> ClassShown:
    show_etag(response, row.version)
    return service.show(row, open)


@routes.get("/schedule")
async def get_schedule(
    since: Annotated[AwareDatetime, Query(description="RFC 3339")],
    until: Annotated[AwareDatetime, Query(description="At most 62 days later")],
    who: Annotated[Principal, allow(Action.COURSES_LIST)],
    unit: InUnit,
) -> list[OccurrenceShown]:
    """When one's classes meet, in order."""
    if not timedelta() < until - since <= LONGEST or not 1970 <= since.year <= 2199:
        raise Unprocessable("window", "Ask for a time of at most 62 days, from 1970 to 2199.")
    return await schedule.schedule(unit, who, since, until)


Original = Annotated[WallTime, Path(description="The wall time the rule gives it, which names it")]


@routes.put("/classes/{class_id}/occurrences/{original}", status_code=204)
async def move_occurrence(original: Original, body: MoveOccurrence, access: ClassEditor, unit: InUnit) -> None:
    """Have one occurrence take place at another time, or not at all."""
    await schedule.move(unit, access, original, body.moved_to)


@routes.delete("/classes/{class_id}/occurrences/{original}", status_code=204)
async def put_occurrence_back(original: Original, access: ClassEditor, unit: InUnit) -> None:
    """Have one occurrence take place as the rule says."""
    await schedule.put_back(unit, access, original)


@routes.post("/classes/{class_id}/open", status_code=201)
async def open_class(access: ClassRunner, unit: InUnit) -> MeetingShown:
    """Open the room."""
    return MeetingShown.model_validate(await service.open_class(unit, access))


@routes.post("/classes/{class_id}/end", status_code=204)
async def end_class(access: ClassRunner, live: InLive, unit: InUnit) -> None:
    """End the class: everybody is sent out of the room."""
    await service.end(unit, live, access)


@routes.post("/classes/{class_id}/join", status_code=201)
async def join_class(
    response: Response, access: ClassMember, settings: Settings, vault: InVault, unit: InUnit
) -> JoinToken:
    """A join token for the room, with what one's role allows."""
    response.headers["Cache-Control"] = "no-store"
    return await tickets.join(unit, settings.secret, vault, access, access.row.room)


@routes.post("/rooms/{room}/token/renew", status_code=201)
async def renew(
    room: Annotated[Slug, Path()],
    settings: Settings,
    vault: InVault,
    unit: InUnit,
    authorization: Annotated[str, Header()] = "",
) -> JoinToken:
    """A fresh join token for the holder of one that has not expired."""
    now = unit.now.timestamp()
    try:
        grant = verify_for(authorization.removeprefix("Bearer "), room, settings.secret, now)
    except TokenRefused as refused:
        raise Unauthorized(refused.code, refused.message) from None
    return await tickets.renew(unit, settings.secret, vault, grant, now)


@routes.put("/classes/{class_id}/removals/{person_id}", status_code=204)
async def send_out(person_id: UUID, access: ClassRunner, live: InLive, unit: InUnit) -> None:
    """Send somebody out, until they are let in again."""
    await service.send_out(unit, live, access, person_id)


@routes.delete("/classes/{class_id}/removals/{person_id}", status_code=204)
async def let_in(person_id: UUID, access: ClassRunner, unit: InUnit) -> None:
    """Let somebody in again."""
    await service.let_in(unit, access, person_id)
