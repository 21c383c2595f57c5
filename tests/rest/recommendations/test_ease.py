"""EASE against a dense ridge regression, column by column."""

import numpy as np
import pytest

from rest.recommendations.arrays import sparse_rows
from rest.recommendations.ease import ease_weights, fit_ease
from rest.recommendations.visits import visited

RUNS = [[0, 1], [0, 1, 2], [2, 3], [1, 2], [3], [0, 1, 3]]


def by_hand(x: np.ndarray, ridge: float) -> np.ndarray:
    """For each item the ridge regression of its column on all the other columns."""
    items = x.shape[1]
    weights = np.zeros((items, items))
    for j in range(items):
        others = [i for i in range(items) if i != j]
        left = x[:, others]
        weights[others, j] = np.linalg.solve(left.T @ left + ridge * np.eye(items - 1), left.T @ x[:, j])
    return weights


@pytest.mark.parametrize("ridge", [0.5, 3.0, 100.0])
def test_the_closed_form_is_a_ridge_regression_of_each_item_on_the_others(ridge: float) -> None:
    x = visited(RUNS, 4).toarray()
    assert ease_weights(x.T @ x, ridge) == pytest.approx(by_hand(x, ridge))


def test_scores_add_the_weights_of_what_was_visited_once_each() -> None:
    model = fit_ease(visited(RUNS, 4), 1.0)
    assert model.scores([1, 0, 1]).tolist() == pytest.approx((model.weights[0] + model.weights[1]).tolist())
    assert model.scores([]).tolist() == [0.0] * 4


def test_side_facts_help_and_are_never_scored() -> None:
    side = sparse_rows([[0], [0], [1], [1], [1], [0]], [[1.0]] * 6, 2)
    model = fit_ease(visited(RUNS, 4), 1.0, side, side_weight=0.5)
    x = np.hstack([visited(RUNS, 4).toarray(), 0.5 * side.toarray()])
    expected = by_hand(x, 1.0)[:, :4]
    assert model.weights == pytest.approx(expected)
    assert model.scores([2], [1]).tolist() == pytest.approx((expected[2] + 0.5 * expected[5]).tolist())


def test_reasons_are_the_visits_that_add_most() -> None:
    model = fit_ease(visited(RUNS, 4), 1.0)
    voices = model.because([0, 1, 3], 1)
    assert voices[0][0] == 0
    assert all(weight > 0 and item != 1 for item, weight in voices)
