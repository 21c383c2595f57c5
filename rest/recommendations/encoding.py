"""Answers as sparse columns for the linear models: the numbers of `features`, which item, which skills, and practice.

An item has a column of its own; so has a skill, with two slopes for how often it went right and wrong before (the
counts of performance factor analysis). A last column of ones carries the intercept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rest.recommendations.answers import Answer
from rest.recommendations.arrays import Floats, Sparse, beside, sparse_rows
from rest.recommendations.features import SKILL_RIGHT, SKILL_WRONG


@dataclass(frozen=True, slots=True)
class Encoding:
    """Where each item and skill has its columns, and how the numbers are scaled."""

    items: dict[str, int]
    skills: dict[str, int]
    mean: Floats
    scale: Floats

    def columns(self, answers: Sequence[Answer], features: Floats) -> Sparse:
        """One row per answer; items and skills not seen in training have no column."""
        cells = [self._cells(a, row) for a, row in zip(answers, features, strict=True)]
        width = len(self.items) + 3 * len(self.skills)
        named = sparse_rows([c for c, _ in cells], [v for _, v in cells], width)
        return beside(named, (features - self.mean) / self.scale, np.ones((len(answers), 1)))

    def _cells(self, answer: Answer, row: Floats) -> tuple[list[int], list[float]]:
        columns, values = ([self.items[answer.item]], [1.0]) if answer.item in self.items else ([], [])
        for skill in answer.skills:
            if skill in self.skills:
                first = len(self.items) + 3 * self.skills[skill]
                columns += [first, first + 1, first + 2]
                values += [1.0, float(row[SKILL_RIGHT]), float(row[SKILL_WRONG])]
        return columns, values


def fit_encoding(answers: Sequence[Answer], features: Floats) -> Encoding:
    """Columns for everything in ``answers``."""
    items = sorted({a.item for a in answers})
    skills = sorted({s for a in answers for s in a.skills})
    scale = features.std(axis=0)
    return Encoding(_numbered(items), _numbered(skills), features.mean(axis=0), np.where(scale > 0, scale, 1.0))


def _numbered(names: list[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}
