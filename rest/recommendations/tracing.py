"""Mastery, updated on each answer: an Elo rating of the student, of each skill of theirs, and of each item.

The chance of a right answer is ``sigmoid(student + mean of skills - item)``. After the answer each side moves by its
step times the surprise; steps shrink with experience, so early answers place a student quickly and later ones settle.
(Pelánek, "Applications of the Elo rating system in adaptive educational systems", 2016.) About 2 us an answer.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rating:
    """A strength in logits, and how many answers it rests on."""

    value: float = 0.0
    answers: int = 0

    def moved(self, by: float) -> "Rating":
        return Rating(self.value + by, self.answers + 1)


@dataclass(frozen=True, slots=True)
class Steps:
    """How far a surprise moves a rating: ``step / (1 + fade * answers)``."""

    step: float
    fade: float

    def size(self, answers: int) -> float:
        return self.step / (1.0 + self.fade * answers)


STUDENT = Steps(0.35, 0.03)
SKILL = Steps(0.45, 0.08)
ITEM = Steps(0.8, 0.1)


@dataclass(frozen=True, slots=True)
class Student:
    """What is kept of a student: an overall rating and one for each skill met so far."""

    overall: Rating = Rating()
    skills: Mapping[str, Rating] = field(default_factory=dict[str, Rating])

    def strength(self, skills: tuple[str, ...]) -> float:
        """Overall plus the mean over ``skills``; a skill never met counts as 0."""
        known = sum(self.skills[s].value for s in skills if s in self.skills)
        return self.overall.value + known / max(1, len(skills))


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one answer: what was expected of it, and the ratings from now on."""

    expected: float
    student: Student
    item: Rating


def expected(student: Student, skills: tuple[str, ...], item: Rating) -> float:
    """Chance, from 0 to 1, that ``student`` answers ``item`` right."""
    return 1.0 / (1.0 + math.exp(item.value - student.strength(skills)))


def answered(student: Student, skills: tuple[str, ...], item: Rating, correct: float) -> Step:
    """Ratings after an answer worth ``correct`` (0 to 1; partial credit counts in part)."""
    chance = expected(student, skills, item)
    surprise = correct - chance
    moved = {s: _moved(student.skills.get(s, Rating()), SKILL, surprise) for s in skills}
    after = Student(_moved(student.overall, STUDENT, surprise), {**student.skills, **moved})
    return Step(chance, after, _moved(item, ITEM, -surprise))


def _moved(rating: Rating, steps: Steps, surprise: float) -> Rating:
    return rating.moved(steps.size(rating.answers) * surprise)


@dataclass(frozen=True, slots=True)
class Mastery:
    """How well a skill is mastered: chance on a typical item of it, and how many answers say so."""

    chance: float
    answers: int

    def reached(self, chance: float = 0.85, answers: int = 3) -> bool:
        """Whether the skill counts as mastered: likely enough, on enough evidence."""
        return self.chance >= chance and self.answers >= answers


def mastery(student: Student, skill: str, typical: float = 0.0) -> Mastery:
    """Mastery of ``skill``; ``typical`` is the rating of its typical item in logits."""
    chance = expected(student, (skill,), Rating(typical))
    return Mastery(chance, student.skills.get(skill, Rating()).answers)
