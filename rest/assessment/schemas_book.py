"""Shapes of the gradebook."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rest.assessment.schemas import Points
from rest.platform.text import Asked, Prose, ShortLine, Shown

CurveName = Literal["best-is-full", "scale-to-best", "root", "raise-mean"]
Weight = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class CategorySet(Asked):
    """A kind of work: its weight against the others; how many of the lowest are dropped; whether its columns weigh the
    same, whatever their points."""

    name: ShortLine
    weight: Weight = 1
    drop_lowest: int = Field(0, ge=0, le=100)
    equal: bool = False


class GradeStep(Asked):
    """A grade, and the least percent it needs."""

    least: Percent
    grade: ShortLine


class SetGradebook(Asked):
    """``missing_counts``: work that is over and missing counts as 0. A category that is not named weighs 1. ``scale``
    falls from the highest grade to one that needs 0 percent."""

    categories: Annotated[list[CategorySet], Field(max_length=50, default_factory=list)]
    missing_counts: bool = True
    curve: CurveName | None = None
    curve_mean: Annotated[Percent | None, Field(description="Of `raise-mean`")] = None
    scale: Annotated[list[GradeStep], Field(max_length=50, default_factory=list)]


class GradebookSettings(SetGradebook):
    version: int


class ColumnShown(Shown):
    id: UUID
    title: str
    category: str
    maximum: float
    over: bool


class CellShown(Shown):
    column_id: UUID
    score: float | None
    excused: bool = False
    overridden: bool = False
    dropped: bool = False
    comment: str = ""


class StandingShown(Shown):
    """Percent of the course before and after the curve, and of each category; null: nothing to count yet."""

    cells: list[CellShown]
    categories: dict[str, float | None]
    percent: float | None
    curved: float | None
    grade: str | None


class RowShown(StandingShown):
    person_id: UUID
    name: str


class GradebookShown(Shown):
    columns: list[ColumnShown]
    rows: list[RowShown]


class CourseGrades(StandingShown):
    """One's standing in a course, by what is out."""

    course_id: UUID
    title: str
    columns: list[ColumnShown]


class SetCell(Asked):
    """A mark that stands over what was computed; ``excused``: it does not count at all."""

    score: Points | None = None
    excused: bool = False
    comment: Prose = ""
