"""Short answers graded when sure, put to a person when not, with the words that speak for the verdict.

Two models: one compares with the reference answers alone, the other also with answers of the same question that people
have graded. The second takes over once enough are graded, and is much surer: grading a handful pays for the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rest.assessment.short_answers.likeness import Question, likeness
from rest.assessment.short_answers.model import Model
from rest.assessment.short_answers.precedents import Precedent, compare
from rest.assessment.short_answers.words import Text, read

ENOUGH = 8
"""Graded answers of a question, right and wrong together, from which the second model is used."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """Chances beyond which a verdict stands by itself: at most ``low`` is wrong, at least ``high`` is right."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """``right`` is None when a person has to decide; ``shared`` and ``missing`` are stems of the nearest reference."""

    chance: float
    right: bool | None
    shared: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grader:
    """The two models and how sure each has to be."""

    alone: Model
    taught: Model
    sure_alone: Sureness
    sure_taught: Sureness

    def judge(self, question: Question, answer: str, graded: Sequence[Precedent] = ()) -> Verdict:
        """A verdict on ``answer``; an answer without a content word is never decided by likeness."""
        text = read(answer)
        taught = len(graded) >= ENOUGH
        model, sure = (self.taught, self.sure_taught) if taught else (self.alone, self.sure_alone)
        chance = model.chance(numbers(question, text, graded if taught else None))
        right = True if chance >= sure.high else False if chance <= sure.low else None
        return Verdict(chance, right if text.stems else None, *_words(question, text))


def numbers(question: Question, text: Text, graded: Sequence[Precedent] | None) -> list[float]:
    """What a model reads: likeness to the references, and to ``graded`` when it is given."""
    alone = likeness(question, text)
    return alone if graded is None else [*alone, *compare(text, question.rarity, graded)]


def _words(question: Question, text: Text) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stems shared with the reference of most shared ones, and stems of it that are missing."""
    reference = max(question.references, key=lambda r: len(r.words & text.words) / (len(r.words) + 1))
    return tuple(sorted(reference.words & text.words)), tuple(sorted(reference.words - text.words))


def sureness(chances: Sequence[float], right: Sequence[bool], accuracy: float = 0.9) -> Sureness:
    """The widest range of verdicts that are right ``accuracy`` of the time on each side, judged on graded answers that
    the model was not fitted on."""
    pairs = sorted(zip(chances, right, strict=True))
    low = _reach([(c, not r) for c, r in pairs], accuracy)
    high = _reach([(c, r) for c, r in reversed(pairs)], accuracy)
    return Sureness(low if low is not None else -1.0, high if high is not None else 2.0)


LEAST = 20
"""Verdicts a side rests on, at least: ten hits in a row prove nothing."""


def _reach(ordered: Sequence[tuple[float, bool]], accuracy: float) -> float | None:
    """The last chance, going inward, up to which enough verdicts hit; equal chances stand or fall together."""
    hits, found = 0, None
    for count, (chance, hit) in enumerate(ordered, 1):
        hits += hit
        together = count == len(ordered) or ordered[count][0] != chance
        if together and count >= LEAST and hits >= accuracy * count:
            found = chance
    return found


@dataclass(frozen=True, slots=True)
class Queued:
    """An answer that waits for a person."""

    answer: str
    verdict: Verdict


def queue(verdicts: Sequence[tuple[str, Verdict]]) -> list[Queued]:
    """Undecided answers, the least sure first: grading those teaches the second model most. Ties by answer id."""
    waiting = [Queued(answer, verdict) for answer, verdict in verdicts if verdict.right is None]
    return sorted(waiting, key=lambda q: (abs(q.verdict.chance - 0.5), q.answer))
