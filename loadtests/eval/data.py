"""Files of the data folder, and tables on the screen."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a ``.csv.gz``."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(folder: Path, *patterns: str) -> list[Path]:
    """The files to report on, in order, those of them that are there."""
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


def table(title: str, header: Sequence[str], lines: Sequence[Sequence[str | float | int]]) -> None:
    """Prints a Markdown table; fractions get three digits."""
    print(f"\n## {title}\n\n| {' | '.join(header)} |\n|{' --- |' * len(header)}")
    for line in lines:
        print(f"| {' | '.join(f'{v:.3f}' if isinstance(v, float) else str(v) for v in line)} |", flush=True)
