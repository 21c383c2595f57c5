"""Numbers as people type them: ``1,234.5``, ``3.2e-3``, ``3,2 × 10^-3``, ``2 1/2``, ``-7/8``, with or without a unit.

A lone comma is a decimal comma unless exactly three digits follow a nonzero head (``1,234``), which is read as
thousands; ``1.234`` is read as a decimal. Digits of any script count. Nothing is evaluated.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from rest.assessment.typed import typed

LONGEST = 80

_GROUPED = r"\d{1,3}(?:[ ,']\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}"
_DIGITS = rf"(?:{_GROUPED}|\d+(?:[.,]\d*)?|[.,]\d+)"
_POWER = r"(?:\s*[eE]\s*(?P<e>[-+]?\d{1,3})|\s*[*x]\s*10\s*(?:\^|\*\*)\s*\(?(?P<ten>[-+]?\d{1,3})\)?)?"
_DECIMAL = re.compile(rf"(?P<sign>[-+]?)\s*(?P<digits>{_DIGITS}){_POWER}(?P<unit>.*)\Z")
_FRACTION = re.compile(
    r"(?P<sign>[-+]?)\s*(?:(?P<whole>\d{1,12})\s+)?(?P<over>\d{1,12})\s*/\s*(?P<under>\d{1,12})(?P<unit>.*)\Z"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the unit text that followed it."""

    value: Fraction
    unit: str


def read_quantity(text: str) -> Quantity | None:
    """The number that ``text`` begins with and the rest as its unit, or None when there is no number."""
    if len(text) > LONGEST:
        return None
    plain = typed(text)
    return _fraction(plain) or _decimal(plain)


def _fraction(text: str) -> Quantity | None:
    found = _FRACTION.match(text)
    if found is None or not int(found["under"]) or found["unit"][:1] in [*"0123456789.,"]:
        return None
    value = int(found["whole"] or 0) + Fraction(int(found["over"]), int(found["under"]))
    return Quantity(-value if found["sign"] == "-" else value, found["unit"].strip())


def _decimal(text: str) -> Quantity | None:
    found = _DECIMAL.match(text)
    if found is None or found["unit"][:1].isdigit():
        return None
    power = int(found["e"] or found["ten"] or 0)
    value = Fraction(_pointed(found["digits"])) * Fraction(10) ** power
    return Quantity(-value if found["sign"] == "-" else value, found["unit"].strip())


def _pointed(digits: str) -> str:
    """Digits with a point for the decimals and nothing between thousands."""
    plain = digits.replace(" ", "").replace("'", "")
    if "." in plain and "," in plain:
        last = max(plain.rfind("."), plain.rfind(","))
        return re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :]
    if plain.count(".") > 1 or plain.count(",") > 1 or re.fullmatch(r"[1-9]\d{0,2},\d{3}", plain):
        return re.sub(r"[.,]", "", plain)
    return _whole(plain.replace(",", "."))


def _whole(pointed: str) -> str:
    """``.5`` and ``3.`` as Fraction reads them."""
    head, _, tail = pointed.partition(".")
    return f"{head or '0'}.{tail or '0'}"
