"""The blend of everything on a made-up catalogue where people walk along chains of items."""

import numpy as np
import pytest

from rest.recommendations.errors import BadData
from rest.recommendations.metrics import ranking, target_ranks
from rest.recommendations.popularity import fit_popularity
from rest.recommendations.ranker import PARTS, Ranker, Side, fit_parts, fit_ranker
from rest.recommendations.reasons import FEWEST, Reason, from_visits, in_english
from rest.recommendations.visits import Visits, visits

ITEMS = 24


def walks(people: int, seed: int) -> Visits:
    """Everyone starts somewhere in one of three chains of eight and follows it, with a stray item in between."""
    rng = np.random.default_rng(seed)
    runs: list[tuple[int, ...]] = []
    for _ in range(people):
        chain, start = int(rng.integers(3)), int(rng.integers(4))
        run = [chain * 8 + start + k for k in range(4)]
        run.insert(2, int(rng.integers(ITEMS)))
        runs.append(tuple(run))
    return Visits(tuple(map(str, range(people))), tuple(f"m{i}" for i in range(ITEMS)), tuple(runs))


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return fit_ranker(walks(200, 0))


def test_visits_are_numbered_and_kept_in_order() -> None:
    made = visits([("zoe", "b"), ("ann", "c"), ("zoe", "a"), ("zoe", "b")], items=["d"])
    assert made == Visits(("ann", "zoe"), ("a", "b", "c", "d"), ((2,), (1, 0, 1)))
    assert fit_popularity(made).people.tolist() == [1, 1, 1, 0]
    assert made.without_last().runs == ((), (1, 0))


def test_the_blend_finds_the_next_step_of_new_people(ranker: Ranker) -> None:
    fresh = walks(100, 1)
    scores = np.array([ranker.scores(run[:-1]) for run in fresh.runs])
    targets = np.array([run[-1] for run in fresh.runs])
    own = scores[np.arange(100), targets]
    found = ranking(
        target_ranks(own, np.array([np.delete(s, t) for s, t in zip(scores, targets, strict=True)])), ITEMS - 1
    )
    assert found.mrr > 0.5
    assert found.hr5 > 0.9


def test_the_same_visits_give_the_same_ranker(ranker: Ranker) -> None:
    assert ranker.scores([3, 4]).tolist() == fit_ranker(walks(200, 0)).scores([3, 4]).tolist()


def test_a_newcomer_gets_finite_scores(ranker: Ranker) -> None:
    assert np.isfinite(ranker.scores([])).all()


def test_side_facts_add_a_part() -> None:
    made = walks(60, 2)
    chain = tuple((min(run) // 8,) for run in made.runs)
    model = fit_ranker(made, Side(chain, 3))
    assert model.parts.scores([], [1]).shape == (ITEMS, len(PARTS))
    by_side = model.parts.scores([], [1])[:, -1]
    assert by_side[8:16].sum() > 2 * (by_side[:8].sum() + by_side[16:].sum()) / 2


def test_one_visit_each_teaches_no_blend() -> None:
    with pytest.raises(BadData):
        fit_ranker(Visits(("a", "b"), ("x", "y"), ((0,), (1,))))


def test_reasons_name_what_led_here_and_never_a_handful_of_people() -> None:
    made = walks(200, 0)
    parts = fit_parts(made)
    reasons = from_visits(parts, made.items, [8, 9], 10)
    assert [r.kind for r in reasons] == ["went-on", "similar", "popular"]
    assert reasons[0].names[0] in {"m8", "m9"}
    assert reasons[0].count / reasons[0].total > 0.5
    few = fit_parts(walks(4, 0))
    assert all(r.count >= FEWEST for item in range(ITEMS) for r in from_visits(few, made.items, [0, 8, 16], item))


def test_reasons_read_well() -> None:
    titles = {"m1": "Fractions", "m2": "Ratios", "m3": "Percentages"}
    assert in_english(Reason("went-on", ("m1",), 42, 60), titles) == (
        "42 of 60 students who took Fractions went on to this"
    )
    assert in_english(Reason("mastered", ("m1", "m2", "m3")), titles) == (
        "because you mastered Fractions, Ratios and Percentages"
    )
