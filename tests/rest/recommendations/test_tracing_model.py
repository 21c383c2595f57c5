"""The fitted tracing model on a made-up class."""

import numpy as np
import pytest

from rest.recommendations.answers import Answer, histories
from rest.recommendations.arrays import sigmoid
from rest.recommendations.boosting import Growth
from rest.recommendations.errors import BadData
from rest.recommendations.factors import Training
from rest.recommendations.metrics import calibration_error, roc_auc
from rest.recommendations.tracing_model import TracingModel, fit_tracing
from tests.rest.recommendations.synthetic import class_of

SMALL = Growth(trees=15, depth=3)
QUICK = Training(rank=2, epochs=3, batch=512)


@pytest.fixture(scope="module")
def model() -> TracingModel:
    return fit_tracing(class_of(120, 25), seed=1, bags=2, growth=SMALL, training=QUICK)


def test_new_students_are_predicted_well_and_honestly(model: TracingModel) -> None:
    fresh = class_of(60, 25, seed=9)
    truth = np.array([a.correct for a in fresh])
    parts = model.parts(list(histories(fresh)))
    assert roc_auc(truth, parts.mean) > 0.75
    assert roc_auc(truth, parts.elo) > 0.70
    assert calibration_error(truth, sigmoid(parts.mean)) < 0.05


def test_the_same_answers_and_seed_give_the_same_model(model: TracingModel) -> None:
    again = fit_tracing(class_of(120, 25), seed=1, bags=2, growth=SMALL, training=QUICK)
    probe = list(histories(class_of(5, 10, seed=3)))
    assert model.parts(probe).mean.tolist() == again.parts(probe).mean.tolist()


def test_live_chances_are_the_trained_ones_and_never_read_the_outcome(model: TracingModel) -> None:
    run = class_of(1, 20, seed=4)
    expected = sigmoid(model.parts([run]).mean)[-1]
    for claimed in (0.0, 1.0):
        candidate = Answer(run[-1].student, run[-1].seq, run[-1].item, run[-1].skills, claimed)
        assert model.chances(run[:-1], [candidate]).tolist() == pytest.approx([expected])
    assert model.chances(run, []).tolist() == []


def test_harder_items_are_less_likely(model: TracingModel) -> None:
    chances = model.chances([], [Answer("new", 0, f"i{i}", (f"k{i % 3}",), 0.0) for i in (0, 11)])
    assert chances[0] > chances[1] + 0.2


def test_answers_of_one_outcome_teach_nothing() -> None:
    with pytest.raises(BadData):
        fit_tracing([Answer("s", i, "i", ("k",), 1.0) for i in range(5)])
