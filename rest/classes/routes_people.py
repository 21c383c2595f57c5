"""Who came to a class, and how it splits into groups."""

from typing import Annotated
from uuid import UUID

from fastapi import Response
from sqlalchemy import select

from rest.classes import attendance, groups, tickets
from rest.classes.access import AttendanceMarker, AttendanceReader, ClassMember, ClassReader, ClassRunner
from rest.classes.schemas import AttendanceShown, GroupShown, Mark, MeetingShown, OwnAttendance, SetGroups
from rest.classes.tables import AttendanceMark, Class, Meeting
from rest.courses.tables import Enrolment
from rest.db import InUnit
from rest.demo.schemas import JoinToken
from rest.identity.policy import Action
from rest.identity.principal import About, allow_about
from rest.platform.deps import InVault, Settings
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.trust.audit import audit

routes = router("classes")


@routes.get("/classes/{class_id}/meetings")
async def list_meetings(paging: Paging, access: ClassReader, unit: InUnit) -> Page[MeetingShown]:
    """The times the room was open."""
    query = select(Meeting).where(Meeting.tenant == unit.tenant, Meeting.class_id == access.row.id)
    rows = (await unit.session.scalars(paging.select(query, (Meeting.id, UUID)))).all()
    return paging.page(rows, MeetingShown.model_validate, lambda row: (row.id,))


@routes.get("/classes/{class_id}/meetings/{meeting_id}/attendance")
async def get_attendance(
    meeting_id: UUID, access: AttendanceReader, vault: InVault, unit: InUnit
) -> list[AttendanceShown]:
    """How every student attended."""
    return await attendance.of_meeting(unit, vault, access, meeting_id)


@routes.put("/classes/{class_id}/meetings/{meeting_id}/attendance/{person_id}", status_code=204)
async def mark_attendance(
    meeting_id: UUID, person_id: UUID, body: Mark, access: AttendanceMarker, unit: InUnit
) -> None:
    """Correct how somebody attended."""
    await attendance.mark(unit, access, meeting_id, person_id, body.status)


@routes.get("/people/{person_id}/attendance")
async def get_own_attendance(
    about: Annotated[About, allow_about(Action.ATTENDANCE_OF)], paging: Paging, unit: InUnit
) -> Page[OwnAttendance]:
    """How somebody attended the meetings of their courses: for themselves, their guardians and administrators."""
    marks = (AttendanceMark.tenant == Meeting.tenant) & (AttendanceMark.meeting_id == Meeting.id)
    query = (
        select(Meeting, AttendanceMark.status)
        .join(Class, (Class.tenant == Meeting.tenant) & (Class.id == Meeting.class_id))
        .join(Enrolment, (Enrolment.tenant == Class.tenant) & (Enrolment.course_id == Class.course_id))
        .outerjoin(AttendanceMark, marks & (AttendanceMark.person_id == about.person))
        .where(Meeting.tenant == unit.tenant, Enrolment.person_id == about.person, Enrolment.role == "student")
        .where(Class.section_id.is_(None) | (Class.section_id == Enrolment.section_id))
    )
    rows = (await unit.session.execute(paging.select(query, (Meeting.id, UUID)))).all()
    shown = {
        one.meeting_id: one
        for one in await attendance.of_person(unit, about.person, [(row[0], row[1]) for row in rows])
    }
    audit(unit, about.who, "attendance.read", f"person:{about.person}", person=about.person, why=about.ground)
    return paging.page(rows, lambda row: shown[row[0].id], lambda row: (row[0].id,))


@routes.get("/classes/{class_id}/groups")
async def list_groups(access: ClassReader, unit: InUnit) -> list[GroupShown]:
    """The groups: all of them for staff, one's own for others."""
    found = await groups.listed(unit, access)
    if access.in_course.may(Action.CLASS_RUN):
        return found
    return [group for group in found if access.who.person in group.members]


@routes.put("/classes/{class_id}/groups")
async def set_groups(body: SetGroups, access: ClassRunner, unit: InUnit) -> list[GroupShown]:
    """Have the class fall into exactly these groups."""
    return await groups.replace(unit, access, body.groups)


@routes.post("/classes/{class_id}/groups/{group_id}/join", status_code=201)
async def join_group(
    group_id: UUID, response: Response, access: ClassMember, settings: Settings, vault: InVault, unit: InUnit
) -> JoinToken:
    """A join token for the room of a group: for its members, and for staff."""
    response.headers["Cache-Control"] = "no-store"
    return await tickets.join(unit, settings.secret, vault, access, await tickets.group_room(unit, access, group_id))
