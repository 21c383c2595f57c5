"""Shapes of imports and of item analysis."""

from uuid import UUID

from rest.assessment.analysis import Flag
from rest.platform.text import Shown


class Refusal(Shown):
    """A file of a package that cannot be used, and why."""

    file: str
    reason: str


class ImportShown(Shown):
    """The questions that were made, in the order of the package."""

    made: list[UUID]
    refused: list[Refusal]


class DistractorShown(Shown):
    """How often a choice was picked: by all, by the best and by the worst 27 percent."""

    choice: str
    text: str
    right: bool
    picked: int
    upper: int
    lower: int


class QuestionShown(Shown):
    """How a question did; null where there are too few answers or no spread. ``difficulty``: mean share earned."""

    item_id: UUID
    title: str
    answers: int
    difficulty: float
    discrimination: float | None
    upper_lower: float | None
    flags: list[Flag]
    choices: list[DistractorShown]


class AnalysisShown(Shown):
    """How a quiz did. ``alpha`` is Cronbach's, over those who got every question."""

    students: int
    mean: float
    deviation: float
    alpha: float | None
    questions: list[QuestionShown]
