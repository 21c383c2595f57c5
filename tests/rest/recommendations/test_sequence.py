"""Markov chances and head counts by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.recommendations.sequence import FADE, SMOOTHING, count_followers, fit_markov

runs = st.lists(st.lists(st.integers(0, 4), max_size=8), min_size=1, max_size=8)
EVEN = np.ones(3)


def test_followers_count_less_the_further_away() -> None:
    chances = fit_markov([[0, 1, 2]], EVEN).chances
    total = 1 + FADE + SMOOTHING
    assert chances[0].tolist() == pytest.approx([1 / total, (1 + 1) / total, (FADE + 1) / total], abs=1e-6)
    assert chances[2].tolist() == pytest.approx([1 / 3] * 3)


def test_backward_is_forward_on_turned_runs() -> None:
    backward = fit_markov([[0, 1, 2], [2, 0]], EVEN, backward=True)
    assert backward.chances == pytest.approx(fit_markov([[2, 1, 0], [0, 2]], EVEN).chances)


@given(runs, st.lists(st.integers(0, 4), max_size=9))
def test_rows_and_scores_are_probabilities(history: list[list[int]], run: list[int]) -> None:
    model = fit_markov(history, np.ones(5))
    assert model.chances.sum(axis=1).tolist() == pytest.approx([1.0] * 5)
    assert model.scores(run).sum() == pytest.approx(1.0)


def test_the_latest_visit_weighs_most() -> None:
    model = fit_markov([[0, 1], [2, 1], [2, 1], [1, 0]], EVEN)
    weights = np.array([1.0, FADE]) / (1 + FADE)
    assert model.scores([0, 2]).tolist() == pytest.approx((weights @ model.chances[[2, 0]]).tolist())


def test_head_counts_count_each_person_once() -> None:
    followers = count_followers([[0, 1, 0, 1], [0, 2], [1, 0]], 3)
    assert followers.share(0, 1) == (1, 3)
    assert followers.share(1, 0) == (1, 2)
    assert followers.share(0, 2) == (1, 3)
    assert followers.share(2, 1) == (0, 1)
