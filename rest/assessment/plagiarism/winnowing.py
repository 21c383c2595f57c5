"""Winnowing (Schleimer, Wilkerson, Aiken 2003): a few fingerprints that any shared run of tokens must leave behind.

Every run of ``GRAM`` tokens is hashed and of every ``WINDOW`` neighbouring hashes the smallest is kept. A shared
run of at least ``GRAM + WINDOW - 1`` tokens is then sure to share a fingerprint; one shorter than ``GRAM`` never
does. Cheap enough to compare everybody with everybody.
"""

import zlib
from collections.abc import Sequence

from rest.assessment.plagiarism.tokens import Token

GRAM = 6
WINDOW = 4

Prints = frozenset[int]


def fingerprints(tokens: Sequence[Token], gram: int = GRAM, window: int = WINDOW) -> Prints:
    """The fingerprints of a program; a program shorter than one gram has none."""
    kinds = [t.kind for t in tokens]
    hashes = [zlib.crc32("\x1f".join(kinds[i : i + gram]).encode()) for i in range(len(kinds) - gram + 1)]
    if len(hashes) <= window:
        return frozenset([min(hashes)]) if hashes else frozenset()
    return frozenset(min(hashes[i : i + window]) for i in range(len(hashes) - window + 1))


def likeness(one: Prints, two: Prints) -> float:
    """Shared fingerprints of all: 0 nothing in common, 1 the same."""
    return len(one & two) / len(one | two) if one and two else 0.0


def contained(part: Prints, whole: Prints) -> float:
    """The share of ``part`` that is found in ``whole``."""
    return len(part & whole) / len(part) if part else 0.0
