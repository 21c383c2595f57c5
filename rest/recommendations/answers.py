"""One graded answer, and how answers of many students are cut into histories."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Answer:
    """``student`` answered ``item`` of ``skills``, with ``correct`` from 0 to 1; ``seq`` orders a student's answers."""

    student: str
    seq: int
    item: str
    skills: tuple[str, ...]
    correct: float


History = list[Answer]


def histories(answers: Iterable[Answer], longest: int = 200) -> Iterator[History]:
    """Runs of one student's answers in order, begun anew each ``longest`` answers.

    Answers of a student must stand together and in order.
    """
    for _, run in groupby(answers, key=lambda a: (a.student, a.seq // longest)):
        yield list(run)


def student_fold(student: str, folds: int, salt: str = "") -> int:
    """The fold of a student: stable, spread evenly, independent of who else is there."""
    return zlib.crc32(f"{salt}:{student}".encode()) % folds
