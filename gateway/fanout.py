"""The hot path: frames of one bus batch for one audience, each encoded once, in one write a socket.

A write costs what `send` costs (about 5 us), whatever else is done; so hardly anything else is done per receiver
(`outlet.send_all`). Server frames are not masked: every socket is given the very same bytes object. Who lags is not in
the audience, so nothing is checked per receiver either: a transport past its high-water mark says so by itself, and
the hub acts on it after the round (`Hub.turned_slow`).
"""

from collections.abc import Callable, Iterator, Sequence

from gateway.audience import Audience
from gateway.outlet import Outlet, send_all
from gateway.packet import Packet
from realtime.envelopes import for_reader

Item = tuple[Packet, dict[str, bytes] | None]
"""A frame, and connections that get another update instead, or, when that is empty, nothing."""


def fan_out(audience: Audience, items: Sequence[Item]) -> int:
    """Write ``items`` to the whole audience; returns how many sockets were written to."""
    written = 0
    if audience.yjs:
        written = _write(audience.yjs, items, _yjs)
    for prefix, outlets in audience.hocuspocus.items():
        written += _write(outlets, items, lambda packet, prefix=prefix: packet.hocuspocus(prefix))
    if audience.native:
        written += _write(audience.native, items, _native)
    return written


def _yjs(packet: Packet) -> bytes:
    return packet.yjs


def _native(packet: Packet) -> bytes:
    return packet.native


def _write(outlets: dict[str, Outlet], items: Sequence[Item], encode: Callable[[Packet], bytes]) -> int:
    """One write to each socket; authors get only what others did."""
    blob = encode(items[0][0]) if len(items) == 1 else b"".join([encode(packet) for packet, _ in items])
    if not blob:
        return 0
    authors = {conn for _, instead in items if instead for conn in instead if conn in outlets}
    if not authors:
        send_all(outlets.values(), blob)  # not even the names are looked at: of a thousand none is in a cache
        return len(outlets)
    written = 0
    for conn, outlet in outlets.items():
        own = blob if conn not in authors else b"".join([encode(packet) for packet in _others(items, conn)])
        if own:
            send_all((outlet,), own)
            written += 1
    return written


def _others(items: Sequence[Item], author: str) -> Iterator[Packet]:
    """What is for ``author``."""
    for packet, instead in items:
        frame = for_reader(packet.frame, instead, author)
        if frame is packet.frame:
            yield packet
        elif frame is not None:
            yield Packet(frame)
