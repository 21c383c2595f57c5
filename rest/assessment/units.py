"""Units of measure in answers: reads ``km/h``, ``m s^-2``, ``kg*m^2/s^2``, ``µmol``, and converts between them.

A unit is a factor and an offset to SI base units, and a dimension (exponents of m, kg, s, A, K, mol, cd, and the radian
kept apart so that an angle is not a mere number). Everything is exact: decimals become fractions.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from rest.assessment.typed import typed

Dimension = tuple[int, ...]
BASES = ("m", "kg", "s", "A", "K", "mol", "cd", "rad")
NUMBER: Dimension = (0,) * len(BASES)


@dataclass(frozen=True, slots=True)
class Unit:
    """``value in SI = value * factor + offset``; an offset only where a unit stands alone (°C, °F)."""

    factor: Fraction
    dimension: Dimension
    offset: Fraction = Fraction(0)


def _dim(**powers: int) -> Dimension:
    return tuple(powers.get(base, 0) for base in BASES)


_PLAIN = {
    "m": ("1", _dim(m=1)),
    "g": ("0.001", _dim(kg=1)),
    "s": ("1", _dim(s=1)),
    "A": ("1", _dim(A=1)),
    "K": ("1", _dim(K=1)),
    "mol": ("1", _dim(mol=1)),
    "cd": ("1", _dim(cd=1)),
    "rad": ("1", _dim(rad=1)),
    "Hz": ("1", _dim(s=-1)),
    "N": ("1", _dim(m=1, kg=1, s=-2)),
    "Pa": ("1", _dim(m=-1, kg=1, s=-2)),
    "J": ("1", _dim(m=2, kg=1, s=-2)),
    "W": ("1", _dim(m=2, kg=1, s=-3)),
    "C": ("1", _dim(s=1, A=1)),
    "V": ("1", _dim(m=2, kg=1, s=-3, A=-1)),
    "F": ("1", _dim(m=-2, kg=-1, s=4, A=2)),
    "\u03a9": ("1", _dim(m=2, kg=1, s=-3, A=-2)),
    "ohm": ("1", _dim(m=2, kg=1, s=-3, A=-2)),
    "S": ("1", _dim(m=-2, kg=-1, s=3, A=2)),
    "Wb": ("1", _dim(m=2, kg=1, s=-2, A=-1)),
    "T": ("1", _dim(kg=1, s=-2, A=-1)),
    "H": ("1", _dim(m=2, kg=1, s=-2, A=-2)),
    "L": ("0.001", _dim(m=3)),
    "l": ("0.001", _dim(m=3)),
    "bar": ("100000", _dim(m=-1, kg=1, s=-2)),
    "eV": ("1.602176634e-19", _dim(m=2, kg=1, s=-2)),
    "cal": ("4.184", _dim(m=2, kg=1, s=-2)),
    "Wh": ("3600", _dim(m=2, kg=1, s=-2)),
    "M": ("1000", _dim(mol=1, m=-3)),
}
"""Units that take a prefix."""

_FIXED = {
    "%": ("0.01", NUMBER),
    "min": ("60", _dim(s=1)),
    "h": ("3600", _dim(s=1)),
    "hr": ("3600", _dim(s=1)),
    "d": ("86400", _dim(s=1)),
    "day": ("86400", _dim(s=1)),
    "t": ("1000", _dim(kg=1)),
    "ha": ("10000", _dim(m=2)),
    "atm": ("101325", _dim(m=-1, kg=1, s=-2)),
    "mmHg": ("133.322387415", _dim(m=-1, kg=1, s=-2)),
    "u": ("1.66053906660e-27", _dim(kg=1)),
    "in": ("0.0254", _dim(m=1)),
    "ft": ("0.3048", _dim(m=1)),
    "yd": ("0.9144", _dim(m=1)),
    "mi": ("1609.344", _dim(m=1)),
    "mph": ("0.44704", _dim(m=1, s=-1)),
    "lb": ("0.45359237", _dim(kg=1)),
    "oz": ("0.028349523125", _dim(kg=1)),
    "deg": ("0.017453292519943295", _dim(rad=1)),
    "°": ("0.017453292519943295", _dim(rad=1)),
    "rev": ("6.283185307179586", _dim(rad=1)),
}

_OFFSET = {
    "°C": Unit(Fraction(1), _dim(K=1), Fraction("273.15")),
    "degC": Unit(Fraction(1), _dim(K=1), Fraction("273.15")),
    "°F": Unit(Fraction(5, 9), _dim(K=1), Fraction("459.67") * 5 / 9),
    "degF": Unit(Fraction(5, 9), _dim(K=1), Fraction("459.67") * 5 / 9),
}

_PREFIXES = {
    "da": 1,
    "h": 2,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "P": 15,
    "E": 18,
    "d": -1,
    "c": -2,
    "m": -3,
    "\u03bc": -6,
    "u": -6,
    "n": -9,
    "p": -12,
    "f": -15,
    "a": -18,
}

_WORDS = {
    "meter": "m",
    "metre": "m",
    "gram": "g",
    "kilogram": "kg",
    "second": "s",
    "sec": "s",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "liter": "L",
    "litre": "L",
    "newton": "N",
    "joule": "J",
    "watt": "W",
    "volt": "V",
    "ampere": "A",
    "amp": "A",
    "pascal": "Pa",
    "hertz": "Hz",
    "kelvin": "K",
    "mole": "mol",
    "percent": "%",
    "degree": "deg",
    "radian": "rad",
    "inch": "in",
    "foot": "ft",
    "feet": "ft",
    "mile": "mi",
    "pound": "lb",
    "kilometer": "km",
    "kilometre": "km",
    "centimeter": "cm",
    "centimetre": "cm",
    "millimeter": "mm",
    "millimetre": "mm",
    "celsius": "°C",
    "fahrenheit": "°F",
}

_FACTOR = re.compile(r"([A-Za-z\u03bc\u03a9%°]+)(?:\^?([-+]?\d))?\Z")
LONGEST = 60


def read_unit(text: str) -> Unit | None:
    """The unit that ``text`` names, the plain number for an empty text, or None when it is not one."""
    plain = " ".join(typed(text).replace("**", "^").split())
    if len(text) > LONGEST:
        return None
    if not plain:
        return Unit(Fraction(1), NUMBER)
    alone = _WORDS.get(plain.lower(), _WORDS.get(plain.lower().removesuffix("s"), plain))
    return _OFFSET.get(alone) or _product(alone)


def is_unit(text: str) -> bool:
    """Whether ``text`` names a unit (an empty text does: the plain number)."""
    return read_unit(text) is not None


def convert(value: Fraction, unit: Unit, to: Unit) -> Fraction | None:
    """``value`` of ``unit`` expressed in ``to``, or None when their dimensions differ."""
    if unit.dimension != to.dimension:
        return None
    return (value * unit.factor + unit.offset - to.offset) / to.factor


def _product(text: str) -> Unit | None:
    """Factors joined by ``*``, ``.`` or a space; each ``/`` divides by the one factor after it, or by a bracket."""
    tokens = re.findall(r"[*/.()]|[^\s*/.()]+", text)
    factor, dimension = Fraction(1), list(NUMBER)
    sign, bracket = 1, 0
    for token in tokens:
        if token == "(":
            if bracket:
                return None
            bracket = sign
        elif token == ")":
            sign, bracket = 1, 0
        elif token == "/":
            sign = -(bracket or 1)
        elif token in "*.":
            sign = bracket or 1
        else:
            part = _power(token)
            if part is None:
                return None
            factor *= part.factor**sign
            dimension = [d + sign * p for d, p in zip(dimension, part.dimension, strict=True)]
            sign = bracket or 1
    whole = not bracket and any(t not in "*/.()" for t in tokens)
    return Unit(factor, tuple(dimension)) if whole else None


def _power(token: str) -> Unit | None:
    if token == "1":
        return Unit(Fraction(1), NUMBER)
    found = _FACTOR.match(token)
    base = _symbol(found[1]) if found else None
    if found is None or base is None:
        return None
    power = int(found[2] or 1)
    return Unit(base.factor**power, tuple(power * d for d in base.dimension))


def _symbol(name: str) -> Unit | None:
    """A symbol, or a prefix and one that takes prefixes."""
    name = _WORDS.get(name.lower(), name)
    if name in _FIXED or name in _PLAIN:
        factor, dimension = _FIXED.get(name) or _PLAIN[name]
        return Unit(Fraction(factor), dimension)
    for size in (2, 1):
        prefix, rest = name[:size], name[size:]
        if prefix in _PREFIXES and rest in _PLAIN:
            factor, dimension = _PLAIN[rest]
            return Unit(Fraction(factor) * Fraction(10) ** _PREFIXES[prefix], dimension)
    return None
