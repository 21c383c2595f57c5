"""The next concept: the last click ranked among the 99 published negatives; ties count half."""

from pathlib import Path

import numpy as np

from loadtests.eval.data import parts, rows, table
from rest.recommendations.arrays import Floats
from rest.recommendations.metrics import ranking, target_ranks
from rest.recommendations.ranker import PARTS, Ranker, Side, fit_ranker
from rest.recommendations.visits import Visits

FOLDER = "rec_mooccube_concepts"
CONCEPTS, COURSES, RIVALS = 937, 2844, 99
HEADER = ("model", "HR@1", "HR@5", "HR@10", "MRR", "NDCG@10", "AUC", "targets")


def run(data: Path) -> None:
    visits, side = load(data / FOLDER)
    ranker = fit_ranker(visits, side)
    for path in parts(data / FOLDER, "eval_dev.csv.gz", "eval_test.csv.gz"):
        report(path, ranker, visits, side)


def load(folder: Path) -> tuple[Visits, Side]:
    """Clicks in order without the last one, and the courses of each user, by the users' own numbers."""
    history = rows(folder / "history.csv.gz")
    users = 1 + max(int(r["user"]) for r in history)
    runs: list[list[int]] = [[] for _ in range(users)]
    for r in sorted(history, key=lambda r: (int(r["user"]), int(r["seq"]))):
        runs[int(r["user"])].append(int(r["concept"]))
    courses: list[list[int]] = [[] for _ in range(users)]
    for r in rows(folder / "user_course.csv.gz"):
        courses[int(r["user"])].append(int(r["course"]))
    names = tuple(map(str, range(users))), tuple(map(str, range(CONCEPTS)))
    return Visits(*names, tuple(map(tuple, runs))), Side(tuple(map(tuple, courses)), COURSES)


def report(path: Path, ranker: Ranker, visits: Visits, side: Side) -> None:
    cases = [(int(r["user"]), [int(r["target"]), *map(int, r["negatives99"].split())]) for r in rows(path)]
    scores = np.array([ranker.parts.scores(visits.runs[u], side.runs[u], u)[items] for u, items in cases])
    blended = np.array([ranker.blend.scores(s) for s in scores])
    new = np.array([items[0] not in visits.runs[u] for u, items in cases])
    lines = [line(name, scores[:, :, n]) for n, name in enumerate(PARTS)]
    lines += [line("blend, used", blended), line("blend, targets not seen before", blended[new])]
    table(f"concepts: {path.name}", HEADER, lines)


def line(name: str, scores: Floats) -> list[str | float]:
    found = ranking(target_ranks(scores[:, 0], scores[:, 1:]), RIVALS)
    return [name, found.hr1, found.hr5, found.hr10, found.mrr, found.ndcg10, found.auc, str(found.n)]
