"""Gradient-boosted trees for probabilities: Newton steps on histograms, all nodes of a level split at once.

Columns are cut into at most ``bins`` bins by quantile. For every node and column, sums of gradient and hessian per bin
give the gain of each cut, G²/(H + ridge) on both sides against the node as a whole; the best cut of the node is taken.
(Friedman 2001; Chen and Guestrin 2016 for the second-order gain.)
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rest.recommendations.arrays import Floats, Ints, sigmoid

Bins = npt.NDArray[np.int32]
"""Bin numbers, a row per column of the data (columns first: a split reads one column)."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown."""

    trees: int = 100
    rate: float = 0.1
    depth: int = 5
    bins: int = 48
    ridge: float = 5.0
    least_hessian: float = 10.0
    row_share: float = 0.5
    column_share: float = 0.6


@dataclass(frozen=True, slots=True)
class Tree:
    """A full tree: at each level a column (-1: none, go left) and a cut for each node; then a value for each leaf."""

    columns: tuple[Ints, ...]
    cuts: tuple[Ints, ...]
    leaves: Floats

    def values(self, bins: Bins) -> Floats:
        node = np.zeros(bins.shape[1], np.int64)
        for columns, cuts in zip(self.columns, self.cuts, strict=True):
            node = _descend(node, bins, columns, cuts)
        return self.leaves[node]


@dataclass(frozen=True, slots=True)
class Boosted:
    """A fitted model; ``logits`` takes rows as they were given to `fit_boosted`."""

    edges: tuple[Floats, ...]
    base: float
    trees: tuple[Tree, ...]

    def logits(self, rows: Floats) -> Floats:
        bins = _into_bins(rows, self.edges)
        return self.base + sum((tree.values(bins) for tree in self.trees), np.zeros(len(rows)))


def fit_boosted(rows: Floats, truth: Floats, growth: Growth, seed: int) -> Boosted:
    """Trees fitted to the log loss of ``truth`` (0 to 1) on ``rows`` (n, columns)."""
    rng = np.random.default_rng(seed)
    edges = tuple(_edges(rows[:, j], growth.bins) for j in range(rows.shape[1]))
    bins = _into_bins(rows, edges)
    mean = float(np.clip(truth.mean(), 1e-6, 1 - 1e-6))
    base = float(np.log(mean / (1.0 - mean)))
    logits = np.full(len(rows), base)
    trees: list[Tree] = []
    for _ in range(growth.trees):
        p = sigmoid(logits)
        tree = _grow(bins, truth - p, p * (1.0 - p), growth, rng)
        trees.append(tree)
        logits += tree.values(bins)
    return Boosted(edges, base, tuple(trees))


def _edges(column: Floats, bins: int) -> Floats:
    values = np.unique(column)
    if len(values) > bins:
        return np.unique(np.quantile(column, np.linspace(0.0, 1.0, bins + 1)[1:-1]))
    return (values[1:] + values[:-1]) / 2.0


def _into_bins(rows: Floats, edges: tuple[Floats, ...]) -> Bins:
    return np.stack([np.searchsorted(e, rows[:, j], side="right") for j, e in enumerate(edges)]).astype(np.int32)


def _grow(bins: Bins, gradient: Floats, hessian: Floats, growth: Growth, rng: np.random.Generator) -> Tree:
    """One tree on a sample of rows and columns."""
    rows = bins.shape[1]
    picked = np.sort(rng.permutation(rows)[: int(rows * growth.row_share)])
    tried = np.sort(rng.choice(len(bins), max(1, int(len(bins) * growth.column_share)), replace=False))
    sample, g, h = bins[:, picked], gradient[picked], hessian[picked]
    node = np.zeros(len(picked), np.int64)
    levels: list[tuple[Ints, Ints]] = []
    for depth in range(growth.depth):
        levels.append(_split(sample, tried, node, 1 << depth, g, h, growth))
        node = _descend(node, sample, *levels[-1])
    leaves = 1 << growth.depth
    sums, weights = np.bincount(node, g, leaves), np.bincount(node, h, leaves)
    steps = growth.rate * sums / (weights + growth.ridge)
    return Tree(tuple(c for c, _ in levels), tuple(c for _, c in levels), steps)


def _split(
    bins: Bins, tried: Ints, node: Ints, nodes: int, gradient: Floats, hessian: Floats, growth: Growth
) -> tuple[Ints, Ints]:
    """For each node the column and cut of greatest gain, or column -1 when none gains."""
    best = np.full(nodes, 1e-6)
    columns, cuts = np.full(nodes, -1, np.int64), np.zeros(nodes, np.int64)
    width = growth.bins + 1
    for j in tried:
        cell = node * width + bins[j]
        g = np.bincount(cell, gradient, nodes * width).reshape(nodes, width).cumsum(axis=1)
        h = np.bincount(cell, hessian, nodes * width).reshape(nodes, width).cumsum(axis=1)
        gain = _gain(g, h, growth)
        cut = gain.argmax(axis=1)
        top = gain[np.arange(nodes), cut]
        better = top > best
        best[better], columns[better], cuts[better] = top[better], j, cut[better]
    return columns, cuts


def _gain(left: Floats, left_weight: Floats, growth: Growth) -> Floats:
    """Gain of each cut from sums over the bins up to it; 0 where a side would be too light."""
    total, weight = left[:, -1:], left_weight[:, -1:]
    right, right_weight = total - left, weight - left_weight

    def score(g: Floats, h: Floats) -> Floats:
        return g * g / (h + growth.ridge)

    gain = score(left, left_weight) + score(right, right_weight) - score(total, weight)
    light = np.minimum(left_weight, right_weight) < growth.least_hessian
    return np.where(light, 0.0, gain)


def _descend(node: Ints, bins: Bins, columns: Ints, cuts: Ints) -> Ints:
    """Each row's node one level down."""
    column = columns[node]
    right = (column >= 0) & (bins[np.maximum(column, 0), np.arange(bins.shape[1])] > cuts[node])
    return node * 2 + right
