"""Picked choices: one, several, a statement, pairs."""

from fractions import Fraction

from rest.assessment.grading.outcome import Credit, Remark, all_or_none
from rest.assessment.items import Choice, Matching, MultipleChoice, SingleChoice, TrueFalse, ids
from rest.assessment.points import NONE, within
from rest.assessment.responses import Chosen, Matched


def grade_single(item: SingleChoice, response: Chosen) -> Credit:
    """Right when the key alone was picked."""
    return all_or_none(set(response.choices) == {item.key}, *said_of(item.choices, response.choices))


def grade_true_false(item: TrueFalse, response: Chosen) -> Credit:
    return all_or_none(set(response.choices) == {"true" if item.key else "false"})


def grade_multiple(item: MultipleChoice, response: Chosen) -> Credit:
    """Credit as the item says; a choice the item does not have counts as wrongly picked."""
    picked, keys = set(response.choices), set(item.keys)
    remarks = said_of(item.choices, response.choices)
    if item.credit == "all-or-nothing" or not keys:
        return all_or_none(picked == keys, *remarks)
    if item.credit == "per-option":
        everything = ids(item.choices) | picked
        alike = len(everything) - len(picked ^ keys)
        return Credit(Fraction(alike, len(everything)), remarks)
    return Credit(_right_minus_wrong(picked, keys, len(item.choices)), remarks)


def _right_minus_wrong(picked: set[str], keys: set[str], choices: int) -> Fraction:
    """Each key found earns its part; each wrong pick costs the same share of the wrong choices, so guessing earns 0."""
    wrong = choices - len(keys)
    penalty = Fraction(len(picked - keys), max(1, wrong))
    return within(Fraction(len(picked & keys), len(keys)) - penalty)


def grade_matching(item: Matching, response: Matched) -> Credit:
    """Pairs found of all pairs."""
    found = sum(response.pairs.get(source) == target for source, target in item.pairs.items())
    if item.credit == "all-or-nothing":
        return all_or_none(found == len(item.pairs))
    return Credit(Fraction(found, len(item.pairs)) if found else NONE)


def said_of(choices: tuple[Choice, ...], picked: tuple[str, ...]) -> tuple[Remark, ...]:
    """What the author says to those who picked what was picked, in the order of the choices."""
    return tuple(Remark("author", (c.feedback,)) for c in choices if c.id in picked and c.feedback)
