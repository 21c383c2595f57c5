"""Logistic regression with a ridge, on sparse columns, by L-BFGS."""

import numpy as np

from rest.recommendations.arrays import Floats, Sparse, minimise, sigmoid


def fit_logistic(columns: Sparse, truth: Floats, ridge: float, iterations: int = 200) -> Floats:
    """Weights, one a column, that minimise ``sum of log losses + ridge/2 * |weights|^2``.

    There is no intercept: give a column of ones. ``truth`` may hold fractions (partial credit).
    """
    turned: Sparse = columns.T.tocsr()

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = columns @ weights
        value = np.logaddexp(0.0, logits).sum() - truth @ logits + 0.5 * ridge * (weights @ weights)
        return float(value), turned @ (sigmoid(logits) - truth) + ridge * weights

    return minimise(loss, np.zeros(int(columns.shape[1])), iterations)
