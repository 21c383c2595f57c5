"""State vectors: how far each client's items are known.

state vector = count, (client, clock)*
"""

from collections.abc import Mapping

from crdt.errors import StateVectorRefused
from crdt.lib0 import read_uint, uint
from crdt.limits import MAX_CLOCK


def decode_state_vector(data: bytes, max_bytes: int) -> dict[int, int]:
    """Client to the clock after the last known one; `StateVectorRefused` when it cannot be that."""
    if len(data) > max_bytes:
        raise StateVectorRefused("too-large", f"The state vector is larger than {max_bytes} bytes.")
    try:
        return _decode(data)
    except (IndexError, ValueError):
        raise StateVectorRefused("malformed", "The state vector cannot be read.") from None


def _decode(data: bytes) -> dict[int, int]:
    count, pos = read_uint(data, 0)
    if count * 2 > len(data) - pos:
        raise ValueError
    state: dict[int, int] = {}
    for _ in range(count):
        client, pos = read_uint(data, pos)
        clock, pos = read_uint(data, pos)
        if clock > MAX_CLOCK or client in state:
            raise ValueError
        state[client] = clock
    if pos != len(data):
        raise ValueError
    return state


def encode_state_vector(state: Mapping[int, int]) -> bytes:
    """The wire form of ``state``."""
    return uint(len(state)) + b"".join(uint(client) + uint(clock) for client, clock in state.items())
