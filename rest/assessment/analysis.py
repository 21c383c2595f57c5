"""How the questions of an assessment did: classical test theory.

difficulty       mean share earned: 1 everyone was right, 0 nobody
discrimination   correlation of the question with the rest of the paper (point-biserial when marks are 0 and 1);
                 corrected, so that a question is not compared with itself
upper - lower    difference of the mean share between the best and the worst 27 percent
alpha            Cronbach's: how far the questions measure one thing; KR-20 when marks are 0 and 1
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pvariance
from typing import Literal

Flag = Literal["too-easy", "too-hard", "does-not-discriminate", "check-the-key", "few-answers"]

FEW = 10
GROUP = 0.27

Marks = Mapping[str, Mapping[str, float]]
"""Share earned, from 0 to 1, by student and question; a question a student did not get is left out."""


@dataclass(frozen=True, slots=True)
class Question:
    """The figures of one question; None where there are too few answers or no spread."""

    item: str
    answers: int
    difficulty: float
    discrimination: float | None
    upper_lower: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The figures of a whole assessment; ``alpha`` over the students who got every question."""

    students: int
    mean: float
    deviation: float
    alpha: float | None
    questions: tuple[Question, ...]


def analyse(marks: Marks) -> Assessment:
    """Figures of ``marks``; questions come in the order of their ids."""
    items = sorted({item for row in marks.values() for item in row})
    means = [fmean(row.values()) for row in marks.values() if row]
    return Assessment(
        len(means),
        fmean(means) if means else 0.0,
        sqrt(pvariance(means)) if means else 0.0,
        alpha([[row[i] for i in items] for row in marks.values() if len(row) == len(items)]),
        tuple(_question(item, marks) for item in items),
    )


def _question(item: str, marks: Marks) -> Question:
    rows = [row for row in marks.values() if item in row]
    own = [row[item] for row in rows]
    rest = [fmean(others) if (others := [v for k, v in row.items() if k != item]) else None for row in rows]
    pairs = [(o, r) for o, r in zip(own, rest, strict=True) if r is not None]
    discrimination = correlation([o for o, _ in pairs], [r for _, r in pairs])
    difficulty = fmean(own)
    return Question(
        item, len(own), difficulty, discrimination, _upper_lower(pairs), _flags(len(own), difficulty, discrimination)
    )


def _flags(answers: int, difficulty: float, discrimination: float | None) -> tuple[Flag, ...]:
    """What a teacher should look at; nothing is said on the word of a few."""
    if answers < FEW:
        return ("few-answers",)
    found: list[Flag] = []
    if difficulty > 0.95:
        found.append("too-easy")
    if difficulty < 0.2:
        found.append("too-hard")
    if discrimination is not None and discrimination < -0.05:
        found.append("check-the-key")
    elif discrimination is not None and discrimination < 0.15 and difficulty <= 0.95:
        found.append("does-not-discriminate")
    return tuple(found)


def _upper_lower(pairs: Sequence[tuple[float, float]]) -> float | None:
    size = round(len(pairs) * GROUP)
    if not size:
        return None
    ranked = [own for own, _ in sorted(pairs, key=lambda p: p[1])]
    return fmean(ranked[-size:]) - fmean(ranked[:size])


def correlation(one: Sequence[float], two: Sequence[float]) -> float | None:
    """Pearson's r, or None without spread on either side."""
    if len(one) < 3:
        return None
    mean_one, mean_two = fmean(one), fmean(two)
    across = sum((a - mean_one) * (b - mean_two) for a, b in zip(one, two, strict=True))
    spread = sqrt(sum((a - mean_one) ** 2 for a in one) * sum((b - mean_two) ** 2 for b in two))
    return across / spread if spread > 1e-12 else None


def alpha(rows: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's alpha of students by questions, or None when it is not defined."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    items = len(rows[0])
    whole = pvariance([sum(row) for row in rows])
    if whole <= 1e-12:
        return None
    return items / (items - 1) * (1 - sum(pvariance(column) for column in zip(*rows, strict=True)) / whole)


@dataclass(frozen=True, slots=True)
class Distractor:
    """How often a choice was picked, by all, by the best and by the worst 27 percent."""

    choice: str
    picked: int
    upper: int
    lower: int


def distractors(picks: Sequence[tuple[float, Sequence[str]]], choices: Sequence[str]) -> list[Distractor]:
    """Picks of each of ``choices`` from (share of the whole paper, choices picked) per student.

    A wrong choice nobody picks does no work; one the best pick more than the worst may be right after all.
    """
    size = round(len(picks) * GROUP)
    ranked = [chosen for _, chosen in sorted(picks, key=lambda p: p[0])]
    everyone, lower, upper = (_count(g) for g in (ranked, ranked[:size], ranked[len(ranked) - size :]))
    return [Distractor(c, everyone[c], upper[c], lower[c]) for c in choices]


def _count(group: Sequence[Sequence[str]]) -> Counter[str]:
    return Counter(choice for chosen in group for choice in set(chosen))
