"""The array types of this package, and the few operations it takes from scipy, typed here once (scipy has no types)."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Sparse = Any
"""A ``scipy.sparse.csr_array``."""


class _Later:
    """A module that is imported when it is first asked for something: these cost a second, and few processes ask."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


sparse: Any = _Later("scipy.sparse")
optimize: Any = _Later("scipy.optimize")
stats: Any = _Later("scipy.stats")


def sparse_rows(columns: Sequence[Sequence[int]], values: Sequence[Sequence[float]], width: int) -> Sparse:
    """A CSR matrix of ``len(columns)`` rows; equal columns within a row add up."""
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((c for row in columns for c in row), np.int32, int(ends[-1]))
    data = np.fromiter((v for row in values for v in row), np.float64, int(ends[-1]))
    return sparse.csr_array((data, flat, ends), shape=(len(columns), width))


def beside(*blocks: Sparse | Floats) -> Sparse:
    """Matrices of the same height, side by side, as one CSR matrix."""
    return sparse.hstack([sparse.csr_array(b) for b in blocks], format="csr")


def dense(matrix: Sparse | Floats) -> Floats:
    """A sparse or plain result as a plain array."""
    whole: Any = matrix
    return np.asarray(whole.toarray() if sparse.issparse(whole) else whole, dtype=np.float64)


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1, smallest first; equal values share the mean of their ranks."""
    return np.asarray(stats.rankdata(values), dtype=np.float64)


def minimise(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, iterations: int) -> Floats:
    """L-BFGS on ``loss``, which returns its value and gradient; at most ``iterations`` steps from ``start``."""
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations})
    return np.asarray(found.x, dtype=np.float64)


def sigmoid(logits: Floats) -> Floats:
    """``1 / (1 + e^-x)`` without overflow at either end."""
    return 0.5 * (1.0 + np.tanh(0.5 * logits))
