"""Assignments of a course, one's own submission, and what staff do with what was handed in."""

from typing import Annotated
from uuid import UUID

from fastapi import Response
from sqlalchemy import or_, select

from rest.assignments import files, peers, service
from rest.assignments.access import (
    AssignmentEditor,
    AssignmentGrader,
    AssignmentReader,
    Student,
    SubmissionGrader,
    SubmissionReader,
    SubmissionsReader,
)
from rest.assignments.schemas import (
    AssignmentShown,
    EditAssignment,
    FileShown,
    Grade,
    NewAssignment,
    PeersApplied,
    PeersAssigned,
    ReviewGot,
    SubmissionHead,
    SubmissionShown,
    VerdictShown,
    Write,
)
from rest.assignments.tables import Assignment, Submission
from rest.courses.access import CourseAccess, Reader, in_course, visible_modules
from rest.courses.tables import Module
from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.people import sealed
from rest.people.tables import Person
from rest.platform.deps import InVault
from rest.platform.etags import Expected, show_etag, tagged
from rest.platform.paging import Page, Paging
from rest.platform.routing import router
from rest.trust.audit import audit

routes = router("assignments")

Maker = Annotated[CourseAccess, in_course(Action.ITEMS_EDIT)]


@routes.get("/courses/{course_id}/assignments")
async def list_assignments(paging: Paging, access: Reader, unit: InUnit) -> Page[AssignmentShown]:
    """The assignments of a course that one may see."""
    here = (Assignment.tenant == unit.tenant, Assignment.course_id == access.course.id, Assignment.deleted_at.is_(None))
    query = select(Assignment).where(*here)
    if not access.drafts:
        opened = or_(Assignment.opens_at.is_(None), Assignment.opens_at <= unit.now)
        modules = select(Module.id).where(*visible_modules(access, unit))
        seen = or_(Assignment.module_id.is_(None), Assignment.module_id.in_(modules))
        query = query.where(Assignment.status == "published", opened, seen)
    rows = (await unit.session.scalars(paging.select(query, (Assignment.id, UUID)))).all()
    return paging.page(rows, AssignmentShown.model_validate, lambda row: (row.id,))


@routes.post("/courses/{course_id}/assignments", status_code=201)
async def make_assignment(body: NewAssignment, response: Response, access: Maker, unit: InUnit) -> AssignmentShown:
    """A new assignment, as a draft."""
    return tagged(response, AssignmentShown, await service.make(unit, access, body))


@routes.get("/assignments/{assignment_id}")
async def get_assignment(response: Response, access: AssignmentReader) -> AssignmentShown:
    """One assignment."""
    return tagged(response, AssignmentShown, access.assignment)


@routes.patch("/assignments/{assignment_id}")
async def edit_assignment(
    body: EditAssignment, version: Expected, response: Response, access: AssignmentEditor, unit: InUnit
) -> AssignmentShown:
    """Change an assignment, or publish it."""
    return tagged(response, AssignmentShown, await service.edit(unit, access, version, body))


@routes.delete("/assignments/{assignment_id}", status_code=204)
async def delete_assignment(access: AssignmentEditor, unit: InUnit) -> None:
    """Delete an assignment with what was handed in."""
    await service.remove(unit, access)


@routes.get("/assignments/{assignment_id}/submission")
async def own_submission(response: Response, access: Student, unit: InUnit) -> SubmissionShown:
    """What one is writing, or has handed in."""
    return await _submission(response, unit, await service.own_submission(unit, access), own=True)


@routes.put("/assignments/{assignment_id}/submission")
async def write(body: Write, response: Response, access: Student, unit: InUnit) -> SubmissionShown:
    """Keep the text of one's submission. What was handed in is a draft again until it is handed in anew."""
    return await _submission(response, unit, await service.write(unit, access, body=body.body), own=True)


@routes.post("/assignments/{assignment_id}/submission/hand-in")
async def hand_in(response: Response, access: Student, unit: InUnit) -> SubmissionShown:
    """Hand in what one has written."""
    return await _submission(response, unit, await service.hand_in(unit, access), own=True)


