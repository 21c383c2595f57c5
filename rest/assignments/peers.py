"""Peer review: who reviews whom (balanced, nobody their own, anonymous both ways), and what the reviews come to.

Reviewers whose work of judging can be compared with a person's, on submissions that staff graded, weigh by how near
they came (`rest.assessment.peer_marks`).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import insert, select, update

from rest.assessment.errors import AssessmentError
from rest.assessment.peer_marks import Verdict, verdict, weight
from rest.assessment.peer_review import assign, pseudonyms
from rest.assessment.points import credited
from rest.assignments import service
from rest.assignments.access import AssignmentAccess, ReviewAccess, SubmissionAccess
from rest.assignments.schemas import GiveReview, PeersApplied, PeersAssigned, ReviewGot, VerdictShown
from rest.assignments.tables import Assignment, Review, Submission
from rest.db import Unit
from rest.platform.rows import find
from rest.problems import Conflict, Forbidden
from rest.trust.audit import audit


async def assign_peers(unit: Unit, access: AssignmentAccess) -> PeersAssigned:
    """Give everybody who handed in the same number of others' works. Once: from here on nothing is changed."""
    row = await find(unit, Assignment, access.assignment.id, "assignment", lock=True)
    if row.peer_reviews == 0:
        raise Conflict("no-peer-review", "This assignment has no peer review; say how many reviews each one gives.")
    if row.peers_assigned_at is not None:
        raise Conflict("assigned-already", "Reviewers were told already.")
    works = {str(one.person_id): one.id for one in await _handed_in(unit, row.id)}
    try:
        plan = assign(sorted(works), row.peer_reviews, str(row.id))
    except AssessmentError as error:
        raise Conflict("too-few", f"There are too few submissions for that: {error}.") from None
    base = {"tenant": unit.tenant, "assignment_id": row.id, "comment": ""}
    rows = [
        base | {"id": unit.ids.new(), "submission_id": works[author], "reviewer_id": UUID(reviewer)}
        for reviewer, authors in plan.items()
        for author in authors
    ]
    await unit.session.execute(insert(Review), rows)
    here = update(Assignment).where(Assignment.tenant == unit.tenant, Assignment.id == row.id)
    await unit.session.execute(here.values(peers_assigned_at=unit.now, version=Assignment.version + 1))
    audit(unit, access.who, "peers.assigned", f"assignment:{row.id}", why=access.ground, count=len(rows))
    return PeersAssigned(reviewers=len(plan), reviews=len(rows))


async def _handed_in(unit: Unit, assignment: UUID) -> Sequence[Submission]:
    here = (Submission.tenant == unit.tenant, Submission.assignment_id == assignment, Submission.status != "draft")
    return (await unit.session.scalars(select(Submission).where(*here).order_by(Submission.id))).all()


async def tasks(unit: Unit, access: AssignmentAccess) -> list[tuple[Review, Submission, str]]:
    """What the caller is to review, each with the name its author has for reviewers."""
    mine = (Review.assignment_id == access.assignment.id, Review.reviewer_id == access.who.person)
    whose = (Submission.tenant == Review.tenant) & (Submission.id == Review.submission_id)
    query = select(Review, Submission).join(Submission, whose).where(Review.tenant == unit.tenant, *mine)
    rows = (await unit.session.execute(query.order_by(Review.id))).all()
    names = await author_names(unit, access.assignment.id)
    return [(review, submission, names[submission.id]) for review, submission in rows]


async def author_names(unit: Unit, assignment: UUID) -> dict[UUID, str]:
    """By submission: what its author is called by reviewers."""
    works = await _handed_in(unit, assignment)
    names = pseudonyms([str(one.id) for one in works], str(assignment))
    return {one.id: names[str(one.id)] for one in works}


async def give(unit: Unit, access: ReviewAccess, asked: GiveReview) -> Review:
    """Keep a review; it can be changed until the work is returned."""
    if access.submission.status == "returned":
        raise Conflict("returned-already", "That work has its mark already.")
    points, words = service.judged(access.assignment, asked)
    comment = "\n\n".join(part for part in (asked.comment, words) if part)
    share = float(Fraction(points) / Fraction(access.assignment.points))
    values = {"share": share, "comment": comment, "done_at": unit.now}
    values |= {"picks": asked.model_dump(mode="json")["picks"]}
    here = update(Review).where(Review.tenant == unit.tenant, Review.id == access.review.id)
    subject = f"review:{access.review.id}"
    audit(unit, access.who, "review.given", subject, person=access.submission.person_id, why=access.ground)
    return (await unit.session.scalars(here.values(**values).returning(Review))).one()


async def got(unit: Unit, access: SubmissionAccess) -> list[ReviewGot]:
    """The reviews of a submission, without who gave them; for its author once it is returned."""
    if access.submission.person_id == access.who.person and access.submission.status != "returned":
        raise Forbidden("not-returned", "Reviews are shown with the mark.")
    here = (Review.tenant == unit.tenant, Review.submission_id == access.submission.id, Review.done_at.is_not(None))
    rows = sorted((await unit.session.scalars(select(Review).where(*here))).all(), key=lambda row: str(row.id)[::-1])
    return [
        ReviewGot(reviewer=f"Reviewer {n}", picks=row.picks, share=row.share or 0.0, comment=row.comment)  # type: ignore[arg-type]
        for n, row in enumerate(rows, 1)
    ]


async def verdicts(unit: Unit, access: AssignmentAccess) -> list[tuple[Submission, Verdict]]:
    """What the reviews of each submission come to."""
    works = await _handed_in(unit, access.assignment.id)
    here = (Review.tenant == unit.tenant, Review.assignment_id == access.assignment.id, Review.done_at.is_not(None))
    by_work: dict[str, dict[str, Fraction]] = {}
    by_reviewer: dict[str, dict[str, Fraction]] = {}
    for row in (await unit.session.scalars(select(Review).where(*here))).all():
        share = Fraction(row.share or 0.0).limit_denominator(10_000)
        by_work.setdefault(str(row.submission_id), {})[str(row.reviewer_id)] = share
        by_reviewer.setdefault(str(row.reviewer_id), {})[str(row.submission_id)] = share
    worth = Fraction(access.assignment.points)
    known = {str(one.id): Fraction(one.raw_score) / worth for one in works if one.raw_score is not None}
    weights = {reviewer: weight(given, known) for reviewer, given in by_reviewer.items()}
    return [(one, verdict(by_work.get(str(one.id), {}), weights)) for one in works]


def show(submission: Submission, found: Verdict) -> VerdictShown:
    """A verdict for staff."""
    return VerdictShown(
        submission_id=submission.id,
        person_id=submission.person_id,
        share=None if found.share is None else round(float(found.share), 4),
        reviews=found.reviews,
        spread=round(float(found.spread), 4),
        needs_person=found.needs_person,
    )


async def apply(unit: Unit, access: AssignmentAccess) -> PeersApplied:
    """Give every submission without a mark the one its reviews come to, unless a person should look."""
    await find(unit, Assignment, access.assignment.id, "assignment", lock=True)
    if access.assignment.peers_assigned_at is None:
        raise Conflict("not-assigned", "Reviewers were not told yet.")
    graded = left = 0
    for submission, found in await verdicts(unit, access):
        if submission.graded_at is not None:
            continue
        if found.share is None or found.needs_person:
            left += 1
            continue
        inside = SubmissionAccess(access.in_course, access.assignment, submission)
        raw: Decimal = credited(access.assignment.points, found.share)
        await service.keep_grade(unit, inside, submission.version, raw, feedback="", picks=None)
        graded += 1
    return PeersApplied(graded=graded, left=left)
