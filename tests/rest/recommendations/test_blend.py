"""Conditional logit: a known optimum, and the part that tells the truth gets the weight."""

import numpy as np
import pytest

from rest.recommendations.blend import Blend, fit_blend, fit_choice
from rest.recommendations.errors import BadData


def test_two_candidates_and_one_part_is_a_logistic_regression() -> None:
    examples = np.array([[[1.0], [0.0]]] * 3 + [[[0.0], [1.0]]])
    assert fit_choice(examples, ridge=0.0, iterations=100).tolist() == pytest.approx([np.log(3)], abs=1e-4)


def test_the_informative_part_gets_the_weight() -> None:
    rng = np.random.default_rng(0)
    examples = rng.random((300, 10, 3))
    examples[:, 0, 1] += 0.6
    blend = fit_blend(examples, np.full(3, 1e-3))
    assert blend.weights[1] > 5 * max(abs(blend.weights[0]), abs(blend.weights[2]))


def test_scores_are_weighted_logarithms() -> None:
    blend = Blend(np.array([2.0, 1.0]), np.array([0.5, 1.0]))
    assert blend.scores(np.array([[0.5, 0.0], [-3.0, 1.0]])).tolist() == pytest.approx([0.0, np.log(0.25) + np.log(2)])


def test_no_examples_are_refused() -> None:
    with pytest.raises(BadData):
        fit_blend(np.zeros((0, 5, 2)), np.ones(2))
