"""The encoding under the stock Yjs protocols: little-endian base-128 numbers, length-prefixed bytes and strings.

Readers take data and a position and return the value and the position after it. A claimed length is compared with
what is there before anything is cut out, so a small message cannot ask for a large allocation.
"""

MAX_UINT = 2**53 - 1
"""The largest number a JavaScript peer can write."""
_MAX_SHIFT = 49


class BadLib0(ValueError):
    """Bytes that end too early, hold a number past 53 bits, or text that is not UTF-8."""


def read_uint(data: bytes, pos: int) -> tuple[int, int]:
    """One unsigned number of at most 53 bits."""
    try:
        byte = data[pos]
        if byte < 128:
            return byte, pos + 1
        value, shift = byte & 127, 7
        while True:
            pos += 1
            byte = data[pos]
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
            if shift > _MAX_SHIFT:
                raise BadLib0("a number of more than eight bytes")
    except IndexError:
        raise BadLib0("the message ends inside a number") from None
    if value > MAX_UINT:
        raise BadLib0("a number past 53 bits")
    return value, pos + 1


def read_bytes(data: bytes, pos: int) -> tuple[bytes, int]:
    """Length-prefixed bytes."""
    size, start = read_uint(data, pos)
    end = start + size
    if end > len(data):
        raise BadLib0("the message ends inside a field")
    return data[start:end], end


def read_text(data: bytes, pos: int) -> tuple[str, int]:
    """A length-prefixed UTF-8 string."""
    raw, end = read_bytes(data, pos)
    try:
        return raw.decode(), end
    except UnicodeDecodeError:
        raise BadLib0("text that is not UTF-8") from None


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


def text(value: str) -> bytes:
    """A string with its length in bytes before it."""
    return span(value.encode())