@routes.get("/assignments/{assignment_id}/submissions")
async def list_submissions(
    paging: Paging, access: SubmissionsReader, vault: InVault, unit: InUnit
) -> Page[SubmissionHead]:
    """What was handed in."""
    whose = (Person.tenant == Submission.tenant) & (Person.id == Submission.person_id)
    here = (Submission.tenant == unit.tenant, Submission.assignment_id == access.assignment.id)
    query = select(Submission, Person).join(Person, whose).where(*here, Submission.status != "draft")
    rows = (await unit.session.execute(paging.select(query, (Submission.id, UUID)))).all()
    subject = f"assignment:{access.assignment.id}"
    audit(unit, access.who, "submissions.read", subject, why=access.ground, count=len(rows))
    heads = {row.id: _head(row, sealed.name(vault, person)) for row, person in rows}
    return paging.page(rows, lambda row: heads[row[0].id], lambda row: (row[0].id,))


def _head(row: Submission, name: str) -> SubmissionHead:
    fields = {field: getattr(row, field) for field in SubmissionHead.model_fields if field != "name"}
    return SubmissionHead(name=name, **fields)


@routes.get("/submissions/{submission_id}")
async def get_submission(response: Response, access: SubmissionReader, unit: InUnit) -> SubmissionShown:
    """One submission: for staff, and for its author."""
    own = access.submission.person_id == access.who.person
    if not own:
        subject, person = f"submission:{access.submission.id}", access.submission.person_id
        audit(unit, access.who, "submission.read", subject, person=person, why=access.ground)
    return await _submission(response, unit, access.submission, own)


@routes.put("/submissions/{submission_id}/grade")
async def grade(
    body: Grade, version: Expected, response: Response, access: SubmissionGrader, unit: InUnit
) -> SubmissionShown:
    """Give a mark, with feedback. Its author sees it when it is returned."""
    return await _submission(response, unit, await service.grade(unit, access, version, body), own=False)


@routes.post("/submissions/{submission_id}/return")
async def give_back(version: Expected, response: Response, access: SubmissionGrader, unit: InUnit) -> SubmissionShown:
    """Show the author their mark."""
    return await _submission(response, unit, await service.give_back(unit, access, version), own=False)


async def _submission(response: Response, unit: Unit, row: Submission, own: bool) -> SubmissionShown:
    show_etag(response, row.version)
    hidden = own and row.status != "returned"
    told = ("raw_score", "score", "picks", "graded_at")
    fields = {field: getattr(row, field) for field in SubmissionShown.model_fields if field not in (*told, "files")}
    fields |= {field: None if hidden else getattr(row, field) for field in told}
    fields |= {"feedback": "" if hidden else row.feedback}
    listed = [FileShown.model_validate(file) for file in (await files.of(unit, row.id))[row.id]]
    return SubmissionShown(files=listed, **fields)


@routes.get("/submissions/{submission_id}/reviews")
async def reviews_got(access: SubmissionReader, unit: InUnit) -> list[ReviewGot]:
    """The reviews a submission got; for its author once it is returned."""
    return await peers.got(unit, access)


@routes.post("/assignments/{assignment_id}/peer-reviews", status_code=201)
async def assign_peers(access: AssignmentGrader, unit: InUnit) -> PeersAssigned:
    """Tell who reviews whom: everybody as many, nobody their own. From here on submissions stay as they are."""
    return await peers.assign_peers(unit, access)


@routes.get("/assignments/{assignment_id}/peer-verdicts")
async def verdicts(access: SubmissionsReader, unit: InUnit) -> list[VerdictShown]:
    """What the reviews of each submission come to, reviewers weighing by how well they judge."""
    return [peers.show(submission, found) for submission, found in await peers.verdicts(unit, access)]


@routes.post("/assignments/{assignment_id}/peer-verdicts")
async def apply_verdicts(access: AssignmentGrader, unit: InUnit) -> PeersApplied:
    """Make marks of the reviews, where they agree and are enough."""
    return await peers.apply(unit, access)
