"""Updates that are almost honest: bytes of honest ones changed at random, and whole ones made up from the grammar."""

import random
from collections.abc import Sequence

from crdt.lib0 import uint
from tests.crdt.wire import NO_DELETES, deletes, item_id, text

NUMBERS = [0, 1, 2, 63, 64, 127, 128, 255, 16384, 2**21, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**60]
CLIENTS = [0, 1, 2, 3, 2**32 - 1, 2**53 - 1]
WORDS = ["", "a", "abc", "é", "🙂", "a🙂b", "\x00", "k" * 40]
ROOTS = ["text", "array", "map", "xml", ""]
KEYS = ["a", "deep", "side", "🙂", ""]
JSON = ["null", "true", "1", '"x"', '{"a":[1]}', "[]", "undefined", "{", "1e999", '"\\ud800"', "[" * 200 + "]" * 200]


def mutate(rng: random.Random, honest: Sequence[bytes]) -> bytes:
    """One changed update."""
    data = bytearray(rng.choice(honest))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        rng.choice((_flip, _set, _number, _insert, _remove, _repeat, _splice))(rng, data, honest)
    return bytes(data)


def _at(rng: random.Random, data: bytearray) -> int:
    return rng.randrange(len(data)) if data else 0


def _flip(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    if data:
        data[_at(rng, data)] ^= 1 << rng.randrange(8)


def _set(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    if data:
        data[_at(rng, data)] = rng.choice(
            (0, 1, 2, 7, 8, 10, 11, 117, 118, 119, 127, 128, 132, 255, rng.randrange(256))
        )


def _number(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    at = _at(rng, data)
    data[at : at + 1] = uint(rng.choice(NUMBERS))


def _insert(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    at = _at(rng, data)
    data[at:at] = rng.randbytes(rng.randint(1, 4))


def _remove(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    at = _at(rng, data)
    del data[at : at + rng.randint(1, 4)]


def _repeat(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    at = _at(rng, data)
    data[at:at] = data[at : at + rng.randint(1, 12)] * rng.randint(1, 5)


def _splice(rng: random.Random, data: bytearray, honest: Sequence[bytes]) -> None:
    other = rng.choice(honest)
    start = rng.randrange(len(other)) if other else 0
    at = _at(rng, data)
    data[at : at + rng.randint(0, 8)] = other[start : start + rng.randint(1, 24)]


def make_up(rng: random.Random, state: dict[int, int]) -> bytes:
    """An update by the grammar, with ids that exist, existed, or will. ``state`` is what the document knows."""
    clients = rng.sample(CLIENTS, rng.choice((0, 1, 1, 1, 2, 3)))
    out = uint(len(clients))
    for client in clients:
        start = max(0, state.get(client, 0) + rng.choice((0, 0, 0, 0, 0, -1, -3, 1, 2, 40)))
        structs, clock = [], start
        for _ in range(rng.choice((1, 1, 2, 3, 6))):
            struct, length = _struct(rng, state, client, clock)
            structs.append(struct)
            clock += length
        out += uint(len(structs)) + uint(client) + uint(start) + b"".join(structs)
        if rng.random() < 0.5:
            state = state | {client: clock}
    return out + _deletes(rng, state)


def _deletes(rng: random.Random, state: dict[int, int]) -> bytes:
    if rng.random() < 0.6:
        return NO_DELETES
    ranges: dict[int, list[tuple[int, int]]] = {}
    for client in rng.sample(CLIENTS, rng.randint(1, 3)):
        clock, spans = 0, list[tuple[int, int]]()
        for _ in range(rng.randint(1, 4)):
            clock += rng.choice((0, 1, 2, 5, 10))
            length = rng.choice((1, 1, 2, 3, 10, 50))
            spans.append((clock, length))
            clock += length
        ranges[client] = spans
    return deletes(ranges)


def _id(rng: random.Random, state: dict[int, int], client: int, clock: int) -> bytes:
    other = client if rng.random() < 0.5 else rng.choice([*state, *CLIENTS])
    end = clock if other == client else state.get(other, 0)
    return item_id(other, max(0, rng.choice((end - 1, end - 1, end, rng.randint(0, max(end, 1))))))


def _struct(rng: random.Random, state: dict[int, int], client: int, clock: int) -> tuple[bytes, int]:
    kind = rng.choice((0, 1, 3, 4, 4, 4, 5, 6, 7, 7, 7, 8, 8, 9, 10))
    if kind in (0, 10):
        length = rng.choice((1, 1, 2, 5, 2**20, 2**31 - 1000)) if rng.random() < 0.1 else rng.randint(1, 3)
        return bytes((kind,)) + uint(length), length
    content, length = _content(rng, kind)
    origins = rng.choice((0, 0, 0x80, 0x80, 0x40, 0xC0))
    if origins:
        ids = b"".join(_id(rng, state, client, clock) for flag in (0x80, 0x40) if origins & flag)
        return bytes((origins | kind | rng.choice((0, 0, 0, 0x20)),)) + ids + content, length
    key = rng.random() < 0.4
    parent = b"\x01" + text(rng.choice(ROOTS)) if rng.random() < 0.4 else b"\x00" + _id(rng, state, client, clock)
    head = bytes((kind | 0x20 * key,)) + parent + (text(rng.choice(KEYS)) if key else b"")
    return head + content, length


def _content(rng: random.Random, kind: int) -> tuple[bytes, int]:
    if kind == 1:
        length = rng.randint(1, 4)
        return uint(length), length
    if kind == 4:
        word = rng.choice(WORDS)
        return text(word), len(word.encode("utf-16-le")) // 2
    if kind == 8:
        count = rng.randint(1, 3)
        return uint(count) + b"".join(_any(rng, 0) for _ in range(count)), count
    if kind == 7:
        made = rng.choice((0, 1, 2, 3, 4, 6, 6, 5, 7, 9, 15))
        return bytes((made,)) + (text("p") if made in (3, 5) else b""), 1
    simple = {3: text("bin"), 5: text(rng.choice(JSON)), 6: text("b") + text(rng.choice(JSON))}
    return simple.get(kind, text("guid") + _any(rng, 0, map_only=True)), 1


def _any(rng: random.Random, depth: int, *, map_only: bool = False) -> bytes:
    kind = 118 if map_only else rng.choice((127, 126, 125, 124, 123, 122, 121, 120, 119, 118, 117, 116))
    if kind == 118:
        keys = ["gc", "encoding", "autoLoad", "shouldLoad", "meta", "x"]
        count = rng.randint(0, 3) if depth < 4 else 0
        return b"\x76" + uint(count) + b"".join(text(rng.choice(keys)) + _any(rng, depth + 1) for _ in range(count))
    if kind == 117:
        count = rng.randint(0, 3) if depth < 4 else 0
        return b"\x75" + uint(count) + b"".join(_any(rng, depth + 1) for _ in range(count))
    fixed = {124: b"\x7f\xc0\x00\x00", 123: b"\xff" * 8, 122: b"\x80" + bytes(7), 125: b"\xff\x7f"}
    return bytes((kind,)) + fixed.get(kind, text(rng.choice(WORDS)) if kind in (119, 116) else b"")
