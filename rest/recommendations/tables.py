"""``skills``, ``skill_targets``, ``skill_answers``, ``learner_ratings``, ``skill_ratings``, ``item_ratings``,
``module_progress``, ``course_rankers``."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from rest.platform.refused import refuse
from rest.platform.tables import Base, Key, OfTenant, TenantRow, Versioned
from rest.trust.records import Record, register


class Skill(Versioned, Base):
    """Something a course teaches."""

    __tablename__ = "skills"
    course_id: Mapped[UUID]
    name: Mapped[str]


class Target(OfTenant, Base):
    """A module, page or item that trains or asks for a skill."""

    __tablename__ = "skill_targets"
    course_id: Mapped[UUID]
    skill_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[Key]


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


class Rating(OfTenant):
    """How strong somebody or something is in a course, in logits, after so many answers."""

    value: Mapped[float]
    answers: Mapped[int]


class LearnerRating(Rating, Base):
    """How strong somebody is in a course as a whole."""

    __tablename__ = "learner_ratings"
    course_id: Mapped[Key]
    person_id: Mapped[Key]


class SkillRating(Rating, Base):
    """How strong somebody is in a skill, beside their overall strength."""

    __tablename__ = "skill_ratings"
    course_id: Mapped[UUID]
    person_id: Mapped[Key]
    skill_id: Mapped[Key]
    updated_at: Mapped[datetime]


class ItemRating(Rating, Base):
    """How hard an item is in a course."""

    __tablename__ = "item_ratings"
    course_id: Mapped[Key]
    item_id: Mapped[Key]


class Progress(OfTenant, Base):
    """When somebody began a module, and finished it."""

    __tablename__ = "module_progress"
    course_id: Mapped[UUID]
    module_id: Mapped[Key]
    person_id: Mapped[Key]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class CourseRanker(OfTenant, Base):
    """What was fitted last night; `rest.recommendations.stored` has its format."""

    __tablename__ = "course_rankers"
    course_id: Mapped[Key]
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
