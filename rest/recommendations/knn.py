"""Neighbours: items visited by the same people, and people who visited the same items."""

from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats, Sparse, dense
from rest.recommendations.visits import Run


@dataclass(frozen=True, slots=True)
class ItemKnn:
    """``similarity[i, j]``: cosine of the people of items i and j; 0 on the diagonal."""

    similarity: Floats

    def scores(self, run: Run) -> Floats:
        """Sum of the similarities to what was visited."""
        return self.similarity[sorted(set(run))].sum(axis=0)


def fit_item_knn(visits: Sparse, neighbours: int | None = None) -> ItemKnn:
    """Cosines of the columns of people-by-items ``visits``; each item keeps its nearest ``neighbours``, or all."""
    similarity = cosines(dense(visits.T @ visits))
    if neighbours is not None and neighbours < len(similarity):
        least = np.partition(similarity, -neighbours, axis=1)[:, -neighbours][:, None]
        similarity = np.where(similarity >= least, similarity, 0.0)
    return ItemKnn(similarity)


def cosines(gram: Floats) -> Floats:
    """Cosines from inner products; a zero vector is near nothing, and nothing is near itself."""
    norms = np.sqrt(np.diag(gram))
    inverse = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    similarity = gram * inverse[:, None] * inverse
    np.fill_diagonal(similarity, 0.0)
    return similarity


@dataclass(frozen=True, slots=True)
class PeopleKnn:
    """Items scored by the people whose profile is like one's own; ``power`` makes the nearest count most."""

    profiles: Sparse
    norms: Floats
    visits: Sparse
    power: float

    def scores(self, profile: Run, but: int | None = None) -> Floats:
        """Mean of the neighbours' visits, weighted by cosine to the power; ``but`` leaves out one person (oneself)."""
        own = np.zeros(self.profiles.shape[1])
        own[sorted(set(profile))] = 1.0
        size = np.sqrt(own.sum())
        closeness = (self.profiles @ own) / np.maximum(self.norms * size, 1e-12)
        if but is not None:
            closeness[but] = 0.0
        weights = closeness**self.power
        return np.asarray(weights @ self.visits, dtype=np.float64) / (weights.sum() + 1e-9)


def fit_people_knn(profiles: Sparse, visits: Sparse, power: float) -> PeopleKnn:
    """Neighbours by ``profiles`` (people by anything, 0 and 1), which may be the ``visits`` themselves."""
    norms = np.sqrt(np.asarray(profiles.sum(axis=1), dtype=np.float64).ravel())
    return PeopleKnn(profiles, norms, visits, power)
