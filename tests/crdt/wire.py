"""Writing updates by hand, byte for byte, so that tests can say what no honest engine would."""

from collections.abc import Sequence

from crdt.lib0 import span, uint

Section = tuple[int, int, Sequence[bytes]]
"""client, first clock, structs."""

NO_DELETES = b"\x00"


def text(value: str) -> bytes:
    return span(value.encode())


def item_id(client: int, clock: int) -> bytes:
    return uint(client) + uint(clock)


def update(*sections: Section, deletes: bytes = NO_DELETES) -> bytes:
    out = uint(len(sections))
    for client, clock, structs in sections:
        out += uint(len(structs)) + uint(client) + uint(clock) + b"".join(structs)
    return out + deletes


def deletes(ranges: dict[int, list[tuple[int, int]]]) -> bytes:
    out = uint(len(ranges))
    for client, spans in ranges.items():
        out += uint(client) + uint(len(spans)) + b"".join(uint(clock) + uint(length) for clock, length in spans)
    return out


def in_root(kind: int, content: bytes, root: str = "r", key: str | None = None) -> bytes:
    """An item that stands first in a root."""
    return _head(kind, key, b"\x01" + text(root)) + content


def in_item(kind: int, content: bytes, client: int, clock: int, key: str | None = None) -> bytes:
    """An item that stands first in the shared type of another item."""
    return _head(kind, key, b"\x00" + item_id(client, clock)) + content


def _head(kind: int, key: str | None, parent: bytes) -> bytes:
    return bytes((kind,)) + parent if key is None else bytes((kind | 32,)) + parent + text(key)


def after(kind: int, content: bytes, client: int, clock: int) -> bytes:
    """An item with a left origin."""
    return bytes((kind | 128,)) + item_id(client, clock) + content


def any_item(values: bytes, count: int = 1, root: str = "r") -> bytes:
    return in_root(8, uint(count) + values, root)


def string_item(value: str, root: str = "r") -> bytes:
    return in_root(4, text(value), root)


def nested_maps(levels: int, client: int = 1) -> list[bytes]:
    """One shared map inside another, ``levels`` deep."""
    structs = [in_root(7, b"\x01", key="k")]
    structs += [in_item(7, b"\x01", client, level, key="k") for level in range(levels - 1)]
    return structs
