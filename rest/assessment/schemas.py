"""Shapes of questions, quizzes and accommodations."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from rest.assessment.wire import ItemContent
from rest.platform.text import Asked, Line, Prose, ShortLine, Shown

Kind = Literal["single", "multiple", "true-false", "numeric", "short-text", "ordering", "matching", "essay", "code"]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f,]+$")]
Tags = Annotated[list[Tag], Field(max_length=30)]
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime.fromisoformat("1970-01-01T00:00:00+00:00"), le=datetime.fromisoformat("2200-01-01T00:00+00:00")),
]
Points = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=9, decimal_places=4)]
QuizStatus = Literal["draft", "published"]
Keep = Literal["best", "last", "first", "average"]
Release = Literal["submitted", "closed", "released"]
Shows = Literal["score", "feedback", "key"]


class NewItem(Asked):
    content: ItemContent
    tags: Tags = Field([])


class EditItem(Asked):
    """What is left out stays as it is. New content is a new version; quizzes that are published keep the one they
    have until they are graded again."""

    content: ItemContent | None = None
    tags: Tags | None = None


class ItemHead(Shown):
    id: UUID
    kind: Kind
    title: str
    tags: list[str]
    skills: list[str]
    points: float
    version: int
    updated_at: datetime


class ItemShown(ItemHead):
    content: ItemContent


class ItemVersionShown(Shown):
    number: int
    content: ItemContent
    made_at: datetime


class ChosenItems(Asked):
    """Questions by id; ``draw`` of them for each attempt, or all when 0. ``points`` is what each is worth here."""

    items: list[UUID] = Field(min_length=1, max_length=500)
    draw: int = Field(0, ge=0, le=500)
    points: Points | None = None


class Pool(Asked):
    """Questions that carry all of ``tags`` when the quiz is published; ``draw`` of them, or all when 0."""

    tags: list[Tag] = Field(min_length=1, max_length=10)
    draw: int = Field(0, ge=0, le=500)
    points: Points | None = None


class LateShown(Asked):
    """``percent`` of the points is lost for each ``per`` begun after ``due_at``, ``most`` at most; nothing is left
    after ``cutoff_hours`` (0: never). The first ``free_minutes`` cost nothing."""

    percent: Annotated[int, Field(ge=0, le=100)] = 0
    per: Literal["day", "hour", "once"] = "day"
    most: Annotated[int, Field(ge=0, le=100)] = 100
    free_minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    cutoff_hours: Annotated[int, Field(ge=0, le=100_000)] = 0


class QuizSettings(Asked):
    """``minutes``: time for one attempt. ``attempts``: 0 for any number. ``release``: when results are shown; with
    ``submitted`` they are there as soon as an attempt is handed in. ``shows``: what is shown then."""

    module_id: UUID | None = None
    instructions: Prose = ""
    parts: list[ChosenItems | Pool] = Field([], max_length=100)
    shuffle_items: bool = False
    shuffle_choices: bool = False
    opens_at: Instant | None = None
    due_at: Instant | None = None
    closes_at: Instant | None = None
    minutes: int | None = Field(None, ge=1, le=100_000)
    attempts: int = Field(1, ge=0, le=1000)
    keep: Keep = "best"
    late: LateShown = Field(default_factory=LateShown)
    release: Release = "submitted"
    shows: Shows = "feedback"
    category: ShortLine = "quizzes"


class NewQuiz(QuizSettings):
    """A quiz begins as a draft."""

    title: Line


class EditQuiz(Asked):
    """What is left out stays as it is. Questions of a published quiz do not change once somebody has begun."""

    title: Line | None = None
    status: QuizStatus | None = None
    module_id: UUID | None = None
    instructions: Prose | None = None
    parts: list[ChosenItems | Pool] | None = Field(None, max_length=100)
    shuffle_items: bool | None = None
    shuffle_choices: bool | None = None
    opens_at: Instant | None = None
    due_at: Instant | None = None
    closes_at: Instant | None = None
    minutes: int | None = Field(None, ge=1, le=100_000)
    attempts: int | None = Field(None, ge=0, le=1000)
    keep: Keep | None = None
    late: LateShown | None = None
    release: Release | None = None
    shows: Shows | None = None
    category: ShortLine | None = None


class QuizHead(Shown):
    """What everybody in the course sees of a quiz. Its times are those of the caller, accommodations included."""

    id: UUID
    course_id: UUID
    module_id: UUID | None
    title: str
    instructions: str
    status: QuizStatus
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    minutes: float | None = Field(description="Time for one attempt")
    attempts: int = Field(description="Attempts allowed; 0: any number")
    maximum: float
    release: Release
    released_at: datetime | None
    version: int


class QuizShown(QuizHead):
    """What staff see of a quiz."""

    parts: list[ChosenItems | Pool]
    questions: int | None = Field(description="How many each attempt has; null before the quiz is published")
    shuffle_items: bool
    shuffle_choices: bool
    keep: Keep
    late: LateShown
    shows: Shows
    category: str


class SetAccommodation(Asked):
    """``extra_time`` in percent of the quiz's minutes; ``later_minutes`` moves due and closing times."""

    quiz_id: UUID | None = Field(None, description="Null: for every quiz of the course that has none of its own")
    extra_time: int = Field(0, ge=0, le=400)
    later_minutes: int = Field(0, ge=0, le=1_000_000)
    extra_attempts: int = Field(0, ge=0, le=100)


class AccommodationShown(Shown):
    id: UUID
    person_id: UUID
    quiz_id: UUID | None
    extra_time: int
    later_minutes: int
    extra_attempts: int
