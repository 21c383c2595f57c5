"""History factors: right gradients, and transfer between topics that the linear model cannot see."""

import numpy as np
import pytest

from rest.recommendations import factors
from rest.recommendations.answers import Answer
from rest.recommendations.arrays import Floats, sigmoid, sparse_rows
from rest.recommendations.factors import Training
from rest.recommendations.metrics import roc_auc


def paired_topics(students: int, seed: int) -> list[list[Answer]]:
    """Whoever gets topic `a` right gets `b` right and `c` wrong, whatever their ability."""
    rng = np.random.default_rng(seed)
    runs: list[list[Answer]] = []
    for s in range(students):
        first = float(rng.integers(2))
        outcomes = [("a", first), ("b", first), ("c", 1.0 - first)]
        runs.append([Answer(f"s{s}", n, t, (t,), c) for n, (t, c) in enumerate(outcomes)])
    return runs


def ones(rows: int) -> factors.Sparse:
    return sparse_rows([[0]] * rows, [[1.0]] * rows, 1)


def test_transfer_between_topics_is_learnt() -> None:
    train, fresh = paired_topics(300, 0), paired_topics(60, 1)
    truth = np.array([a.correct for h in train for a in h])
    plan = Training(rank=3, ridge=0.1, epochs=40, batch=64)
    model = factors.fit_factors(ones(len(truth)), train, truth, np.zeros(1), plan, 0)
    later = np.array([i for i in range(180) if i % 3])
    unseen = np.array([a.correct for h in fresh for a in h])
    logits = model.logits(ones(180), fresh)
    assert roc_auc(unseen[later], logits[later]) > 0.99


def test_memory_fades_with_distance_and_forgets_unknown_topics() -> None:
    run = [Answer("s", n, t, (t,), c) for n, (t, c) in enumerate([("a", 1.0), ("x", 1.0), ("b", 0.0), ("a", 1.0)])]
    rows = factors.memory_rows([run], {("a",): 0, ("b",): 1}).toarray()
    quick, slow = factors.FADES
    assert rows[3].tolist() == pytest.approx([0, quick, 1, 0, 0, slow, 1, 0])
    assert rows[0].tolist() == [0] * 8


def test_an_unknown_topic_gets_the_linear_part_alone() -> None:
    train = paired_topics(20, 0)
    truth = np.array([a.correct for h in train for a in h])
    model = factors.fit_factors(ones(60), train, truth, np.zeros(1), Training(rank=2, epochs=2), 0)
    run = [Answer("s", 0, "a", ("a",), 1.0), Answer("s", 1, "new", ("new",), 1.0)]
    assert model.logits(ones(2), [run])[1] == pytest.approx(float(model.linear[0]))


def test_gradients_agree_with_finite_differences() -> None:
    rng = np.random.default_rng(2)
    memory, columns = sparse_rows([[0, 2], [1], [3]], [[1.0, 0.5], [1.0], [2.0]], 4), ones(3)
    asked, truth = np.array([0, 1, 0]), np.array([1.0, 0.0, 1.0])
    weights = [rng.normal(size=1), rng.normal(size=(4, 2)), rng.normal(size=(2, 2))]

    def loss(blocks: list[Floats]) -> float:
        logits = columns @ blocks[0] + ((memory @ blocks[1]) * blocks[2][asked]).sum(axis=1)
        p = sigmoid(logits)
        return float(-np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p)))

    for block, gradient in enumerate(factors._gradients(weights, columns, memory, asked, truth)):
        for at in np.ndindex(gradient.shape):
            up, down = ([w.copy() for w in weights] for _ in range(2))
            up[block][at] += 1e-6
            down[block][at] -= 1e-6
            assert gradient[at] == pytest.approx((loss(up) - loss(down)) / 2e-6, abs=1e-6)
