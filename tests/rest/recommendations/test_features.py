"""What the models may know before an answer: nothing of it, nothing after it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.recommendations import difficulty
from rest.recommendations.answers import Answer
from rest.recommendations.features import FEATURES, describe_history
from rest.recommendations.tally import FIELDS, KEEP, PRIOR, Tally

outcomes = st.lists(st.floats(0, 1), max_size=30)
history = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans()), min_size=1, max_size=25)


def answers(rows: list[tuple[int, int, bool]]) -> list[Answer]:
    return [
        Answer("s", n, f"i{i}", tuple(f"k{k}" for k in range(skill + 1)), float(c))
        for n, (i, skill, c) in enumerate(rows)
    ]


@given(outcomes)
def test_a_tally_forgets_like_the_weighted_mean_it_stands_for(values: list[float]) -> None:
    tally = Tally()
    for now, value in enumerate(values):
        tally.add(value, 0.5, now)
    described = dict(zip(FIELDS, tally.describe(len(values)), strict=True))
    for keep, name in zip(KEEP, ("mean_2", "mean_7", "mean_25"), strict=True):
        weights = [keep**k for k in range(len(values))]
        right = sum(w * v for w, v in zip(weights, reversed(values), strict=True))
        assert described[name] == pytest.approx((right + PRIOR) / (sum(weights) + 1.0))


def test_a_streak_counts_up_and_turns_round() -> None:
    tally = Tally()
    streaks: list[int] = []
    for now, outcome in enumerate([1, 1, 0, 0, 0, 1]):
        tally.add(outcome, 0.5, now)
        streaks.append(tally.streak)
    assert streaks == [1, 2, -1, -2, -3, 1]


@given(history)
def test_rows_depend_on_earlier_answers_alone(rows: list[tuple[int, int, bool]]) -> None:
    run = answers(rows)
    measured = difficulty.measure(run)
    whole = describe_history(run, measured)
    for end in range(len(run)):
        flipped = Answer("s", end, run[end].item, run[end].skills, 1.0 - run[end].correct)
        assert describe_history([*run[:end], flipped], measured) == whole[: end + 1]


def test_rows_have_a_number_for_every_feature() -> None:
    run = answers([(0, 0, True), (1, 2, False), (0, 0, True)])
    rows = np.array(describe_history(run, difficulty.measure(run)))
    assert rows.shape == (3, len(FEATURES))
    assert np.isfinite(rows).all()
    named = dict(zip(FEATURES, rows[2], strict=True))
    assert named["item_right"] == pytest.approx(np.log(2))
    assert named["item_gap"] == pytest.approx(np.log1p(2))
    assert named["last"] == 0.0
    assert named["run"] == -1.0
