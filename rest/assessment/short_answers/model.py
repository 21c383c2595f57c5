"""From the numbers of an answer to the chance that it is right: a logistic model, fitted by Newton's method."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rest.assessment.errors import BadSettings

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the numbers, and the intercept."""

    weights: tuple[float, ...]
    intercept: float

    def chance(self, numbers: Sequence[float]) -> float:
        """The chance, from 0 to 1, that an answer with these numbers is right."""
        logit = self.intercept + math.fsum(w * x for w, x in zip(self.weights, numbers, strict=True))
        return 0.5 * (1.0 + math.tanh(0.5 * logit))


def fit(rows: Sequence[Sequence[float]], right: Sequence[bool], ridge: float = 10.0, rounds: int = 25) -> Model:
    """A model of ``rows``; the ridge holds weights of numbers scaled to spread 1, the intercept is free."""
    truth = np.array(right, dtype=np.float64)
    if not 0 < truth.sum() < len(truth):
        raise BadSettings("learning to grade needs answers that are right and answers that are wrong")
    raw = np.array(rows, dtype=np.float64)
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    weights = _newton(np.column_stack([(raw - mean) / scale, np.ones(len(raw))]), truth, ridge, rounds)
    own = weights[:-1] / scale
    return Model(tuple(float(w) for w in own), float(weights[-1] - own @ mean))


def _newton(columns: Floats, truth: Floats, ridge: float, rounds: int) -> Floats:
    held = np.full(columns.shape[1], ridge)
    held[-1] = 1e-6
    weights = np.zeros(columns.shape[1])
    for _ in range(rounds):
        p = 0.5 * (1.0 + np.tanh(0.5 * (columns @ weights)))
        gradient = columns.T @ (truth - p) - held * weights
        curvature = (columns * (p * (1.0 - p))[:, None]).T @ columns + np.diag(held)
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return weights
