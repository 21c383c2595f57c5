"""Yjs updates of one kind, written and read without an engine: characters that a client types one after the other.

Each client appends to its own run in the text ``t``: item k has the item k - 1 before it, as in a stock client.
"""

from collections.abc import Iterator

from realtime.lib0 import read_bytes, read_uint, span, text, uint

STEP1 = b"\x00\x00\x01\x00"
EMPTY_STEP2 = b"\x00\x01\x02\x00\x00"
_DELETED, _STRING, _TYPE, _ANY = 1, 4, 7, 8
_GC, _SKIP = 0, 10
_FIXED = {127: 0, 126: 0, 124: 4, 123: 8, 122: 8, 121: 0, 120: 0}
"""Sizes of encoded values that need no length, by kind."""


def typing(client: int, clock: int, characters: str = "x") -> bytes:
    """A Yjs update: ``client`` types ASCII ``characters``; ``clock`` is how many it has typed before."""
    if clock:
        head = b"\x84" + uint(client) + uint(clock - 1)
    else:
        head = b"\x04\x01" + text("t")
    return b"\x01\x01" + uint(client) + uint(clock) + head + text(characters) + b"\x00"


def edit(client: int, clock: int, characters: str = "x") -> bytes:
    """`typing` as a y-websocket message."""
    return b"\x00\x02" + span(typing(client, clock, characters))


def awareness(client: int, clock: int, state: str) -> bytes:
    """A y-websocket message: where ``client`` is; ``state`` is JSON."""
    return b"\x01" + span(b"\x01" + uint(client) + uint(clock) + text(state))


def typed(message: bytes) -> Iterator[tuple[int, int, int]]:
    """``(client, from clock, to clock)`` of what a sync message from the server holds."""
    if message[:2] not in (b"\x00\x01", b"\x00\x02"):
        return
    update, _ = read_bytes(message, 2)
    clients, pos = read_uint(update, 0)
    for _ in range(clients):
        structs, pos = read_uint(update, pos)
        client, pos = read_uint(update, pos)
        clock, pos = read_uint(update, pos)
        for _ in range(structs):
            size, pos = _struct(update, pos)
            yield client, clock, clock + size
            clock += size


def _struct(update: bytes, pos: int) -> tuple[int, int]:
    """The length of the struct at ``pos``, and the position after it."""
    info = update[pos]
    pos += 1
    if info & 31 in (_GC, _SKIP):
        return read_uint(update, pos)
    for bit in (128, 64):
        if info & bit:
            _, pos = read_uint(update, pos)
            _, pos = read_uint(update, pos)
    if not info & 192:
        is_root, pos = read_uint(update, pos)
        if is_root:
            _, pos = read_bytes(update, pos)
        else:
            _, pos = read_uint(update, pos)
            _, pos = read_uint(update, pos)
        if info & 32:
            _, pos = read_bytes(update, pos)
    kind = info & 31
    if kind == _STRING:
        characters, pos = read_bytes(update, pos)
        return len(characters), pos
    if kind == _DELETED:
        return read_uint(update, pos)
    if kind == _TYPE:
        return 1, pos + 1
    if kind == _ANY:
        return _skip_any(update, pos)
    raise ValueError(f"content of kind {kind}: not made by this swarm")


def _skip_any(update: bytes, pos: int) -> tuple[int, int]:
    """How many values, and the position after them."""
    count, pos = read_uint(update, pos)
    left = count
    while left:
        left -= 1
        kind, pos = update[pos], pos + 1
        if kind in _FIXED:
            pos += _FIXED[kind]
        elif kind == 125:
            while update[pos] & 128:
                pos += 1
            pos += 1
        elif kind in (119, 116):
            _, pos = read_bytes(update, pos)
        elif kind == 117:
            more, pos = read_uint(update, pos)
            left += more
        else:
            raise ValueError(f"a value of kind {kind}: not made by this swarm")
    return count, pos
