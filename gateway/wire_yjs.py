"""The y-protocols messages of stock `y-websocket` clients, without I/O.

One WebSocket message holds one of them; a client reads only the first, so a server never joins two in one frame.
"""

from typing import Final

from realtime.lib0 import BadLib0, read_bytes, read_uint, span, text

STEP1: Final = 0
STEP2: Final = 1
UPDATE: Final = 2
AWARENESS: Final = 3
QUERY_AWARENESS: Final = 4

_SYNC, _AWARENESS, _AUTH, _QUERY = 0, 1, 2, 3
EMPTY_UPDATE = b"\x00\x00"
NO_AWARENESS = b"\x01\x01\x00"
"""An awareness message about nobody: harmless, and it keeps a client from thinking that the server is gone."""


class BadMessage(ValueError):
    """Bytes that are no message of the protocol."""


def parse(data: bytes, start: int = 0) -> tuple[int, bytes]:
    """The kind (of the five above) and the body: a state vector, an update, an awareness update, or nothing."""
    left = len(data) - start - 3
    if 0 <= left < 128 and data[start] == _SYNC and data[start + 1] <= UPDATE and data[start + 2] == left:
        return data[start + 1], data[start + 3 :]  # nearly all there are: one short sync message
    try:
        kind, pos = read_uint(data, start)
        if kind == _SYNC:
            step, pos = read_uint(data, pos)
            if step > UPDATE:
                raise BadMessage(f"sync message {step}")
            body, end = read_bytes(data, pos)
        elif kind == _AWARENESS:
            step = AWARENESS
            body, end = read_bytes(data, pos)
        elif kind == _QUERY:
            step, body, end = QUERY_AWARENESS, b"", pos
        else:
            raise BadMessage(f"message of kind {kind}")
    except BadLib0 as error:
        raise BadMessage(str(error)) from None
    if end != len(data):
        raise BadMessage("bytes after the message")
    return step, body


def step1(state_vector: bytes) -> bytes:
    return b"\x00\x00" + span(state_vector)


def step2(update: bytes) -> bytes:
    return b"\x00\x01" + span(update)


def update(body: bytes) -> bytes:
    return b"\x00\x02" + span(body)


def awareness(body: bytes) -> bytes:
    return b"\x01" + span(body)


def denied(reason: str) -> bytes:
    """Permission denied; the client goes on and shows the reason."""
    return b"\x02\x00" + text(reason)
