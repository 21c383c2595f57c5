"""The baseline: what many people visited. Also the cold start, when nothing is known of a person."""

from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats
from rest.recommendations.visits import Run, Visits


@dataclass(frozen=True, slots=True)
class Popularity:
    """People per item."""

    people: Floats

    def scores(self, run: Run) -> Floats:
        """The same for everyone."""
        return self.people


def fit_popularity(visits: Visits) -> Popularity:
    """Counts each person once an item."""
    return Popularity(np.asarray(visits.matrix().sum(axis=0), dtype=np.float64).ravel())
