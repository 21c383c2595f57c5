"""The encoding under every Yjs message: little-endian base-128 numbers, length-prefixed bytes and strings.

Readers take the data and a position, and return the value and the position after it. They raise `IndexError` past the
end and `ValueError` for what no Yjs peer could read; callers turn both into their own refusal, once, at their edge.
"""

from crdt.limits import MAX_SAFE_INTEGER

MAX_SHIFT = 49
"""Of the eighth byte: 7 bits each, 53 bits in all."""


def read_uint(data: bytes, pos: int) -> tuple[int, int]:
    """One unsigned number of at most 53 bits."""
    byte = data[pos]
    if byte < 128:
        return byte, pos + 1
    value = byte & 127
    shift = 7
    while True:
        pos += 1
        byte = data[pos]
        if byte < 128:
            break
        value |= (byte & 127) << shift
        shift += 7
        if shift > MAX_SHIFT:
            raise ValueError("a number is longer than 53 bits")
    value |= byte << shift
    if value > MAX_SAFE_INTEGER:
        raise ValueError("a number is larger than 53 bits")
    return value, pos + 1


def read_span(data: bytes, pos: int) -> tuple[int, int]:
    """The (start, end) of length-prefixed bytes, without copying them."""
    size, start = read_uint(data, pos)
    end = start + size
    if end > len(data):
        raise IndexError
    return start, end


def uint(value: int) -> bytes:
    """``value`` (0 to 2**53 - 1) as it goes on the wire."""
    if value < 128:
        return bytes((value,))
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def span(data: bytes) -> bytes:
    """``data`` with its length before it."""
    return uint(len(data)) + data
