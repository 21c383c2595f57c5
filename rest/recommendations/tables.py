"""``skills``, ``skill_targets``, ``skill_answers``, ``learner_ratings``, ``skill_ratings``, ``item_ratings``,
``module_progress``, ``course_rankers``."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, TenantRow, Versioned
from rest.trust.records import Record, register


class Skill(Versioned, Base):
    """Something a course teaches."""

    __tablename__ = "skills"
    course_id: Mapped[UUID]
    name: Mapped[str]


class Target(Base):
    """A module, page or item that trains or asks for a skill."""

    __tablename__ = "skill_targets"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[UUID]
    skill_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[UUID] = mapped_column(primary_key=True)


class SkillAnswer(TenantRow, Base):
    """A graded answer; ``source`` names it once and for all, so that it is counted once."""

    __tablename__ = "skill_answers"
    course_id: Mapped[UUID]
    person_id: Mapped[UUID]
    item_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """The order they came in."""
    source: Mapped[str]
    skills: Mapped[list[str]]
    """Names of skills the item brought along."""
    correct: Mapped[float]
    answered_at: Mapped[datetime]


class LearnerRating(Base):
    """How strong somebody is in a course as a whole, in logits."""

    __tablename__ = "learner_ratings"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[float]
    answers: Mapped[int]


class SkillRating(Base):
    """How strong somebody is in a skill, beside their overall strength, in logits."""

    __tablename__ = "skill_ratings"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    skill_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[float]
    answers: Mapped[int]
    updated_at: Mapped[datetime]


class ItemRating(Base):
    """How hard an item is in a course, in logits."""

    __tablename__ = "item_ratings"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[float]
    answers: Mapped[int]


class Progress(Base):
    """When somebody began a module, and finished it."""

    __tablename__ = "module_progress"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[UUID]
    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class CourseRanker(Base):
    """What was fitted last night; `rest.recommendations.stored` has its format."""

    __tablename__ = "course_rankers"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    fitted_at: Mapped[datetime]
    people: Mapped[int]
    model: Mapped[bytes]


refuse("skills_name", "skill-taken", "This course has a skill of that name already.")
register(
    Record("skill_answers", "person_id", "delete"),
    Record("learner_ratings", "person_id", "delete"),
    Record("skill_ratings", "person_id", "delete"),
    Record("module_progress", "person_id", "delete"),
)
