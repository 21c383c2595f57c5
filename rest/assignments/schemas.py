"""Shapes of assignments, submissions and reviews."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from rest.platform.text import Asked, Body, Line, Prose, ShortLine, Shown, Slug

Status = Literal["draft", "published"]
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime.fromisoformat("1970-01-01T00:00:00+00:00"), le=datetime.fromisoformat("2200-01-01T00:00+00:00")),
]
Points = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=9, decimal_places=4)]
Worth = Annotated[Decimal, Field(gt=0, le=10_000, max_digits=9, decimal_places=4)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Words = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^[^\x00]*$")]
Percent = Annotated[int, Field(ge=0, le=100)]


class Late(Asked):
    """``percent`` of the points is lost for each ``per`` begun, ``most`` percent at most; after ``cutoff_hours`` all
    of them (0: never). The first ``free_minutes`` cost nothing."""

    percent: Percent = 0
    per: Literal["day", "hour", "once"] = "day"
    most: Percent = 100
    free_minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    cutoff_hours: Annotated[int, Field(ge=0, le=100_000)] = 0


class Level(Asked):
    """A level of quality and what it is worth."""

    id: Name
    text: Words
    points: Points


class Criterion(Asked):
    """What is looked at, with its levels."""

    id: Name
    text: Words
    levels: Annotated[list[Level], Field(min_length=1, max_length=20)]


class RubricAsked(Asked):
    """Criteria that together make the mark; scaled to the assignment's points."""

    criteria: Annotated[list[Criterion], Field(min_length=1, max_length=50)]


class NewAssignment(Asked):
    """An assignment begins as a draft."""

    title: Line
    instructions: Prose = ""
    module_id: UUID | None = None
    points: Worth = Decimal(100)
    category: ShortLine = "assignments"
    opens_at: Instant | None = None
    due_at: Instant | None = None
    closes_at: Instant | None = None
    late: Late = Field(default_factory=Late)
    rubric: RubricAsked | None = None
    peer_reviews: Annotated[int, Field(ge=0, le=10)] = 0


class EditAssignment(Asked):
    """What is left out stays as it is."""

    title: Line | None = None
    instructions: Prose | None = None
    module_id: UUID | None = None
    points: Worth | None = None
    category: ShortLine | None = None
    opens_at: Instant | None = None
    due_at: Instant | None = None
    closes_at: Instant | None = None
    late: Late | None = None
    rubric: RubricAsked | None = None
    peer_reviews: Annotated[int, Field(ge=0, le=10)] | None = None
    status: Status | None = None


class AssignmentShown(Shown):
    id: UUID
    course_id: UUID
    module_id: UUID | None
    title: str
    instructions: str
    status: Status
    points: Decimal
    category: str
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    late: Late
    rubric: RubricAsked | None
    peer_reviews: int
    peers_assigned_at: datetime | None
    version: int


class Write(Asked):
    """The text of a submission, as Markdown."""

    body: Body


class TakeDocument(Asked):
    """A live document of a class one takes part in, as it is saved now, with its history."""

    class_id: UUID
    group_id: UUID | None = Field(None, description="The room of a group instead of the class' own")
    document: Slug


class LiveDocument(Shown):
    """A live document of a class, and when something was last saved in it."""

    document: str
    saved_at: datetime


class DocumentShown(Shown):
    class_id: UUID
    document: str
    entries: int
    taken_at: datetime


class FileShown(Shown):
    id: UUID
    name: str
    media_type: str
    size: int


class Pick(Asked):
    """The level picked for a criterion; ``points`` for one in between."""

    level: Name
    points: Points | None = None
    comment: Words = ""


class SubmissionShown(Shown):
    """What was handed in. Score, picks and feedback are shown to its author once it is returned."""

    id: UUID
    assignment_id: UUID
    person_id: UUID
    status: Literal["draft", "submitted", "returned"]
    body: str
    document: DocumentShown | None
    files: list[FileShown]
    submitted_at: datetime | None
    late_seconds: int
    raw_score: Decimal | None
    score: Decimal | None
    picks: dict[str, Pick] | None
    feedback: str
    graded_at: datetime | None
    version: int


class SubmissionHead(Shown):
    """One line of the list for staff."""

    id: UUID
    person_id: UUID
    name: str
    status: Literal["draft", "submitted", "returned"]
    submitted_at: datetime | None
    late_seconds: int
    score: Decimal | None
    graded_at: datetime | None
    version: int


class Judge(Asked):
    """A mark: picks of a rubric's levels where the assignment has a rubric, points otherwise."""

    picks: dict[Name, Pick] | None = Field(None, max_length=50)
    points: Points | None = None


class Grade(Judge):
    feedback: Prose = ""


class GiveReview(Judge):
    comment: Prose = ""


class ReviewTask(Shown):
    """Somebody's work to review; the author has no name but ``author``."""

    id: UUID
    author: str
    body: str
    files: list[FileShown] = Field(description="Named by their number only")
    has_document: bool
    done_at: datetime | None
    picks: dict[str, Pick] | None
    share: float | None
    comment: str


class ReviewGot(Shown):
    """A review one got; its giver has no name but ``reviewer``."""

    reviewer: str
    picks: dict[str, Pick] | None
    share: float
    comment: str


class VerdictShown(Shown):
    """What the reviews of a submission come to. ``spread``: how far apart they are."""

    submission_id: UUID
    person_id: UUID
    share: float | None
    reviews: int
    spread: float
    needs_person: bool


class PeersAssigned(Shown):
    reviewers: int
    reviews: int


class PeersApplied(Shown):
    """How many submissions were graded by their reviews, and how many a person has to look at."""

    graded: int
    left: int
