"""Programs copied at six levels of disguise, told from independent ones: AUC and recall at 5% false alarms by level."""

import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from loadtests.eval.data import table
from rest.assessment.plagiarism import tiling, winnowing
from rest.assessment.plagiarism.tokens import tokens
from rest.recommendations.metrics import roc_auc

LEVELS = ("L1", "L2", "L3", "L4", "L5", "L6")
INDEPENDENT = "independent"
Scores = dict[str, list[float]]


def run(data: Path) -> None:
    for path in sorted((data / "plag_irplag").glob("*.tar.gz")):
        tiled, printed = compared(programs(path))
        header = ("model", *(f"{level} AUC" for level in LEVELS), *(f"{level} R@5%" for level in LEVELS))
        lines = [line("greedy string tiling", tiled), line("winnowing", printed)]
        table(f"plagiarism: {path.name}", header, lines)


def programs(path: Path) -> dict[str, dict[str, str]]:
    """Sources by case and folder."""
    found: dict[str, dict[str, str]] = defaultdict(lambda: defaultdict(str))
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".java") else None
            if file:
                case, *folder, _ = member.name.removeprefix("./").split("/")
                found[case]["/".join(folder)] += file.read().decode("utf-8", "replace")
    return found


def compared(cases: dict[str, dict[str, str]]) -> tuple[Scores, Scores]:
    tiled: Scores = defaultdict(list)
    printed: Scores = defaultdict(list)
    for sources in cases.values():
        original = tokens(sources["original"], "java")
        for folder, source in sources.items():
            if folder != "original":
                other = tokens(source, "java")
                level = INDEPENDENT if folder.startswith("non") else folder.split("/")[1]
                tiled[level].append(tiling.likeness(original, other, tiling.tiles(original, other)))
                prints = winnowing.fingerprints(original), winnowing.fingerprints(other)
                printed[level].append(winnowing.likeness(*prints))
    return tiled, printed


def line(name: str, scores: Scores) -> list[str | float]:
    independent = scores[INDEPENDENT]
    bar = float(np.quantile(independent, 0.95))
    aucs = [
        roc_auc(np.array([1.0] * len(s) + [0.0] * len(independent)), np.array(s + independent))
        for s in (scores[v] for v in LEVELS)
    ]
    return [name, *aucs, *(float(np.mean(np.array(scores[v]) > bar)) for v in LEVELS)]
