"""The stronger tracing model, fitted on many students: boosted trees and history factors, averaged 1 to 2 in logits.

Both stand on the same `features`. Difficulty is measured on the very answers that are fitted, so for training it is
measured without the student's own fold; otherwise an item's easiness would tell the answer it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rest.recommendations import difficulty
from rest.recommendations.answers import Answer, History, histories, student_fold
from rest.recommendations.arrays import Floats, sigmoid
from rest.recommendations.boosting import Boosted, Growth, fit_boosted
from rest.recommendations.difficulty import Difficulty
from rest.recommendations.encoding import Encoding, fit_encoding
from rest.recommendations.errors import BadData
from rest.recommendations.factors import Factors, Training, fit_factors
from rest.recommendations.features import ELO, describe_history
from rest.recommendations.logistic import fit_logistic

FOLDS = 5
RIDGE = 3.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Logits of each model for the same answers; ``mean`` is the one to use."""

    elo: Floats
    linear: Floats
    boosted: Floats
    factors: Floats

    @property
    def mean(self) -> Floats:
        return self.boosted / 3.0 + self.factors * (2.0 / 3.0)


@dataclass(frozen=True, slots=True)
class TracingModel:
    """Fitted on the answers of past students; predicts any student's from that student's earlier ones alone."""

    difficulty: Difficulty
    encoding: Encoding
    linear: Floats
    boosted: Boosted
    factors: tuple[Factors, ...]

    def parts(self, past: Sequence[History]) -> Parts:
        """Logits for each answer of each history, in order; ``correct`` of an answer is used only after it."""
        rows = np.array([row for h in past for row in describe_history(h, self.difficulty)])
        columns = self.encoding.columns([a for h in past for a in h], rows)
        bags = [f.logits(columns, past) for f in self.factors]
        return Parts(rows[:, ELO], columns @ self.linear, self.boosted.logits(rows), np.mean(bags, axis=0))

    def chances(self, past: History, candidates: Sequence[Answer]) -> Floats:
        """Chance that each candidate would be answered right now, after ``past``; their ``correct`` is not read."""
        if not candidates:
            return np.zeros(0)
        ends = np.cumsum([len(past) + 1] * len(candidates)) - 1
        return sigmoid(self.parts([[*past, c] for c in candidates]).mean[ends])


def fit_tracing(
    answers: Sequence[Answer],
    seed: int = 0,
    bags: int = 3,
    growth: Growth | None = None,
    training: Training | None = None,
) -> TracingModel:
    """A model of ``answers``, which stand by student and in order. The same answers and seed give the same model."""
    if len({a.correct >= 0.5 for a in answers}) < 2:
        raise BadData("tracing needs right and wrong answers to learn from")
    past = list(histories(answers))
    truth = np.array([a.correct for a in answers])
    rows = _features_across_folds(answers, past)
    encoding = fit_encoding(answers, rows)
    columns = encoding.columns(answers, rows)
    linear = fit_logistic(columns, truth, RIDGE)
    boosted = fit_boosted(rows, truth, growth or Growth(), seed)
    plan = training or Training()
    factors = tuple(fit_factors(columns, past, truth, linear, plan, seed + bag) for bag in range(bags))
    return TracingModel(difficulty.measure(answers), encoding, linear, boosted, factors)


def _features_across_folds(answers: Sequence[Answer], past: Sequence[History]) -> Floats:
    """The features of each answer, with difficulty measured on the other folds' students."""
    fold_of = {a.student: student_fold(a.student, FOLDS) for a in answers}
    measured = [difficulty.measure(a for a in answers if fold_of[a.student] != fold) for fold in range(FOLDS)]
    return np.array([row for h in past for row in describe_history(h, measured[fold_of[h[0].student]])])
