"""How well probabilities and rankings fit what happened.

ROC AUC is the chance that a positive outranks a negative (ties half). ECE is the mean gap between predicted and seen
frequency over equal-width bins, weighted by bin size. Rankings are judged by the target's rank among its rivals.
"""

from dataclasses import dataclass

import numpy as np

from rest.recommendations.arrays import Floats, average_ranks
from rest.recommendations.errors import BadData


def roc_auc(truth: Floats, scores: Floats) -> float:
    """Area under the ROC curve; ``truth`` holds 0 and 1 and needs both."""
    positives = float(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        raise BadData("AUC needs both outcomes")
    ranks = average_ranks(scores)
    return float((ranks[truth == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def log_loss(truth: Floats, probabilities: Floats) -> float:
    """Mean negative log likelihood, in nats."""
    p = np.clip(probabilities, 1e-12, 1 - 1e-12)
    return float(-np.mean(truth * np.log(p) + (1 - truth) * np.log1p(-p)))


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: how many, what was predicted, what came."""

    count: int
    predicted: float
    observed: float


def reliability(truth: Floats, probabilities: Floats, bins: int = 15) -> list[Bin]:
    """Predicted against observed frequency in ``bins`` equal-width bins; empty bins are left out."""
    which = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    masks = [which == b for b in range(bins)]
    return [Bin(int(m.sum()), float(probabilities[m].mean()), float(truth[m].mean())) for m in masks if m.any()]


def calibration_error(truth: Floats, probabilities: Floats, bins: int = 15) -> float:
    """Expected calibration error, from 0 (frequencies come as predicted) to 1."""
    table = reliability(truth, probabilities, bins)
    return sum(b.count * abs(b.predicted - b.observed) for b in table) / len(truth)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Means over all targets: hit rates, mean reciprocal rank, NDCG at 10, AUC; ``n`` targets."""

    n: int
    hr1: float
    hr5: float
    hr10: float
    mrr: float
    ndcg10: float
    auc: float


def target_ranks(targets: Floats, rivals: Floats) -> Floats:
    """Rank from 1 of each target score (n,) among its rivals' scores (n, r); a tie counts half."""
    own = targets[:, None]
    return 1.0 + (rivals > own).sum(axis=1) + 0.5 * (rivals == own).sum(axis=1)


def ranking(ranks: Floats, rivals: int) -> Ranking:
    """Summary of ranks of targets that each had ``rivals`` rivals."""
    gain = np.where(ranks <= 10, 1.0 / np.log2(ranks + 1.0), 0.0)
    hits = [float(np.mean(ranks <= k)) for k in (1, 5, 10)]
    return Ranking(
        n=len(ranks),
        hr1=hits[0],
        hr5=hits[1],
        hr10=hits[2],
        mrr=float(np.mean(1.0 / ranks)),
        ndcg10=float(np.mean(gain)),
        auc=float(np.mean(1.0 - (ranks - 1.0) / rivals)),
    )


def recall_and_ndcg(scores: Floats, relevant: set[int], excluded: set[int], k: int = 10) -> tuple[float, float]:
    """Recall@k and NDCG@k of one person's scores over all items less ``excluded``."""
    open_scores = scores.copy()
    open_scores[list(excluded)] = -np.inf
    top = np.argsort(-open_scores, kind="stable")[:k]
    hits = np.array([int(i) in relevant for i in top], dtype=np.float64)
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = float(discounts[: min(k, len(relevant))].sum())
    return float(hits.sum()) / len(relevant), float((hits * discounts[: len(hits)]).sum()) / ideal
