"""Boosted trees: a function no line can draw, one tree by hand, and the same trees from the same seed."""

import numpy as np
import pytest

from rest.recommendations.arrays import sigmoid
from rest.recommendations.boosting import Growth, fit_boosted
from rest.recommendations.metrics import roc_auc


def test_xor_is_learnt() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 2, (600, 3)).astype(float)
    truth = (rows[:, 0] != rows[:, 2]).astype(float)
    chances = sigmoid(fit_boosted(rows, truth, Growth(trees=60, depth=2, column_share=1.0), 0).logits(rows))
    assert np.abs(chances - truth).max() < 0.2


def test_one_tree_is_a_newton_step_in_each_leaf() -> None:
    rows = np.array([[0.0]] * 60 + [[1.0]] * 40)
    truth = np.array([1.0] * 50 + [0.0] * 10 + [1.0] * 10 + [0.0] * 30)
    growth = Growth(trees=1, rate=1.0, depth=1, ridge=2.0, least_hessian=0.0, row_share=1.1, column_share=1.0)
    low, high = fit_boosted(rows, truth, growth, 0).logits(np.array([[0.0], [1.0]]))
    p = 0.6
    base = np.log(p / (1 - p))
    assert low == pytest.approx(base + (50 - 60 * p) / (60 * p * (1 - p) + 2.0))
    assert high == pytest.approx(base + (10 - 40 * p) / (40 * p * (1 - p) + 2.0))


def test_same_seed_same_trees_and_unseen_values_are_fine() -> None:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(400, 5))
    truth = (rng.random(400) < sigmoid(2 * rows[:, 1])).astype(float)
    growth = Growth(trees=20, depth=3)
    one, two = (fit_boosted(rows, truth, growth, 7) for _ in range(2))
    far = np.array([[-1e9] * 5, [1e9] * 5])
    assert one.logits(far).tolist() == two.logits(far).tolist()
    assert roc_auc(truth, one.logits(rows)) > 0.8


def test_a_column_without_spread_is_never_cut() -> None:
    rows = np.column_stack([np.ones(200), np.arange(200.0)])
    truth = (np.arange(200) >= 100).astype(float)
    model = fit_boosted(rows, truth, Growth(trees=5, depth=2, column_share=1.0), 0)
    assert all(0 not in columns for tree in model.trees for columns in tree.columns)
