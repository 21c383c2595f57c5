"""May they, with this assignment, this submission, this review? What one may not see is not there."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from rest.assignments.tables import Assignment, Review, Submission
from rest.courses.access import CourseAccess, WithinCourse, enter_course_of, sees_module
from rest.db import InUnit, Unit
from rest.identity.policy import Action
from rest.identity.principal import GUARDED, Caller, Principal
from rest.platform.rows import find, missing
from rest.problems import NotFound


@dataclass(frozen=True, slots=True)
class AssignmentAccess(WithinCourse):
    """A caller with an assignment."""

    assignment: Assignment


@dataclass(frozen=True, slots=True)
class SubmissionAccess(AssignmentAccess):
    """A caller with a submission."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class ReviewAccess(SubmissionAccess):
    """A caller with a review of a submission."""

    review: Review


async def enter_assignment(unit: Unit, who: Principal, id: UUID, action: Action) -> AssignmentAccess:
    """``who`` with an assignment, for ``action``; raise `NotFound` or `Forbidden`."""
    row = await find(unit, Assignment, id, "assignment")
    access = await enter_course_of(unit, who, row.course_id, action, "assignment")
    if not access.drafts and not await _is_visible(unit, access, row):
        raise missing("assignment")
    return AssignmentAccess(access, row)


async def _is_visible(unit: Unit, access: CourseAccess, row: Assignment) -> bool:
    begun = row.opens_at is None or row.opens_at <= unit.now
    return row.status == "published" and begun and await sees_module(unit, access, row.module_id)


async def enter_submission(unit: Unit, who: Principal, id: UUID, action: Action, own: bool) -> SubmissionAccess:
    """``who`` with a submission: staff who may do ``action``, and its author when ``own``."""
    row = await find(unit, Submission, id, "submission")
    author = own and row.person_id == who.person
    try:
        access = await enter_assignment(unit, who, row.assignment_id, Action.ATTEMPT if author else action)
    except NotFound:
        raise missing("submission") from None
    if not author and row.status == "draft":
        raise missing("submission")
    return SubmissionAccess(access.in_course, access.assignment, row)


def in_assignment(action: Action) -> Any:
    """Dependency for routes with ``{assignment_id}``: an `AssignmentAccess`."""

    async def decide(who: Caller, unit: InUnit, assignment_id: UUID) -> AssignmentAccess:
        return await enter_assignment(unit, who, assignment_id, action)

    setattr(decide, GUARDED, action)
    return Depends(decide)


def in_submission(action: Action, own: bool) -> Any:
    """Dependency for routes with ``{submission_id}``: a `SubmissionAccess`."""

    async def decide(who: Caller, unit: InUnit, submission_id: UUID) -> SubmissionAccess:
        return await enter_submission(unit, who, submission_id, action, own)

    setattr(decide, GUARDED, action)
    return Depends(decide)


def in_review() -> Any:
    """Dependency for routes with ``{review_id}``: a `ReviewAccess`, for the reviewer alone."""

    async def decide(who: Caller, unit: InUnit, review_id: UUID) -> ReviewAccess:
        review = await find(unit, Review, review_id, "review", Review.reviewer_id == who.person)
        try:
            access = await enter_assignment(unit, who, review.assignment_id, Action.ATTEMPT)
        except NotFound:
            raise missing("review") from None
        submission = await find(unit, Submission, review.submission_id, "submission")
        return ReviewAccess(access.in_course, access.assignment, submission, review)

    setattr(decide, GUARDED, Action.ATTEMPT)
    return Depends(decide)


AssignmentReader = Annotated[AssignmentAccess, in_assignment(Action.COURSE_READ)]
AssignmentEditor = Annotated[AssignmentAccess, in_assignment(Action.ITEMS_EDIT)]
Student = Annotated[AssignmentAccess, in_assignment(Action.ATTEMPT)]
AssignmentGrader = Annotated[AssignmentAccess, in_assignment(Action.GRADE)]
SubmissionsReader = Annotated[AssignmentAccess, in_assignment(Action.GRADES_READ)]
SubmissionReader = Annotated[SubmissionAccess, in_submission(Action.GRADES_READ, own=True)]
SubmissionGrader = Annotated[SubmissionAccess, in_submission(Action.GRADE, own=False)]
Reviewer = Annotated[ReviewAccess, in_review()]
