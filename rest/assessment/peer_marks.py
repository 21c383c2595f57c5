"""What reviewers' marks come to: each weighs as much as their judgement of works with a known mark is worth.

A reviewer's error is the mean squared difference from the staff's marks on calibration works, held up by a prior so
that one lucky hit is no proof. The weight is the inverse of the error (the best linear combination of independent
judges), and no weight exceeds `MOST` times the least: a class is not decided by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

PRIOR_ERROR = Fraction(1, 50)
"""Squared error of a reviewer nothing is known of (about 14 points of 100), counted as much as two calibration
works."""
PRIOR_WORKS = 2
MOST = 4
APART = Fraction(3, 10)
"""Reviews further apart than this are for a person to settle."""

Shares = Mapping[str, Fraction]


def weight(given: Shares, known: Shares) -> Fraction:
    """A reviewer's weight from the shares they gave to calibration works and those known; about 1 for an average
    one."""
    errors = [(given[work] - known[work]) ** 2 for work in sorted(given.keys() & known.keys())]
    error = (sum(errors, Fraction(0)) + PRIOR_WORKS * PRIOR_ERROR) / (len(errors) + PRIOR_WORKS)
    return min(Fraction(MOST) / 2, max(Fraction(1, 2), PRIOR_ERROR / error)) if error else Fraction(MOST) / 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """The mark reviewers come to, how many they are, how far apart, and whether a person should look."""

    share: Fraction | None
    reviews: int
    spread: Fraction
    needs_person: bool


def verdict(reviews: Shares, weights: Shares, least: int = 2) -> Verdict:
    """The weighted mean of ``reviews`` (share by reviewer). Fewer than ``least``, or far apart: a person should
    look."""
    if not reviews:
        return Verdict(None, 0, Fraction(0), needs_person=True)
    weighed = [(weights.get(who, Fraction(1)), share) for who, share in sorted(reviews.items())]
    share = sum(w * s for w, s in weighed) / sum(w for w, _ in weighed)
    spread = max(reviews.values()) - min(reviews.values())
    return Verdict(Fraction(share), len(reviews), spread, len(reviews) < least or spread > APART)
