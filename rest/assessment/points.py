"""Points are decimals with four places, credit is an exact fraction: sums do not depend on their order."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

PLACE = Decimal("0.0001")
MOST = Decimal(10_000)
ZERO = Decimal(0)

NONE = Fraction(0)
FULL = Fraction(1)


def rounded(value: Decimal | Fraction | int) -> Decimal:
    """``value`` to four places, halves to even."""
    exact = value if not isinstance(value, Fraction) else Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(exact).quantize(PLACE, ROUND_HALF_EVEN)


def is_points(value: Decimal) -> bool:
    """Whether ``value`` can be worth something: finite, from 0 to 10,000, at most four places."""
    return value.is_finite() and 0 <= value <= MOST and value == rounded(value)


def is_number(value: Decimal) -> bool:
    """Whether ``value`` can be a key: finite, below 1e100, and no finer than 1e-100 (exact arithmetic stays cheap)."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -100 and value.adjusted() < 100


def credited(maximum: Decimal, credit: Fraction) -> Decimal:
    """Points for a share of ``maximum``; a share below 0 is 0, above 1 is 1."""
    return rounded(maximum * Decimal(within(credit).numerator) / Decimal(within(credit).denominator))


def within(credit: Fraction) -> Fraction:
    """``credit`` held between none and full."""
    return max(NONE, min(FULL, credit))


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum, the same in whatever order."""
    return sum(values, ZERO)
