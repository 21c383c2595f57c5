"""Items ranked for a person: popularity, EASE, neighbours and sequence, blended.

The weights of the blend are learned by hiding every person's last visit, fitting the parts on the rest and asking which
weights would have found it among items picked at random. Then the parts are fitted again on everything.
"""

from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats, Sparse
from rest.recommendations.blend import Blend, fit_blend
from rest.recommendations.ease import Ease, fit_ease
from rest.recommendations.errors import BadData
from rest.recommendations.knn import ItemKnn, PeopleKnn, fit_item_knn, fit_people_knn
from rest.recommendations.popularity import Popularity, fit_popularity
from rest.recommendations.sequence import Followers, Markov, count_followers, fit_markov
from rest.recommendations.visits import Run, Visits, visited

RIVALS = 99
"""Items each hidden visit is told from; half of the items where there are fewer than 198."""
PARTS = {
    "popularity": 1.0,
    "ease": 1e-2,
    "item_knn": 1e-3,
    "people_knn": 1e-4,
    "markov": 1e-4,
    "markov_back": 1e-5,
    "side_knn": 1e-3,
}
"""The parts in order, each with the floor of its logarithm; the last is there when side facts are."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the parts are fitted with."""

    ridge: float = 200.0
    side_weight: float = 0.5
    power: float = 3.0
    side_power: float = 2.0


@dataclass(frozen=True, slots=True)
class Side:
    """Further facts per person, such as the courses they are enrolled in: runs of fact numbers below ``width``."""

    runs: tuple[tuple[int, ...], ...]
    width: int

    def matrix(self) -> Sparse:
        return visited(self.runs, self.width)


@dataclass(frozen=True, slots=True)
class Parts:
    """The fitted scorers."""

    popularity: Popularity
    ease: Ease
    item_knn: ItemKnn
    people_knn: PeopleKnn
    markov: Markov
    markov_back: Markov
    side_knn: PeopleKnn | None
    followers: Followers

    def scores(self, run: Run, side: Run = (), person: int | None = None) -> Floats:
        """Items by parts, in the order of `PARTS`; ``person`` is one's own row, if fitted on."""
        columns = [
            self.popularity.scores(run),
            self.ease.scores(run, side),
            self.item_knn.scores(run),
            self.people_knn.scores(run, person),
            self.markov.scores(run),
            self.markov_back.scores(run),
        ]
        columns += [self.side_knn.scores(side, person)] if self.side_knn else []
        return np.column_stack(columns)


def fit_parts(visits: Visits, side: Side | None = None, settings: Settings | None = None) -> Parts:
    """Every part fitted on ``visits``."""
    chosen = settings or Settings()
    matrix = visits.matrix()
    popularity = fit_popularity(visits)
    facts = side.matrix() if side else None
    return Parts(
        popularity,
        fit_ease(matrix, chosen.ridge, facts, chosen.side_weight),
        fit_item_knn(matrix),
        fit_people_knn(matrix, matrix, chosen.power),
        fit_markov(visits.runs, popularity.people),
        fit_markov(visits.runs, popularity.people, backward=True),
        None if facts is None else fit_people_knn(facts, matrix, chosen.side_power),
        count_followers(visits.runs, len(visits.items)),
    )


@dataclass(frozen=True, slots=True)
class Ranker:
    """Parts and the blend of them."""

    items: tuple[str, ...]
    parts: Parts
    blend: Blend

    def scores(self, run: Run, side: Run = (), person: int | None = None) -> Floats:
        """Blended score of every item after ``run``; higher is more likely to be next."""
        return self.blend.scores(self.parts.scores(run, side, person))


def fit_ranker(visits: Visits, side: Side | None = None, settings: Settings | None = None, seed: int = 0) -> Ranker:
    """A ranker of ``visits``; the same visits and seed give the same ranker."""
    examples = last_visit_examples(visits, side, settings, seed)
    floors = np.array(list(PARTS.values()))[: examples.shape[2]]
    return Ranker(visits.items, fit_parts(visits, side, settings), fit_blend(examples, floors))


def last_visit_examples(visits: Visits, side: Side | None, settings: Settings | None, seed: int) -> Floats:
    """Scores of (person, hidden last visit and rivals, part), the hidden visit first."""
    before = visits.without_last()
    parts = fit_parts(before, side, settings)
    rng = np.random.default_rng(seed)
    rows: list[Floats] = []
    wanted = min(RIVALS, len(visits.items) // 2)
    for person, run in enumerate(visits.runs):
        rivals = np.setdiff1d(np.arange(len(visits.items)), run)
        if len(run) < 2 or len(rivals) < wanted:
            continue
        picked = [run[-1], *rng.choice(rivals, wanted, replace=False)]
        rows.append(parts.scores(run[:-1], side.runs[person] if side else (), person)[picked])
    if not rows:
        raise BadData(f"a ranker needs people with two visits and {wanted} items they did not visit")
    return np.stack(rows)
