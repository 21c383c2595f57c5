"""A typed number against the key, in whatever unit of the right dimension."""

from fractions import Fraction

from rest.assessment.grading.outcome import Credit, Remark, all_or_none
from rest.assessment.items import Numeric
from rest.assessment.numbers import read_quantity
from rest.assessment.points import NONE
from rest.assessment.responses import Said
from rest.assessment.units import NUMBER, convert, read_unit


def grade_numeric(item: Numeric, response: Said) -> Credit:
    """Exact arithmetic, so that a value on the very edge of the tolerance is inside."""
    quantity = read_quantity(response.text)
    if quantity is None:
        return Credit(NONE, (Remark("not-a-number"),))
    if not quantity.unit:
        return _without_unit(item, quantity.value)
    unit, wanted = read_unit(quantity.unit), read_unit(item.unit)
    if unit is None or wanted is None:
        return Credit(NONE, (Remark("unit-unknown", (quantity.unit,)),))
    value = convert(quantity.value, unit, wanted)
    if value is None:
        return Credit(NONE, (Remark("unit-wrong", (quantity.unit, item.unit)),))
    return all_or_none(near(item, value))


def _without_unit(item: Numeric, value: Fraction) -> Credit:
    """A bare number, taken as in the item's unit; a missing unit costs what the item says."""
    wanted = read_unit(item.unit)
    if not item.unit or (wanted is not None and wanted.dimension == NUMBER):
        return all_or_none(near(item, value))
    share = Fraction(item.unitless, 100) if near(item, value) else NONE
    return Credit(share, (Remark("unit-missing", (item.unit,)),))


def near(item: Numeric, value: Fraction) -> bool:
    """Whether ``value``, in the item's unit, is within the tolerance."""
    key, tolerance = Fraction(item.key), Fraction(item.tolerance)
    return abs(value - key) <= (abs(key) * tolerance / 100 if item.relative else tolerance)
