"""Shapes of attempts, answers, results and marks."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from rest.assessment.autosave import MOST
from rest.assessment.schemas import Kind, Points, Shows
from rest.assessment.wire import ResponseContent
from rest.platform.text import Asked, Prose, Shown

AttemptStatus = Literal["running", "submitted", "graded"]


class ChoiceShown(Shown):
    id: str
    text: str


class QuestionShown(Shown):
    """A question as it is asked. Which fields there are depends on its kind."""

    item: UUID
    kind: Kind
    prompt: str
    points: float
    choices: list[ChoiceShown] | None = Field(None, description="To pick, to order, or to match the sources with")
    sources: list[ChoiceShown] | None = None
    with_unit: bool | None = Field(None, description="Whether the number needs its unit")
    least_words: int | None = None
    most_words: int | None = None
    language: str | None = None
    starter: str | None = None
    tests: list[str] | None = None


class SavedAnswer(Shown):
    item: UUID
    seq: int
    response: ResponseContent | None


class AttemptHead(Shown):
    id: UUID
    quiz_id: UUID
    number: int
    status: AttemptStatus
    started_at: datetime
    ends_at: datetime | None
    submitted_at: datetime | None


class AttemptShown(AttemptHead):
    """An attempt to go on with: the questions and what is durably saved. ``now`` is the server's clock."""

    questions: list[QuestionShown]
    answers: list[SavedAnswer]
    now: datetime


class Save(Asked):
    """An answer as the client's change number ``seq``, counted up for each question; null clears it."""

    item: UUID
    seq: int = Field(ge=0, le=MOST)
    response: ResponseContent | None


class SaveAnswers(Asked):
    answers: list[Save] = Field(min_length=1, max_length=200)


class Submit(Asked):
    """Answers that are not saved yet, if there is still time for them."""

    answers: list[Save] = Field([], max_length=200)


class SavedSeq(Shown):
    item: UUID
    seq: int


class Saved(Shown):
    """What is durably saved of the questions that were sent: the client may forget up to ``seq``. When ``seq`` is
    higher than what was sent, another tab was there first."""

    saved: list[SavedSeq]
    ends_at: datetime | None
    now: datetime


class RemarkShown(Shown):
    """Something to tell the student; ``author`` carries the teacher's words in ``about``, others numbers or names."""

    code: str
    about: list[str]


class ItemResult(Shown):
    item: UUID
    score: float | None
    maximum: float | None
    needs_manual: bool
    feedback: list[RemarkShown]
    question: QuestionShown
    response: ResponseContent | None
    key: ResponseContent | None = None
    mark: float | None = Field(None, description="What a person gave; it stands over what was computed")
    comment: str = ""


class ResultShown(AttemptHead):
    """A result as far as it may be seen: without ``score`` it is not out yet, or not graded yet."""

    person_id: UUID
    shows: Shows | None = Field(description="What is shown of it; null: nothing yet")
    score: float | None
    maximum: float | None
    needs_manual: bool
    items: list[ItemResult]


class OwnAttempt(AttemptHead):
    """An attempt of one's own; with its score when that is out."""

    score: float | None
    maximum: float | None


class AttemptListed(AttemptHead):
    """An attempt as staff see it in a list."""

    person_id: UUID
    name: str
    score: float | None
    maximum: float | None
    needs_manual: bool
    ended_by: Literal["student", "time", "staff"] | None


class SetMark(Asked):
    score: Points
    comment: Prose = ""


class RegradeStarted(Shown):
    """How many attempts are being graded again."""

    attempts: int


class NewerVersion(Shown):
    """A question of a quiz of which there is a newer version than the one its attempts are graded with."""

    item_id: UUID
    title: str
    used: int
    newest: int


class RegradePreview(Shown):
    """What grading again would do: which questions have newer versions, and of how many attempts (those looked at)
    score or maximum change, and which way the score goes."""

    questions: list[NewerVersion]
    attempts: int
    changed: int
    higher: int
    lower: int
