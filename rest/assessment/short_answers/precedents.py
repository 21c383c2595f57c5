"""How like an answer is to answers of the same question that people have graded, right ones and wrong ones."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rest.assessment.short_answers.words import Rarity, Text, Vector, cosine

NAMES = (
    "nearest_right",
    "nearest_wrong",
    "gap_1",
    "gap_3",
    "gap_5",
    "usual",
    "words_say",
    "words_say_mean",
    "neighbours",
)
VOTES = 7


@dataclass(frozen=True, slots=True)
class Precedent:
    """A graded answer."""

    text: Text
    vector: Vector
    right: bool


def precedent(text: Text, right: bool, rarity: Rarity) -> Precedent:
    return Precedent(text, rarity.weighed(text), right)


def compare(answer: Text, rarity: Rarity, graded: Sequence[Precedent]) -> list[float]:
    """Numbers in the order of `NAMES`; all 0 when nothing is graded yet."""
    if not graded:
        return [0.0] * len(NAMES)
    vector = rarity.weighed(answer)
    near = [(cosine(vector, g.vector), g.right) for g in graded]
    right = sorted((c for c, is_right in near if is_right), reverse=True)
    wrong = sorted((c for c, is_right in near if not is_right), reverse=True)
    gaps = [_mean(right[:k]) - _mean(wrong[:k]) for k in (1, 3, 5)]
    said = _words_say(answer, graded)
    usual = math.log((len(right) + 1) / (len(wrong) + 1))
    return [_mean(right[:1]), _mean(wrong[:1]), *gaps, usual, said, said / (len(answer.words) + 2), _votes(near)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _votes(near: Sequence[tuple[float, bool]]) -> float:
    """From -1 to 1: the nearest few vote by the cube of their likeness."""
    top = sorted(near, reverse=True)[:VOTES]
    return sum(c**3 * (1 if right else -1) for c, right in top) / (sum(c**3 for c, _ in top) + 1e-6)


def _words_say(answer: Text, graded: Sequence[Precedent]) -> float:
    """Sum over the answer's words of the log odds of seeing them in right and in wrong answers (naive Bayes)."""
    right, wrong = Counter[str](), Counter[str]()
    for g in graded:
        (right if g.right else wrong).update(g.text.words & answer.words)
    rights = sum(g.right for g in graded)
    wrongs = len(graded) - rights
    odds = (math.log((right[w] + 0.5) / (rights + 1)) - math.log((wrong[w] + 0.5) / (wrongs + 1)) for w in answer.words)
    return math.fsum(odds)
