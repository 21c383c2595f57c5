"""``assignments``, ``submissions``, ``submission_files``, ``peer_reviews``."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Kept, TenantRow, Versioned
from rest.trust.records import Record, register

Json = JSONB(none_as_null=True)


class Assignment(Kept, Base):
    """Something to hand in. ``peer_reviews``: how many each student gives; 0: none."""

    __tablename__ = "assignments"
    course_id: Mapped[UUID]
    module_id: Mapped[UUID | None]
    title: Mapped[str]
    instructions: Mapped[str]
    status: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Numeric())
    category: Mapped[str]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    late: Mapped[dict[str, Any]] = mapped_column(Json)
    rubric: Mapped[dict[str, Any] | None] = mapped_column(Json)
    peer_reviews: Mapped[int]
    peers_assigned_at: Mapped[datetime | None]


class Submission(Versioned, Base):
    """What somebody hands in. ``document`` says which document of which room, and where its history is kept."""

    __tablename__ = "submissions"
    course_id: Mapped[UUID]
    assignment_id: Mapped[UUID]
    person_id: Mapped[UUID]
    status: Mapped[str]
    body: Mapped[str]
    document: Mapped[dict[str, Any] | None] = mapped_column(Json)
    submitted_at: Mapped[datetime | None]
    late_seconds: Mapped[int]
    raw_score: Mapped[Decimal | None] = mapped_column(Numeric())
    """As graded."""
    score: Mapped[Decimal | None] = mapped_column(Numeric())
    """After what lateness costs."""
    picks: Mapped[dict[str, Any] | None] = mapped_column(Json)
    feedback: Mapped[str]
    graded_by: Mapped[UUID | None]
    graded_at: Mapped[datetime | None]


class SubmissionFile(TenantRow, Base):
    """A file of a submission; its bytes are in the object store under the tenant and their digest."""

    __tablename__ = "submission_files"
    submission_id: Mapped[UUID]
    person_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    created_at: Mapped[datetime]


class Review(TenantRow, Base):
    """A student's review of another's work; ``share`` of the points from 0 to 1."""

    __tablename__ = "peer_reviews"
    assignment_id: Mapped[UUID]
    submission_id: Mapped[UUID]
    reviewer_id: Mapped[UUID]
    picks: Mapped[dict[str, Any] | None] = mapped_column(Json)
    share: Mapped[float | None]
    comment: Mapped[str]
    done_at: Mapped[datetime | None]


refuse("submissions_once", "try-again", "That was begun at the same moment elsewhere; please try again.")
refuse("assignments_order", "dates-backwards", "An assignment opens before it is due, and is due before it closes.")
register(
    Record("submissions", "person_id", "delete"),
    Record("submissions", "graded_by", "clear", exported=False),
    Record("submission_files", "person_id", "delete", without=("sha256",)),
    Record("peer_reviews", "reviewer_id", "delete", without=("submission_id",)),
)
