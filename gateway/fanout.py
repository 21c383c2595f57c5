"""The hot path: frames of one bus batch for one audience, each encoded once, in one write a socket.

A write costs what `send` costs (about 5 us), whatever else is done; so nothing else is done per receiver. Server
frames are not masked: every socket is given the very same bytes object. Who lags is not in the audience, so nothing is
checked per receiver either: a transport past its high-water mark says so by itself, and the hub acts on it after the
round (`Hub.turned_slow`).
"""

from collections.abc import Sequence

from gateway.audience import Audience, Write
from gateway.packet import Packet

Item = tuple[Packet, str]
"""A frame, and the connection that need not get it (empty: everybody gets it)."""


def fan_out(audience: Audience, items: Sequence[Item]) -> int:
    """Write ``items`` to the whole audience; returns how many sockets were written to.

    Stock clients get their own changes back, merged with others', as from their own servers."""
    written = 0
    if audience.yjs:
        if len(items) == 1:
            written = _write(audience.yjs, items[0][0].yjs)
        else:
            written = _write(audience.yjs, b"".join([packet.yjs for packet, _ in items]))
    for prefix, sockets in audience.hocuspocus.items():
        written += _write(sockets, b"".join([packet.hocuspocus(prefix) for packet, _ in items]))
    if audience.native:
        authors = {skip for _, skip in items if skip in audience.native}
        if authors:
            return written + _write_around(audience.native, items, authors)
        written += _write(audience.native, b"".join([packet.native for packet, _ in items]))
    return written


def _write(sockets: dict[str, Write], blob: bytes) -> int:
    """One write to each socket."""
    if not blob:
        return 0
    for write in sockets.values():
        write(blob)
    return len(sockets)


def _write_around(sockets: dict[str, Write], items: Sequence[Item], authors: set[str]) -> int:
    """As `_write`, but the authors of some items get only the others."""
    blob = b"".join([packet.native for packet, _ in items])
    written = 0
    for conn, write in sockets.items():
        mine = blob if conn not in authors else b"".join([packet.native for packet, skip in items if skip != conn])
        if mine:
            write(mine)
            written += 1
    return written
