"""Knowledge tracing: each answer predicted from the student's earlier ones, history begun anew every 200."""

from pathlib import Path

import numpy as np

from loadtests.eval.data import parts, rows, table
from rest.recommendations.answers import Answer, histories
from rest.recommendations.arrays import Floats, sigmoid
from rest.recommendations.metrics import calibration_error, log_loss, roc_auc
from rest.recommendations.tracing_model import TracingModel, fit_tracing

SETS = {
    "kt_assist2009": ("train_clean.csv.gz", ("valid_clean.csv.gz", "test_clean.csv.gz")),
    "kt_statics2011": ("train.csv.gz", ("valid.csv.gz", "test.csv.gz")),
}
HEADER = ("model", "AUC", "log loss", "ECE", "rows")


def run(data: Path) -> None:
    for name, (train, reported) in SETS.items():
        model = fit_tracing(answers(data / name / train))
        for path in parts(data / name, *reported):
            report(f"tracing: {name}, {path.name}", model, answers(path))


def answers(path: Path) -> list[Answer]:
    return [
        Answer(r["student"], int(r["seq"]), r["item"], tuple(r["skill"].split("_")), float(r["correct"]))
        for r in rows(path)
    ]


def report(title: str, model: TracingModel, given: list[Answer]) -> None:
    found = model.parts(list(histories(given)))
    truth = np.array([a.correct for a in given])
    models = {
        "Elo, one step an answer": found.elo,
        "logistic regression": found.linear,
        "boosted trees": found.boosted,
        "history factors": found.factors,
        "mean, used": found.mean,
    }
    table(title, HEADER, [line(name, truth, logits) for name, logits in models.items()])


def line(name: str, truth: Floats, logits: Floats) -> list[str | float]:
    chances = sigmoid(logits)
    return [name, roc_auc(truth, logits), log_loss(truth, chances), calibration_error(truth, chances), str(len(truth))]
