"""How like an answer is to the reference answers, in numbers; the best reference counts for each number."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rest.assessment.short_answers.words import Rarity, Text, Vector, cosine, read

NAMES = (
    "precision",
    "recall",
    "overlap",
    "new_precision",
    "new_recall",
    "new_overlap",
    "rare_recall",
    "new_rare_recall",
    "letters",
    "pairs",
    "sequence",
    "denies",
    "numbers_missing",
    "length",
    "echo",
    "words",
)
"""``new_…`` leaves out words of the question, which anyone can repeat; ``echo`` is how much of the answer does."""

SHARED = 11
"""The first so many numbers are shares; the largest over the references counts."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its reference answers, read and weighed once."""

    asked: Text
    references: tuple[Text, ...]
    vectors: tuple[Vector, ...]
    rarity: Rarity


def question(asked: str, references: Sequence[str], rarity: Rarity) -> Question:
    """A question with at least one reference answer."""
    texts = tuple(read(r) for r in references)
    return Question(read(asked), texts, tuple(rarity.weighed(t) for t in texts), rarity)


def likeness(question: Question, answer: Text) -> list[float]:
    """Numbers in the order of `NAMES`."""
    vector = question.rarity.weighed(answer)
    rows = [
        _against(question, answer, vector, r, v) for r, v in zip(question.references, question.vectors, strict=True)
    ]
    nearest = max(rows, key=lambda row: row[NAMES.index("letters")])
    best = [max(column) for column in zip(*rows, strict=True)]
    echo = _shares(answer.words, question.asked.words)[0]
    return [*best[:SHARED], *nearest[SHARED:], echo, math.log1p(len(answer.stems))]


def _against(
    question: Question, answer: Text, vector: Vector, reference: Text, reference_vector: Vector
) -> list[float]:
    given, wanted, asked = answer.words, reference.words, question.asked.words
    return [
        *_shares(given, wanted),
        *_shares(given - asked, wanted - asked),
        _rare_share(question.rarity, given, wanted),
        _rare_share(question.rarity, given, wanted - asked),
        cosine(vector, reference_vector),
        len(answer.pairs & reference.pairs) / (len(reference.pairs) + 1),
        2 * _in_sequence(answer.stems, reference.stems) / (len(answer.stems) + len(reference.stems) + 1),
        float(answer.denies != reference.denies),
        float(len(reference.numbers - answer.numbers)),
        math.log((len(answer.stems) + 1) / (len(reference.stems) + 1)),
    ]


def _shares(given: frozenset[str], wanted: frozenset[str]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    both = len(given & wanted)
    if not both:
        return 0.0, 0.0, 0.0
    return both / len(given), both / len(wanted), 2 * both / (len(given) + len(wanted))


def _rare_share(rarity: Rarity, given: frozenset[str], wanted: frozenset[str]) -> float:
    whole = sum(rarity.word(w) for w in sorted(wanted))
    return sum(rarity.word(w) for w in sorted(wanted & given)) / whole if whole else 0.0


def _in_sequence(one: Sequence[str], two: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(two) + 1)
    for a in one:
        diagonal = 0
        for j, b in enumerate(two, 1):
            diagonal, row[j] = row[j], diagonal + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]
