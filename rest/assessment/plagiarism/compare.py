"""A class compared: fingerprints of everybody against everybody, tiles of the pairs that look alike, lines to show.

What the teacher handed out, and what most of the class has in common, is nobody's copy and is taken out of the
fingerprints.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rest.assessment.plagiarism import tiling, winnowing
from rest.assessment.plagiarism.tokens import Token, tokens
from rest.assessment.plagiarism.winnowing import Prints

COMMON = 0.5
"""A fingerprint found in more than this share of at least `CLASS` programs is the task's. (So is one that most of a
class copied.)"""
CLASS = 6


@dataclass(frozen=True, slots=True)
class Alike:
    """Lines of the first and of the second program (first and last, from 1) that share a tile."""

    one: tuple[int, int]
    two: tuple[int, int]
    tokens: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs and how alike they are, from 0 to 1, with the places, longest first."""

    one: str
    two: str
    likeness: float
    places: tuple[Alike, ...]


def compare(
    programs: Mapping[str, str], language: str, given: str = "", least: float = 0.3, most: int = 100
) -> list[Pair]:
    """Pairs of ``programs`` (source by author) at least ``least`` alike, the most alike first, at most ``most``.

    ``given`` is code that everybody was handed.
    """
    read = {author: tokens(source, language) for author, source in sorted(programs.items())}
    prints = _own(
        {a: winnowing.fingerprints(t) for a, t in read.items()}, winnowing.fingerprints(tokens(given, language))
    )
    close = [(one, two) for one, two in combinations(read, 2) if _close(prints[one], prints[two], least)]
    pairs = [_pair(one, two, read[one], read[two]) for one, two in close]
    return sorted([p for p in pairs if p.likeness >= least], key=lambda p: (-p.likeness, p.one, p.two))[:most]


def _own(prints: Mapping[str, Prints], given: Prints) -> dict[str, Prints]:
    counts = Counter(p for each in prints.values() for p in each)
    common = {p for p, n in counts.items() if len(prints) >= CLASS and n > COMMON * len(prints)}
    return {author: each - given - common for author, each in prints.items()}


def _close(one: Prints, two: Prints, least: float) -> bool:
    """Whether tiles are worth the while: half as much shared as is asked for, in the smaller of the two."""
    return max(winnowing.contained(one, two), winnowing.contained(two, one)) >= least / 2


def _pair(one: str, two: str, first: Sequence[Token], second: Sequence[Token]) -> Pair:
    found = tiling.tiles(first, second)
    places = tuple(Alike(_lines(first, t.one, t.length), _lines(second, t.two, t.length), t.length) for t in found)
    return Pair(one, two, tiling.likeness(first, second, found), places)


def _lines(of: Sequence[Token], start: int, length: int) -> tuple[int, int]:
    lines = [t.line for t in of[start : start + length]]
    return min(lines), max(lines)
