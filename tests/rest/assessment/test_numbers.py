"""Numbers and units as people type them."""

from fractions import Fraction as Frac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.assessment.numbers import Quantity, read_quantity
from rest.assessment.units import convert, is_unit, read_unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("42", Frac(42), ""),
        (" −3.50 m", Frac("-3.5"), "m"),
        ("+.5", Frac(1, 2), ""),
        ("3.", Frac(3), ""),
        ("1,234.5", Frac("1234.5"), ""),
        ("1.234,5", Frac("1234.5"), ""),
        ("1 234 567 km", Frac(1234567), "km"),
        ("1'234", Frac(1234), ""),
        ("1,234", Frac(1234), ""),
        ("0,234", Frac("0.234"), ""),
        ("3,14", Frac("3.14"), ""),
        ("1.234", Frac("1.234"), ""),
        ("1.234.567", Frac(1234567), ""),
        ("3e8 m/s", Frac(300_000_000), "m/s"),
        ("3.2×10⁻⁵ µm²", Frac("0.000032"), "μm^2"),
        ("3,2 x 10^(-5)", Frac("0.000032"), ""),
        ("2 1/2 h", Frac(5, 2), "h"),
        ("-7/8", Frac(-7, 8), ""),
        ("½", Frac(1, 2), ""),
        ("5 eV", Frac(5), "eV"),
        ("45%", Frac(45), "%"),
        ("20°C", Frac(20), "°C"),
        ("5e", Frac(5), "e"),
        ("١٬٢٣٤٫٥", Frac("1234.5"), ""),
    ],
)
def test_what_people_type(text: str, value: Frac, unit: str) -> None:
    assert read_quantity(text) == Quantity(value, unit)


@pytest.mark.parametrize("text", ["", "m", "about 3", "1/0", "--3", "1/2.5", "1,23,4", "e5", "9" * 90])
def test_what_is_no_number(text: str) -> None:
    found = read_quantity(text)
    assert found is None or not is_unit(found.unit)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_quantity(text)
    assert found is None or isinstance(found.value, Frac)
    read_unit(text)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_plain_decimals_are_read_exactly(value: object) -> None:
    found = read_quantity(str(value))
    assert found is not None
    assert found.value == Frac(str(value))


@pytest.mark.parametrize(
    ("one", "two", "factor"),
    [
        ("km/h", "m/s", Frac(5, 18)),
        ("N", "kg*m/s^2", Frac(1)),
        ("N·m", "J", Frac(1)),
        ("kg m² s⁻²", "J", Frac(1)),
        ("J/(kg*K)", "m^2/(s^2 K)", Frac(1)),
        ("kWh", "MJ", Frac("3.6")),
        ("mL", "cm^3", Frac(1)),
        ("mmol/L", "mol/m3", Frac(1)),
        ("mM", "mmol/L", Frac(1)),
        ("min", "s", Frac(60)),
        ("%", "", Frac(1, 100)),
        ("meters", "cm", Frac(100)),
        ("1/s", "Hz", Frac(1)),
        ("m/s/s", "m/s^2", Frac(1)),
        ("kΩ", "ohm", Frac(1000)),
        ("µs", "us", Frac(1)),
        ("kg", "g", Frac(1000)),
        ("mph", "km/h", Frac("1.609344")),
    ],
)
def test_units_convert(one: str, two: str, factor: Frac) -> None:
    a, b = read_unit(one), read_unit(two)
    assert a is not None
    assert b is not None
    assert convert(Frac(1), a, b) == factor


def test_temperatures_have_an_offset() -> None:
    celsius, fahrenheit = read_unit("°C"), read_unit("degF")
    assert celsius is not None
    assert fahrenheit is not None
    assert convert(Frac(100), celsius, fahrenheit) == 212


@pytest.mark.parametrize("text", ["parsec", "m^", "/", "m/(s", "((m))", "m^99", "k", "mm" * 40, "kkm", "m^2^2"])
def test_what_is_no_unit(text: str) -> None:
    assert not is_unit(text)


def test_other_dimensions_do_not_convert() -> None:
    metre, second = read_unit("m"), read_unit("s")
    assert metre is not None
    assert second is not None
    assert convert(Frac(1), metre, second) is None
