"""Reading past the JSON-like values ("Any") of an update, without recursion and without building them.

Encoding (lib0): one type byte counting down from 127 (undefined, null, integer, float32, float64, bigint, false, true,
string, map, array, buffer = 116), then the value. Every claimed count is checked against the bytes that are left,
because the engine reserves memory for it before it reads.
"""

import struct

from crdt.errors import UpdateRefused
from crdt.lib0 import read_span, read_uint
from crdt.limits import MAX_SAFE_INTEGER, ScreenLimits

UNDEFINED, NULL, INTEGER, FLOAT32, FLOAT64, BIGINT = 127, 126, 125, 124, 123, 122
FALSE, TRUE, STRING, MAP, ARRAY, BUFFER = 121, 120, 119, 118, 117, 116

_FIXED = {UNDEFINED: 0, NULL: 0, FLOAT32: 4, FLOAT64: 8, BIGINT: 8, FALSE: 0, TRUE: 0}
"""Bytes after the type byte."""


def skip_values(data: bytes, pos: int, count: int, limits: ScreenLimits, budget: int) -> tuple[int, int]:
    """The position after ``count`` values, and what is left of the ``budget`` of values."""
    stack: list[tuple[int, bool]] = []
    keyed = False
    while True:
        while not count:
            if not stack:
                return pos, budget
            count, keyed = stack.pop()
        if keyed:
            pos = skip_name(data, pos, limits)
        count -= 1
        budget -= 1
        if budget < 0:
            raise UpdateRefused("too-many", "The update holds too many values.")
        kind = data[pos]
        if kind in (MAP, ARRAY):
            stack.append((count, keyed))
            if len(stack) > limits.max_depth:
                raise UpdateRefused("too-deep", f"Values nest deeper than {limits.max_depth}.")
            count, pos = read_uint(data, pos + 1)
            keyed = kind == MAP
            if count << keyed > len(data) - pos:
                raise ValueError("a value claims more entries than there are bytes")
        else:
            pos = _skip_scalar(data, pos, kind, limits)


def _skip_scalar(data: bytes, pos: int, kind: int, limits: ScreenLimits) -> int:
    size = _FIXED.get(kind)
    if size is not None:
        return pos + 1 + size
    if kind == INTEGER:
        return _skip_int(data, pos + 1)
    if kind == STRING:
        return skip_text(data, pos + 1, limits)
    if kind == BUFFER:
        return skip_buffer(data, pos + 1, limits)
    raise ValueError(f"there is no value of type {kind}")


def _skip_int(data: bytes, pos: int) -> int:
    """A signed number: 6 bits and a sign first, then 7 bits a byte; a Yjs client throws past 53 bits."""
    byte = data[pos]
    value = byte & 63
    shift = 6
    while byte > 127:
        if shift > 48:
            raise ValueError("an integer is longer than 53 bits")
        pos += 1
        byte = data[pos]
        value |= (byte & 127) << shift
        shift += 7
    if value > MAX_SAFE_INTEGER:
        raise ValueError("an integer is larger than 53 bits")
    return pos + 1


def skip_buffer(data: bytes, pos: int, limits: ScreenLimits) -> int:
    """The position after length-prefixed bytes."""
    start, end = read_span(data, pos)
    if end - start > limits.max_string:
        raise UpdateRefused("too-large", f"A single value is larger than {limits.max_string} bytes.")
    return end


def skip_text(data: bytes, pos: int, limits: ScreenLimits) -> int:
    """The position after a string. The engine takes the bytes unchecked, so UTF-8 is checked here."""
    start, end = read_span(data, pos)
    if end - start > limits.max_string:
        raise UpdateRefused("too-large", f"A single text is larger than {limits.max_string} bytes.")
    str(data[start:end], "utf-8")
    return end


def skip_name(data: bytes, pos: int, limits: ScreenLimits) -> int:
    """The position after a name: of a root, a key, an attribute, a tag."""
    start, end = read_span(data, pos)
    if end - start > limits.max_name:
        raise UpdateRefused("too-large", f"A name is longer than {limits.max_name} bytes.")
    str(data[start:end], "utf-8")
    return end


def read_value(data: bytes, pos: int, depth: int) -> tuple[object, int]:
    """One value (screened before) as Python sees it, and the position after it. `ValueError` past ``depth`` levels."""
    kind = data[pos]
    pos += 1
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], pos
    if kind == INTEGER:
        return _read_int(data, pos)
    if kind in _NUMBERS:
        reader = _NUMBERS[kind]
        return reader.unpack_from(data, pos)[0], pos + reader.size
    if kind == STRING:
        start, end = read_span(data, pos)
        return str(data[start:end], "utf-8"), end
    if kind == BUFFER:
        start, end = read_span(data, pos)
        return data[start:end], end
    if depth <= 0:
        raise ValueError("the value nests too deep")
    count, pos = read_uint(data, pos)
    return _read_array(data, pos, count, depth) if kind == ARRAY else _read_map(data, pos, count, depth)


_CONSTANTS: dict[int, object] = {UNDEFINED: None, NULL: None, FALSE: False, TRUE: True}
_NUMBERS = {FLOAT32: struct.Struct(">f"), FLOAT64: struct.Struct(">d"), BIGINT: struct.Struct(">q")}


def _read_int(data: bytes, pos: int) -> tuple[int, int]:
    byte = data[pos]
    sign = -1 if byte & 64 else 1
    value, shift = byte & 63, 6
    while byte > 127:
        pos += 1
        byte = data[pos]
        value |= (byte & 127) << shift
        shift += 7
    return sign * value, pos + 1


def _read_array(data: bytes, pos: int, count: int, depth: int) -> tuple[list[object], int]:
    values: list[object] = []
    for _ in range(count):
        value, pos = read_value(data, pos, depth - 1)
        values.append(value)
    return values, pos


def _read_map(data: bytes, pos: int, count: int, depth: int) -> tuple[dict[str, object], int]:
    values: dict[str, object] = {}
    for _ in range(count):
        start, end = read_span(data, pos)
        values[str(data[start:end], "utf-8")], pos = read_value(data, end, depth - 1)
    return values, pos
