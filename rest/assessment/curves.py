"""Curves: raising the marks of a class as a whole. None lowers a mark, changes an order, or goes past full."""

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import Literal

from rest.assessment.points import FULL, within

Curve = Literal["best-is-full", "scale-to-best", "root", "raise-mean"]

FINE = 10**12


def curved(curve: Curve, shares: Mapping[str, Fraction], mean: Fraction = FULL) -> dict[str, Fraction]:
    """Shares by student after the curve.

    ``best-is-full`` adds what the best lacks to all; ``scale-to-best`` divides by the best; ``root`` takes the square
    root, which helps the low most; ``raise-mean`` adds what the class lacks to ``mean``, if it lacks any.
    """
    if not shares:
        return {}
    best, average = max(shares.values()), sum(shares.values(), Fraction(0)) / len(shares)
    match curve:
        case "best-is-full":
            return _shifted(shares, FULL - best)
        case "scale-to-best":
            return {s: max(share, within(share / best)) if best > 0 else share for s, share in shares.items()}
        case "root":
            return {s: max(share, _root(share)) for s, share in shares.items()}
        case "raise-mean":
            return _shifted(shares, mean - average)


def _shifted(shares: Mapping[str, Fraction], by: Fraction) -> dict[str, Fraction]:
    return {s: max(share, within(share + by)) if by > 0 else share for s, share in shares.items()}


def _root(share: Fraction) -> Fraction:
    """The square root to twelve places, in whole numbers: the same on every machine."""
    return Fraction(isqrt(int(within(share) * FINE * FINE)), FINE)
