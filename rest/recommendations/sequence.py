"""What follows what: a Markov chain over visits that looks a few steps around, and the head count behind it.

A visit is evidence for each of the next few ones, less the further away. Rows are smoothed towards popularity, so that
a rare item does not promise what happened to one person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats, Ints
from rest.recommendations.visits import Run

FADE = 0.6
REACH = 5
"""How many visits ahead count as following."""
MEMORY = 6
"""How many of a person's last visits the prediction stands on."""
SMOOTHING = 3.0


@dataclass(frozen=True, slots=True)
class Markov:
    """``chances[a, b]``: chance that b stands near after a (or before it, when fitted backward)."""

    chances: Floats

    def scores(self, run: Run) -> Floats:
        """Mean of the rows of the last visits, the latest weighing most; even odds when there is none."""
        last = list(run[-MEMORY:])[::-1]
        if not last:
            return np.full(len(self.chances), 1.0 / len(self.chances))
        weights = np.power(FADE, np.arange(len(last)))
        return (weights / weights.sum()) @ self.chances[last]


def fit_markov(runs: Sequence[Run], popularity: Floats, backward: bool = False) -> Markov:
    """Chances from ``runs``, smoothed towards ``popularity`` (a count per item)."""
    counts = np.zeros((len(popularity), len(popularity)))
    for run in runs:
        _count(counts, run[::-1] if backward else run)
    prior = (popularity + 1e-9) / (popularity + 1e-9).sum()
    total = counts.sum(axis=1, keepdims=True) + SMOOTHING
    return Markov((counts + SMOOTHING * prior) / total)


def _count(counts: Floats, run: Run) -> None:
    for at, item in enumerate(run):
        for step, follower in enumerate(run[at + 1 : at + 1 + REACH]):
            counts[item, follower] += FADE**step


@dataclass(frozen=True, slots=True)
class Followers:
    """``went_on[a, b]``: people who visited b any time after their first visit of a; the diagonal counts a's people."""

    went_on: Ints

    def share(self, before: int, after: int) -> tuple[int, int]:
        """How many of how many: (went on from ``before`` to ``after``, visited ``before``)."""
        return int(self.went_on[before, after]), int(self.went_on[before, before])


def count_followers(runs: Sequence[Run], items: int) -> Followers:
    """Counts each person once a pair."""
    went_on = np.zeros((items, items), np.int64)
    for run in runs:
        first = list(dict.fromkeys(run))
        for at, item in enumerate(first):
            went_on[item, first[at:]] += 1
    return Followers(went_on)
