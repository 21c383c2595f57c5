"""RFC 6455 frames without I/O: what a server reads and writes. No extensions (docs/decisions/0003).

The reader has a fast path for what nearly all messages are: one masked, unfragmented frame, all of it there.
"""

import struct
from typing import Final

from realtime.close_codes import CloseCode

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled helper
    from websockets.utils import apply_mask

CONTINUATION: Final = 0
TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
FAIL: Final = 16
"""Not an opcode: the last event of a reader that refuses to go on; its `Reader.failure` says why."""

MAX_CONTROL_BYTES = 125
MAX_FRAGMENTS = 1_024
_SENDABLE_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})

_SHORT_HEADS = [bytes((0x82, size)) for size in range(126)]

Event = tuple[int, bytes]
"""An opcode of a whole message, and its payload."""


def message(payload: bytes) -> bytes:
    """One binary message as a server sends it (unmasked)."""
    size = len(payload)
    if size < 126:
        return _SHORT_HEADS[size] + payload
    if size < 65_536:
        return b"\x82\x7e" + size.to_bytes(2, "big") + payload
    return b"\x82\x7f" + size.to_bytes(8, "big") + payload


def close(code: int, reason: str) -> bytes:
    """A close frame; the reason is cut to what a control frame holds."""
    words = reason.encode()[: MAX_CONTROL_BYTES - 2].decode(errors="ignore").encode()
    return struct.pack("!BBH", 0x80 | CLOSE, 2 + len(words), code) + words


def ping(payload: bytes = b"") -> bytes:
    return bytes((0x80 | PING, len(payload))) + payload


def pong(payload: bytes) -> bytes:
    return bytes((0x80 | PONG, len(payload))) + payload


def is_valid_close(payload: bytes) -> bool:
    """Whether a peer's close payload is well formed: empty, or a code that may be sent and UTF-8 words."""
    if not payload:
        return True
    if len(payload) < 2:
        return False
    code = int.from_bytes(payload[:2], "big")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        return False
    return code in _SENDABLE_CODES or 3000 <= code <= 4999


class Reader:
    """Bytes from a client in, whole messages out.

    A frame's length is checked against ``limit`` (bytes of one message) as soon as its head is there. After a
    violation the reader returns `FAIL` once and then nothing.
    """

    __slots__ = ("_buffer", "_fragments", "_fragments_size", "_fragments_type", "_limit", "_needed", "_skip", "failure")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer: bytearray | None = None
        self._needed = 0
        self._skip = 0
        self._fragments: list[bytes] | None = None
        self._fragments_type = 0
        self._fragments_size = 0
        self.failure: CloseCode | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Whole messages and control frames that ``data`` completes, in order."""
        size = len(data)
        if self._buffer is None and size > 5 and data[0] == 0x82:
            length = data[1] - 128
            if length == size - 6 and length < 126 and self._fragments is None and length <= self._limit:
                return [(BINARY, apply_mask(data[6:], data[2:6]))]
        return self._feed_slowly(data)

    @property
    def buffered(self) -> int:
        """Bytes held until more arrive."""
        return len(self._buffer or b"") + self._fragments_size

    def seek_close(self, data: bytes) -> bool:
        """Once this side has closed: skip frames, keep nothing; True when the peer's close frame has come (after a
        violation nobody knows where frames begin: then anything counts)."""
        if self.failure is CloseCode.BAD_REQUEST:
            return True
        rest = bytes(self._buffer or b"") + data
        self._buffer, self._fragments, self._fragments_size = None, None, 0
        while rest:
            if self._skip:
                skipped = min(self._skip, len(rest))
                self._skip -= skipped
                rest = rest[skipped:]
                continue
            size = _frame_size(rest)
            if size == 0:
                self._buffer, self._needed = bytearray(rest), 0
                return False
            if rest[0] & 15 == CLOSE:
                return True
            self._skip = size
        return False

    def _feed_slowly(self, data: bytes) -> list[Event]:
        if self.failure is not None:
            return []
        if self._buffer is not None:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []
            data, self._buffer = bytes(self._buffer), None
        events: list[Event] = []
        position = 0
        while position < len(data):
            end = self._frame(data, position, events)
            if end < 0:
                return events
            if end == 0:
                self._buffer = bytearray(data[position:])
                break
            position = end
        return events

    def _frame(self, data: bytes, start: int, events: list[Event]) -> int:
        """Read one frame at ``start``; its end, 0 when it is not all there, -1 after a failure."""
        have = len(data) - start
        if have < 2:
            self._needed = 2
            return 0
        first, second = data[start], data[start + 1]
        if not self._head_is_valid(first, second):
            return self._fail(CloseCode.BAD_REQUEST, events)
        length, head = second & 127, 6
        if length > 125:
            extra = 2 if length == 126 else 8
            if have < 2 + extra:
                self._needed = 2 + extra
                return 0
            length = int.from_bytes(data[start + 2 : start + 2 + extra], "big")
            head += extra
        if length + self._fragments_size > self._limit:
            self._fail(CloseCode.TOO_BIG, events)
            self._skip = max(0, head + length - have)
            self._buffer = bytearray(data[start + head + length :])
            return -1
        if have < head + length:
            self._needed = head + length
            return 0
        body = start + head
        payload = apply_mask(data[body : body + length], data[body - 4 : body])
        if not self._take(first, payload, events):
            return self._fail(CloseCode.BAD_REQUEST, events)
        return body + length

    def _head_is_valid(self, first: int, second: int) -> bool:
        """Reserved bits, masking, opcode, and the rules of control frames and fragments (sections 5.2, 5.4, 5.5)."""
        if first & 0x70 or not second & 0x80:
            return False
        opcode, final = first & 15, first & 0x80
        if opcode in (CLOSE, PING, PONG):
            return bool(final) and second & 127 <= MAX_CONTROL_BYTES
        if opcode == CONTINUATION:
            return self._fragments is not None
        return opcode in (TEXT, BINARY) and self._fragments is None

    def _take(self, first: int, payload: bytes, events: list[Event]) -> bool:
        opcode, final = first & 15, first & 0x80
        if opcode >= CLOSE:
            events.append((opcode, payload))
            return True
        if final and self._fragments is None:
            events.append((opcode, payload))
            return True
        if self._fragments is None:
            self._fragments, self._fragments_type = [], opcode
        self._fragments.append(payload)
        self._fragments_size += len(payload)
        if final:
            events.append((self._fragments_type, b"".join(self._fragments)))
            self._fragments, self._fragments_size = None, 0
            return True
        return len(self._fragments) < MAX_FRAGMENTS

    def _fail(self, code: CloseCode, events: list[Event]) -> int:
        self.failure, self._limit = code, -1
        self._buffer, self._fragments, self._fragments_size = None, None, 0
        events.append((FAIL, b""))
        return -1


def _frame_size(data: bytes) -> int:
    """Bytes of the masked frame that ``data`` begins with; 0 when its head is not all there."""
    length = data[1] & 127 if len(data) > 1 else 126
    extra = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + extra:
        return 0
    return 6 + extra + (int.from_bytes(data[2 : 2 + extra], "big") if extra else length)
