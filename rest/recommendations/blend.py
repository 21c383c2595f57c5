"""One score out of many: a weighted sum of logarithms, the weights learned by conditional logit.

For each example a person chose item 0 among candidates; the weights maximise the chance ``exp(w·x₀) / Σ exp(w·xᵢ)``
(McFadden 1974), less a ridge. Logarithms because the parts differ in scale by magnitudes and what counts is how many
times better one item is than another.
"""

from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats, minimise
from rest.recommendations.errors import BadData


@dataclass(frozen=True, slots=True)
class Blend:
    """Weight of each part's logarithm, and what is added before it: a score of 0 says little, not "impossible"."""

    weights: Floats
    floors: Floats

    def scores(self, parts: Floats) -> Floats:
        """Blended score of each item from ``parts`` (items, parts)."""
        return logarithms(parts, self.floors) @ self.weights


def logarithms(parts: Floats, floors: Floats) -> Floats:
    return np.log(np.maximum(parts, 0.0) + floors)


def fit_blend(examples: Floats, floors: Floats, ridge: float = 1.0, iterations: int = 200) -> Blend:
    """Weights from ``examples`` (n, candidates, parts), the chosen one standing first among its candidates."""
    if examples.ndim != 3 or not len(examples):
        raise BadData("a blend needs at least one example of (candidates, parts)")
    logs = logarithms(examples, floors)
    spread = logs.std(axis=(0, 1))
    scale = np.where(spread > 0, spread, 1.0)
    return Blend(fit_choice(logs / scale, ridge, iterations) / scale, floors)


def fit_choice(examples: Floats, ridge: float, iterations: int) -> Floats:
    """Conditional logit weights; see the head of the file."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        utility = examples @ weights
        utility -= utility.max(axis=1, keepdims=True)
        mass = np.exp(utility).sum(axis=1)
        chances = np.exp(utility) / mass[:, None]
        missed = examples[:, 0] - np.einsum("nc,ncp->np", chances, examples)
        value = -float((utility[:, 0] - np.log(mass)).sum()) + 0.5 * ridge * float(weights @ weights)
        return value, ridge * weights - missed.sum(axis=0)

    return minimise(loss, np.zeros(int(examples.shape[2])), iterations)
