"""Courses to enrol in. One row in five of the published training part is held back here, by a hash of the row."""

import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np

from loadtests.eval.data import parts, rows, table
from rest.recommendations.arrays import Floats
from rest.recommendations.metrics import recall_and_ndcg, roc_auc
from rest.recommendations.ranker import PARTS, Settings, fit_ranker
from rest.recommendations.visits import Visits

FOLDER = "rec_mooccube_courses"
COURSES = 219
UNORDERED = ("popularity", "ease", "item_knn", "people_knn")
"""The rows have no order, so what stands on sequence is not reported on its own."""

Row = tuple[int, int, int]
Pairs = list[Row]


def run(data: Path) -> None:
    given = load(data / FOLDER / "train.csv.gz")
    held = [r for r in given if zlib.crc32(f"{r[0]} {r[1]}".encode()) % 5 == 0]
    kept = set(held)
    report("courses: a fifth of train.csv.gz", [r for r in given if r not in kept], held)
    for path in parts(data / FOLDER, "test.csv.gz"):
        report(f"courses: {path.name}", given, load(path))


def load(path: Path) -> Pairs:
    return [(int(r["user"]), int(r["course"]), int(r["enrolled"])) for r in rows(path)]


def report(title: str, train: Pairs, test: Pairs) -> None:
    taken: dict[int, list[int]] = defaultdict(list)
    for user, course, enrolled in train:
        if enrolled:
            taken[user].append(course)
    # The file is sorted by course, and the blend learns by hiding the last visit: it must be any of them.
    mixed = np.random.default_rng(0)
    for courses in taken.values():
        mixed.shuffle(courses)
    users = sorted(taken)
    names = tuple(map(str, range(COURSES)))
    ranker = fit_ranker(
        Visits(tuple(map(str, users)), names, tuple(tuple(taken[u]) for u in users)), None, Settings(ridge=100.0)
    )
    scores = {u: ranker.parts.scores(taken[u], (), n) for n, u in enumerate(users)}
    blended = {u: ranker.blend.scores(s) for u, s in scores.items()}
    lines = [line(n, {u: s[:, list(PARTS).index(n)] for u, s in scores.items()}, taken, test) for n in UNORDERED]
    table(title, ("model", "Recall@10", "NDCG@10", "AUC", "users"), [*lines, line("blend", blended, taken, test)])


def line(name: str, scores: dict[int, Floats], taken: dict[int, list[int]], test: Pairs) -> list[str | float]:
    judged = [(u, c, e) for u, c, e in test if u in taken]
    relevant: dict[int, set[int]] = defaultdict(set)
    for user, course, enrolled in judged:
        if enrolled:
            relevant[user].add(course)
    found = [recall_and_ndcg(scores[u], courses, set(taken[u])) for u, courses in sorted(relevant.items())]
    auc = roc_auc(np.array([float(e) for *_, e in judged]), np.array([scores[u][c] for u, c, _ in judged]))
    recall, ndcg = np.mean(found, axis=0)
    return [name, float(recall), float(ndcg), auc, str(len(found))]
