"""Metrics against brute force and hand-worked numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.recommendations import metrics
from rest.recommendations.errors import BadData


def brute_auc(truth: list[int], scores: list[float]) -> float:
    pairs = [
        (p, n) for t, p in zip(truth, scores, strict=True) if t for u, n in zip(truth, scores, strict=True) if not u
    ]
    return sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 3)), min_size=2, max_size=40))
def test_auc_equals_the_count_of_ordered_pairs(rows: list[tuple[int, int]]) -> None:
    truth, scores = [t for t, _ in rows], [float(s) for _, s in rows]
    if len(set(truth)) < 2:
        with pytest.raises(BadData):
            metrics.roc_auc(np.array(truth, float), np.array(scores))
    else:
        assert metrics.roc_auc(np.array(truth, float), np.array(scores)) == pytest.approx(brute_auc(truth, scores))


def test_log_loss_of_a_coin_is_ln_two_and_certainty_stays_finite() -> None:
    assert metrics.log_loss(np.array([0.0, 1.0]), np.array([0.5, 0.5])) == pytest.approx(np.log(2))
    assert np.isfinite(metrics.log_loss(np.array([1.0]), np.array([0.0])))


def test_calibration_error_weighs_each_bin_by_its_size() -> None:
    probabilities = np.array([0.1, 0.1, 0.1, 0.9])
    truth = np.array([0.0, 0.0, 1.0, 1.0])
    assert metrics.calibration_error(truth, probabilities, bins=10) == pytest.approx(
        0.75 * abs(0.1 - 1 / 3) + 0.25 * 0.1
    )
    assert [b.count for b in metrics.reliability(truth, probabilities, bins=10)] == [3, 1]


def test_ranks_count_ties_half() -> None:
    ranks = metrics.target_ranks(np.array([2.0, 5.0]), np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]]))
    assert ranks.tolist() == [2.5, 1.0]


def test_ranking_summary_by_hand() -> None:
    summary = metrics.ranking(np.array([1.0, 4.0, 11.0]), rivals=20)
    assert (summary.hr1, summary.hr5, summary.hr10) == pytest.approx((1 / 3, 2 / 3, 2 / 3))
    assert summary.mrr == pytest.approx((1 + 1 / 4 + 1 / 11) / 3)
    assert summary.ndcg10 == pytest.approx((1 + 1 / np.log2(5)) / 3)
    assert summary.auc == pytest.approx((1 + 17 / 20 + 10 / 20) / 3)


def test_recall_and_ndcg_leave_out_what_was_taken() -> None:
    scores = np.array([9.0, 8.0, 7.0, 6.0, 5.0])
    recall, ndcg = metrics.recall_and_ndcg(scores, relevant={2, 4}, excluded={0}, k=2)
    assert recall == 0.5
    assert ndcg == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))
