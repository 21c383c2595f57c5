"""The hot path: frames of one bus batch for one audience, each encoded once, in one write a socket.

A write costs what `send` costs (about 5 us), whatever else is done; so nothing else is done per receiver. Server
frames are not masked: every socket is given the very same bytes object. Who lags is not in the audience, so nothing is
checked per receiver either: a transport past its high-water mark says so by itself, and the hub acts on it after the
round (`Hub.turned_slow`).
"""

from collections.abc import Callable, Iterable, Sequence

from gateway.audience import Audience, Write
from gateway.packet import Packet

Item = tuple[Packet, str]
"""A frame, and the connection that need not get it (empty: everybody gets it)."""


def fan_out(audience: Audience, items: Sequence[Item]) -> int:
    """Write ``items`` to the whole audience; returns how many sockets were written to."""
    written = 0
    if audience.yjs:
        written += _write(audience.yjs, [(packet.yjs, skip) for packet, skip in items])
    if audience.native:
        written += _write(audience.native, [(packet.native, skip) for packet, skip in items])
    for prefix, sockets in audience.hocuspocus.items():
        written += _write(sockets, [(packet.hocuspocus(prefix), skip) for packet, skip in items])
    return written


def _write(sockets: dict[str, Write], parts: list[tuple[bytes, str]]) -> int:
    """One write to each socket: all parts joined, without those that it need not get."""
    blob = parts[0][0] if len(parts) == 1 else b"".join(part for part, _ in parts)
    if not blob:
        return 0
    skips = {skip for _, skip in parts if skip in sockets}
    if not skips:
        _write_all(sockets.values(), blob)
        return len(sockets)
    _write_all((write for conn, write in sockets.items() if conn not in skips), blob)
    spared = sum(_write_rest(sockets[conn], parts, conn) for conn in skips)
    return len(sockets) - len(skips) + spared


def _write_all(writes: Iterable[Callable[[bytes], object]], blob: bytes) -> None:
    for write in writes:
        write(blob)


def _write_rest(write: Write, parts: list[tuple[bytes, str]], conn: str) -> int:
    """For the author of some parts: the others."""
    rest = b"".join(part for part, skip in parts if skip != conn)
    if rest:
        write(rest)
    return 1 if rest else 0
