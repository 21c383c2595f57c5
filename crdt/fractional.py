"""Order keys: strings between any two of which there is always another one (base 62, as in Excalidraw's ``index``).

A key is an integer part and a fraction. The first character says how long the integer part is: ``a`` to ``z`` for 1 to
26 digits that count up, ``Z`` down to ``A`` for 1 to 26 digits below them. Keys compare as plain strings, so items can
be ordered without renumbering any. The fraction never ends in ``0``.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}
BASE = len(DIGITS)
FIRST = "a0"
_SMALLEST = "A" + "0" * 26


def is_key(key: str) -> bool:
    """Whether ``key`` is an order key."""
    return bool(key) and _is_integer_at(key) and not key.isspace() and _rest_is_fraction(key)


def key_between(before: str | None, after: str | None) -> str:
    """A key after ``before`` (or any) and before ``after`` (or any). `ValueError` when there can be none."""
    for key in (before, after):
        if key is not None and not is_key(key):
            raise ValueError(f"{key!r} is not an order key")
    if before is not None and after is not None and before >= after:
        raise ValueError(f"{before!r} does not come before {after!r}")
    if before is None:
        return FIRST if after is None else _key_before(after)
    return _key_after(before) if after is None else _key_inside(before, after)


def keys_between(before: str | None, after: str | None, count: int) -> list[str]:
    """``count`` keys in order, as short as an even spread allows."""
    if count <= 0:
        return []
    middle = key_between(before, after)
    left = count // 2
    return [*keys_between(before, middle, left), middle, *keys_between(middle, after, count - left - 1)]


def _length(head: str) -> int:
    """Of an integer part, its head included; 0 when ``head`` is none."""
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    if "A" <= head <= "Z":
        return ord("Z") - ord(head) + 2
    return 0


def _split(key: str) -> tuple[str, str]:
    length = _length(key[0])
    return key[:length], key[length:]


def _is_integer_at(key: str) -> bool:
    length = _length(key[0])
    return 0 < length <= len(key) and all(digit in _VALUES for digit in key) and key != _SMALLEST


def _rest_is_fraction(key: str) -> bool:
    return not _split(key)[1].endswith("0")


def _key_before(after: str) -> str:
    integer, fraction = _split(after)
    if integer == _SMALLEST:
        return integer + _between("", fraction)
    if fraction:
        return integer
    smaller = _step(integer, -1)
    if smaller is None:
        raise ValueError("there is no key before that one")
    return smaller if smaller != _SMALLEST else smaller + _between("", None)


def _key_after(before: str) -> str:
    integer, fraction = _split(before)
    larger = _step(integer, 1)
    return larger if larger is not None else integer + _between(fraction, None)


def _key_inside(before: str, after: str) -> str:
    integer, fraction = _split(before)
    other, other_fraction = _split(after)
    if integer == other:
        return integer + _between(fraction, other_fraction)
    larger = _step(integer, 1)
    if larger is not None and larger < after:
        return larger
    return integer + _between(fraction, None)


def _between(low: str, high: str | None) -> str:
    """A fraction between two; "" is 0 and None is 1."""
    out = ""
    while True:
        if high is not None:
            shared = 0
            while shared < len(high) and (low[shared : shared + 1] or "0") == high[shared]:
                shared += 1
            out, low, high = out + high[:shared], low[shared:], high[shared:]
        first = _VALUES[low[0]] if low else 0
        last = _VALUES[high[0]] if high else BASE
        if last - first > 1:
            return out + DIGITS[(first + last + 1) // 2]
        if high and len(high) > 1:
            return out + high[0]
        out, low, high = out + DIGITS[first], low[1:], None


def _step(integer: str, by: int) -> str | None:
    """The next integer part up or down; None when there is none."""
    head, digits = integer[0], [_VALUES[digit] for digit in integer[1:]]
    for place in reversed(range(len(digits))):
        digits[place] = (digits[place] + by) % BASE
        if digits[place] != (0 if by > 0 else BASE - 1):
            return head + "".join(DIGITS[digit] for digit in digits)
    return _next_head(head, len(digits), by)


def _next_head(head: str, size: int, by: int) -> str | None:
    """All digits ran over: the head changes, and with it the length."""
    if head == ("z" if by > 0 else "A"):
        return None
    if head == ("Z" if by > 0 else "a"):
        return "a0" if by > 0 else "Zz"
    size += by if head >= "a" else -by
    return chr(ord(head) + by) + ("0" if by > 0 else "z") * size
