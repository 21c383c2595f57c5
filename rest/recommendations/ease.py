"""EASE: a linear item-to-item model with zero diagonal, in closed form (Steck, WWW 2019).

Minimise ``|X - X B|² + ridge |B|²`` with ``diag(B) = 0``. With ``P = (XᵀX + ridge I)⁻¹`` the answer is
``B[i, j] = -P[i, j] / P[j, j]``. Facts about a person other than visits (their courses) may stand beside ``X`` as
further columns; they help to score items and are never scored themselves.
"""

from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats, Sparse, beside, dense
from rest.recommendations.visits import Run


@dataclass(frozen=True, slots=True)
class Ease:
    """``weights[i, j]``: what a visit of column i (items, then side columns) adds to the score of item j."""

    weights: Floats
    side_weight: float

    @property
    def items(self) -> int:
        return self.weights.shape[1]

    def scores(self, run: Run, side: Run = ()) -> Floats:
        """Score of every item for a person who made ``run`` and has the facts ``side`` (numbers of side columns)."""
        own = self.weights[sorted(set(run))].sum(axis=0)
        return own + self.side_weight * self.weights[[self.items + s for s in sorted(set(side))]].sum(axis=0)

    def because(self, run: Run, item: int) -> list[tuple[int, float]]:
        """The visited items that speak for ``item``, strongest first, with what each adds."""
        voices = [(i, float(self.weights[i, item])) for i in sorted(set(run)) if i != item]
        return sorted([v for v in voices if v[1] > 0], key=lambda v: -v[1])


def fit_ease(visits: Sparse, ridge: float, side: Sparse | None = None, side_weight: float = 0.5) -> Ease:
    """Weights from people-by-items ``visits`` (0 and 1) and people-by-facts ``side``, weighing ``side_weight``."""
    whole = visits if side is None else beside(visits, side_weight * side)
    weights = ease_weights(dense(whole.T @ whole), ridge)
    return Ease(np.ascontiguousarray(weights[:, : visits.shape[1]]), side_weight)


def ease_weights(gram: Floats, ridge: float) -> Floats:
    """The closed form for a Gram matrix ``XᵀX``."""
    inverse = np.linalg.inv(gram + ridge * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights
