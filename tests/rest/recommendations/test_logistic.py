"""Ridge logistic regression against answers worked out by hand."""

import numpy as np
import pytest

from rest.recommendations.arrays import sigmoid, sparse_rows
from rest.recommendations.logistic import fit_logistic


def test_without_a_ridge_groups_get_their_own_frequency() -> None:
    columns = sparse_rows([[0]] * 4 + [[1]] * 5, [[1.0]] * 9, 2)
    truth = np.array([1, 1, 1, 0, 0, 0, 0, 0, 1], float)
    assert sigmoid(fit_logistic(columns, truth, 0.0)).tolist() == pytest.approx([0.75, 0.2], abs=1e-5)


def test_the_gradient_with_ridge_vanishes_at_the_solution() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(80, 4))
    truth = (rng.random(80) < sigmoid(rows @ [1.0, -2.0, 0.0, 0.5])).astype(float)
    weights = fit_logistic(sparse_rows([range(4)] * 80, rows.tolist(), 4), truth, 2.0)
    gradient = rows.T @ (sigmoid(rows @ weights) - truth) + 2.0 * weights
    assert np.abs(gradient).max() < 1e-3


def test_a_heavier_ridge_shrinks_the_weights() -> None:
    columns = sparse_rows([[0]] * 6, [[1.0]] * 6, 1)
    truth = np.array([1, 1, 1, 1, 1, 0], float)
    sizes = [abs(float(fit_logistic(columns, truth, ridge)[0])) for ridge in (0.1, 1.0, 10.0)]
    assert sizes == sorted(sizes, reverse=True)


def test_sparse_rows_add_up_equal_columns() -> None:
    assert sparse_rows([[1, 1], []], [[2.0, 3.0], []], 3).toarray().tolist() == [[0, 5, 0], [0, 0, 0]]
