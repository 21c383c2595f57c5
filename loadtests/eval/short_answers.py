"""Short answers: right or wrong on SciEntsBank, points on Mohler's data structures course."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from loadtests.eval.data import parts, rows, table
from rest.assessment.short_answers.grader import Sureness, numbers, sureness
from rest.assessment.short_answers.likeness import Question, question
from rest.assessment.short_answers.model import Model, fit
from rest.assessment.short_answers.precedents import Precedent, precedent
from rest.assessment.short_answers.words import Rarity, rarity, read

Row = dict[str, str]
FOLDS = 5
HEADER = ("model", "macro F1", "accuracy", "decided at 90%", "right of those", "answers")


def run(data: Path) -> None:
    scientsbank(data / "asag_scientsbank")
    mohler(data / "asag_mohler")


def scientsbank(folder: Path) -> None:
    train = rows(folder / "train.csv.gz")
    for path in parts(folder, "test_*.csv.gz"):
        test = rows(path)
        lines = [judged("references and graded answers", train, test, taught=True)]
        lines += [judged("references alone", train, test, taught=False)]
        table(f"short answers: SciEntsBank, {path.name}", HEADER, lines)


def judged(name: str, train: list[Row], test: list[Row], taught: bool) -> list[str | float]:
    """Fitted on train, how sure to be found across folds of train, measured on test."""
    model = learn(train, taught)
    truth = np.array([right(r) for r in test])
    chances = np.array([model.chance(x) for x in described(train, test, taught)])
    said = chances > 0.5
    sure = across_folds(train, taught)
    decided = (chances <= sure.low) | (chances >= sure.high)
    hits = float((said == truth)[decided].mean()) if decided.any() else float("nan")
    return [name, macro_f1(truth, said), float((said == truth).mean()), float(decided.mean()), hits, str(len(test))]


def learn(train: list[Row], taught: bool) -> Model:
    return fit(described(train, train, taught), [right(r) for r in train])


def across_folds(train: list[Row], taught: bool) -> Sureness:
    """Answers left out by turns when the question has graded ones, whole questions when it has none."""
    folds = fold_numbers(train, whole_questions=not taught)
    chances, truth = list[float](), list[bool]()
    for fold in range(FOLDS):
        rest = [r for r, f in zip(train, folds, strict=True) if f != fold]
        out = [r for r, f in zip(train, folds, strict=True) if f == fold]
        model = learn(rest, taught)
        chances += [model.chance(x) for x in described(rest, out, taught)]
        truth += [right(r) for r in out]
    return sureness(chances, truth)


def fold_numbers(train: list[Row], whole_questions: bool) -> list[int]:
    rng = np.random.default_rng(0)
    if not whole_questions:
        return [int(f) for f in rng.integers(0, FOLDS, len(train))]
    ids = sorted({r["question_id"] for r in train})
    fold_of = {ids[int(at)]: n % FOLDS for n, at in enumerate(rng.permutation(len(ids)))}
    return [fold_of[r["question_id"]] for r in train]


def described(train: list[Row], test: list[Row], taught: bool) -> list[list[float]]:
    """The numbers of each answer of ``test``; a training answer is not compared with itself."""
    known = rarity(read(r["answer"]) for r in train)
    asked = {r["question_id"]: r for r in [*train, *test]}
    questions = {name: _question(r, known) for name, r in asked.items()}
    graded: dict[str, list[tuple[int, Precedent]]] = defaultdict(list)
    for r in train if taught else []:
        graded[r["question_id"]].append((id(r), precedent(read(r["answer"]), right(r), known)))
    return [
        numbers(
            questions[r["question_id"]], read(r["answer"]), _others(graded[r["question_id"]], r) if taught else None
        )
        for r in test
    ]


def _question(row: Row, known: Rarity) -> Question:
    return question(row["question"], row["reference_answers"].split(" ||| "), known)


def _others(graded: list[tuple[int, Precedent]], row: Row) -> list[Precedent]:
    return [p for key, p in graded if key != id(row)]


def right(row: Row) -> bool:
    return row["correct"] == "1"


def macro_f1(truth: Sequence[bool] | np.ndarray, said: np.ndarray) -> float:
    """Mean over the two classes of the F1 of each."""
    sides = [(np.asarray(truth) == side, said == side) for side in (True, False)]
    return float(np.mean([2 * (t & s).sum() / max(1, t.sum() + s.sum()) for t, s in sides]))


def mohler(folder: Path) -> None:
    """Points from 0 to 5 by ridge regression; whole questions are left out by turns (or held out in test.csv.gz)."""
    train = rows(folder / "train.csv.gz")
    ids = sorted({r["id"] for r in train})
    fold_of = {ids[int(at)]: n % FOLDS for n, at in enumerate(np.random.default_rng(0).permutation(len(ids)))}
    points, found = points_of(train), np.zeros(len(train))
    for fold in range(FOLDS):
        out = [n for n, r in enumerate(train) if fold_of[r["id"]] == fold]
        rest = [r for r in train if fold_of[r["id"]] != fold]
        found[out] = regressed(rest, [train[n] for n in out])
    lines = [scored("questions left out of train by turns", points, found)]
    lines += [scored("always the mean", points, np.full(len(points), points.mean()))]
    for path in parts(folder, "test*.csv.gz"):
        lines.append(scored(path.name, points_of(rows(path)), regressed(train, rows(path))))
    table("short answers: Mohler", ("part", "Pearson", "RMSE", "QWK on half points", "answers"), lines)


def points_of(given: list[Row]) -> np.ndarray:
    return np.array([float(r["score_avg"]) for r in given])


def regressed(train: list[Row], test: list[Row], ridge: float = 10.0) -> np.ndarray:
    x, y, z = _likeness(train, train), points_of(train), _likeness(train, test)
    mean, spread = x.mean(axis=0), np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    a, b = (x - mean) / spread, (z - mean) / spread
    held = ridge * np.eye(int(a.shape[1]))
    weights = np.asarray(np.linalg.solve(a.T @ a + held, a.T @ (y - y.mean())), dtype=np.float64)
    return np.clip(b @ weights + y.mean(), 0.0, 5.0)


def _likeness(train: list[Row], given: list[Row]) -> np.ndarray:
    known = rarity(read(r["student_answer"]) for r in train)
    asked = {r["id"]: question(r["question"], [r["desired_answer"]], known) for r in given}
    return np.array([numbers(asked[r["id"]], read(r["student_answer"]), None) for r in given])


def scored(name: str, points: np.ndarray, found: np.ndarray) -> list[str | float]:
    pearson = float(np.corrcoef(points, found)[0, 1]) if found.std() > 0 else float("nan")
    rmse = float(np.sqrt(np.mean((points - found) ** 2)))
    return [
        name,
        pearson,
        rmse,
        weighted_kappa(np.rint(points * 2).astype(int), np.rint(found * 2).astype(int)),
        str(len(points)),
    ]


def weighted_kappa(one: np.ndarray, two: np.ndarray, steps: int = 11) -> float:
    """Agreement beyond chance, disagreement weighed by its square."""
    seen = np.zeros((steps, steps))
    np.add.at(seen, (one, two), 1)
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    weights = np.subtract.outer(np.arange(steps), np.arange(steps)) ** 2
    return float(1 - (weights * seen).sum() / (weights * chance).sum())
