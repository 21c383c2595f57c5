"""Neighbours by hand."""

import numpy as np
import pytest

from rest.recommendations.knn import fit_item_knn, fit_people_knn
from rest.recommendations.visits import visited

RUNS = [[0, 1], [0, 1, 2], [2], [0]]


def test_item_similarity_is_the_cosine_of_their_people() -> None:
    model = fit_item_knn(visited(RUNS, 4))
    assert model.similarity[0, 1] == pytest.approx(2 / np.sqrt(3 * 2))
    assert model.similarity[1, 2] == pytest.approx(1 / np.sqrt(2 * 2))
    assert np.diag(model.similarity).tolist() == [0] * 4
    assert model.similarity[3].tolist() == [0] * 4


def test_item_scores_add_up_over_what_was_visited() -> None:
    model = fit_item_knn(visited(RUNS, 4))
    assert model.scores([0, 2]).tolist() == pytest.approx((model.similarity[0] + model.similarity[2]).tolist())


def test_only_the_nearest_neighbours_are_kept() -> None:
    whole, nearest = fit_item_knn(visited(RUNS, 4)), fit_item_knn(visited(RUNS, 4), neighbours=1)
    assert nearest.similarity[1].tolist() == [whole.similarity[1, 0], 0, 0, 0]


def test_people_like_oneself_vote_by_cosine_to_the_power() -> None:
    model = fit_people_knn(visited(RUNS, 4), visited(RUNS, 4), power=2.0)
    closeness = np.array([1 / np.sqrt(2), 1 / np.sqrt(3), 0, 1]) ** 2
    scores = model.scores([0])
    assert scores.tolist() == pytest.approx((closeness @ visited(RUNS, 4).toarray() / closeness.sum()).tolist())
    alone = model.scores([0], but=3)
    assert alone[1] == pytest.approx(1.0)


def test_nobody_alike_scores_nothing() -> None:
    assert fit_people_knn(visited(RUNS, 4), visited(RUNS, 4), 2.0).scores([3]).tolist() == [0] * 4
