"""Graded answers reach the ratings: in the unit that grades them, so that the next request sees them."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from rest.assessment.events import Answered
from rest.db import Unit
from rest.recommendations.online import Graded, learn


async def learn_from(unit: Unit, answers: Sequence[Answered]) -> None:
    """Count graded answers; one that was graded again keeps its source, and counts anew when ratings are rebuilt."""
    ordered = sorted(answers, key=_whose)
    for (course, person), those in groupby(ordered, key=_whose):
        await learn(unit, course, person, [_graded(one) for one in those])


def _whose(one: Answered) -> tuple[UUID, UUID]:
    return one.course, one.person


def _graded(one: Answered) -> Graded:
    return Graded(f"attempt:{one.attempt}/{one.item}", one.item, one.share, one.skills)
