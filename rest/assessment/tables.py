"""``items``, ``item_versions``, ``quizzes``, ``accommodations``, ``attempts``, ``answers``, ``marks``,
``answer_events``, ``gradebooks`` (by course), ``gradebook_cells``."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Numeric
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from rest.platform.refused import refuse
from rest.platform.tables import Base, Kept, Key, OfTenant, TenantRow, Versioned
from rest.trust.records import Record, register

Json = JSONB(none_as_null=True)


class ItemRow(Kept, Base):
    """A question of a course's bank; ``content`` is the newest version's (`rest.assessment.items`, without its id)."""

    __tablename__ = "items"
    course_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    points: Mapped[Decimal] = mapped_column(Numeric())
    content: Mapped[dict[str, Any]] = mapped_column(Json)


class ItemVersion(OfTenant, Base):
    """A question as it once was: never changed, so that what was shown and graded can be shown again."""

    __tablename__ = "item_versions"
    item_id: Mapped[Key]
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]


class Quiz(Kept, Base):
    """What is asked of everybody in a course. ``parts`` is what the teacher chose, ``plan`` what it came to when it
    was published: questions with their versions."""

    __tablename__ = "quizzes"
    course_id: Mapped[UUID]
    module_id: Mapped[UUID | None]
    title: Mapped[str]
    instructions: Mapped[str]
    status: Mapped[str]
    parts: Mapped[list[Any]] = mapped_column(Json)
    plan: Mapped[list[Any] | None] = mapped_column(Json)
    shuffle_items: Mapped[bool]
    shuffle_choices: Mapped[bool]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    attempts: Mapped[int]
    keep: Mapped[str]
    late: Mapped[dict[str, Any]] = mapped_column(Json)
    release: Mapped[str]
    shows: Mapped[str]
    released_at: Mapped[datetime | None]
    category: Mapped[str]
    maximum: Mapped[Decimal] = mapped_column(Numeric())


class AccommodationRow(TenantRow, Base):
    """What one person gets beyond the others, in one quiz or (``quiz_id`` null) in the whole course."""

    __tablename__ = "accommodations"
    course_id: Mapped[UUID]
    quiz_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    extra_time: Mapped[int]
    later_minutes: Mapped[int]
    extra_attempts: Mapped[int]
    updated_at: Mapped[datetime]


class Attempt(TenantRow, Base):
    """One person at one quiz. ``paper`` says which versions were shown and in which order."""

    __tablename__ = "attempts"
    course_id: Mapped[UUID]
    quiz_id: Mapped[UUID]
    person_id: Mapped[UUID]
    number: Mapped[int]
    status: Mapped[str]
    paper: Mapped[list[Any]] = mapped_column(Json)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric())
    maximum: Mapped[Decimal | None] = mapped_column(Numeric())
    needs_manual: Mapped[bool]
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    graded_at: Mapped[datetime | None]


class Answer(OfTenant, Base):
    """The newest save of one question: ``response`` is its one JSON (`rest.assessment.responses`)."""

    __tablename__ = "answers"
    attempt_id: Mapped[Key]
    item_id: Mapped[Key]
    person_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    response: Mapped[str]
    saved_at: Mapped[datetime]


class Mark(OfTenant, Base):
    """Points a person gave for a question of an attempt; they stand over what was computed."""

    __tablename__ = "marks"
    attempt_id: Mapped[Key]
    item_id: Mapped[Key]
    score: Mapped[Decimal] = mapped_column(Numeric())
    comment: Mapped[str]
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[datetime]


class AnswerEvent(OfTenant, Base):
    """A graded answer, for whoever learns from answers (`rest.assessment.events`)."""

    __tablename__ = "answer_events"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    course_id: Mapped[UUID]
    quiz_id: Mapped[UUID]
    attempt_id: Mapped[UUID]
    item_id: Mapped[UUID]
    person_id: Mapped[UUID]
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    share: Mapped[float]
    at: Mapped[datetime]


class GradebookRow(Versioned, Base):
    """How the marks of a course add up; its id is the course's."""

    __tablename__ = "gradebooks"
    categories: Mapped[list[Any]] = mapped_column(Json)
    missing_counts: Mapped[bool]
    curve: Mapped[str | None]
    curve_mean: Mapped[Decimal | None] = mapped_column(Numeric())
    scale: Mapped[list[Any]] = mapped_column(Json)


class GradebookCell(OfTenant, Base):
    """What a person set for a student's mark in a column, over what was computed."""

    __tablename__ = "gradebook_cells"
    course_id: Mapped[Key]
    column_id: Mapped[Key]
    person_id: Mapped[Key]
    score: Mapped[Decimal | None] = mapped_column(Numeric())
    excused: Mapped[bool]
    comment: Mapped[str]
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime]


refuse("accommodations_once", "try-again", "Somebody changed that at the same moment; please try again.")

register(
    Record("item_versions", "made_by", "clear", exported=False),
    Record("accommodations", "person_id", "delete"),
    Record("answers", "person_id", "delete"),
    Record("answer_events", "person_id", "delete"),
    Record("attempts", "person_id", "delete", without=("paper",)),
    Record("marks", "marked_by", "clear", exported=False),
    Record("gradebook_cells", "person_id", "delete"),
    Record("gradebook_cells", "set_by", "clear", exported=False),
)
