"""What an edit costs in our own code: ``python -m loadtests.micro.edit_path [--pace 0.005] [--people 10] [--profile]``.

One room behind the y-websocket door, transports that only count, a log in memory: no kernel, no database. Prints
microseconds and Python calls an edit; ``--profile`` the functions by their own time. The microseconds compare two trees
in the same minute; the calls compare any two.
"""

import argparse
import asyncio
import cProfile
import pstats
import time
from random import Random
from typing import Any

import pycrdt
import uvloop
from websockets.utils import apply_mask

from gateway.gateway import Gateway
from gateway.wire_yjs import step1, update
from gateway.ws_protocol import Connection
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.grants import Grant
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from rooms.log_memory import MemoryLog
from rooms.worker import RoomWorker

ROOM_SECONDS = 0.2
"""For the room to open, for documents to load."""
EMPTY_STATE = b"\x00"


class CountingTransport(asyncio.Transport):
    """Takes what is written and counts it."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0

    def write(self, data: Any) -> None:
        self.writes += 1

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def framed(payload: bytes) -> bytes:
    """A WebSocket message as a client sends it."""
    mask = b"\x01\x02\x03\x04"
    size = len(payload)
    head = bytes((0x82, 0x80 | size)) if size < 126 else b"\x82\xfe" + size.to_bytes(2, "big")
    return head + mask + apply_mask(payload, mask)


def strokes(writers: int, count: int) -> list[tuple[int, bytes]]:
    """``(writer, message)`` of people who type in turns, each at an end of its own."""
    docs: list[pycrdt.Doc[Any]] = [pycrdt.Doc() for _ in range(writers)]
    found: list[bytes] = []
    for number, doc in enumerate(docs):
        doc.get(f"text-{number}", type=pycrdt.Text)
        doc.observe(lambda event: found.append(event.update))
    made: list[tuple[int, bytes]] = []
    for edit in range(count):
        writer = edit % writers
        docs[writer].get(f"text-{writer}", type=pycrdt.Text).insert(edit // writers, "x")
        made.append((writer, framed(update(found.pop()))))
    return made


async def measure(edits: int, people: int, pace: float, profile: bool) -> None:
    clock, bus, registry, leases = SystemClock(), MemoryBus(), None, None
    registry, leases = MemoryRegistry(clock), MemoryLeases(clock)
    limits = Limits(
        updates_rate=1e9, updates_burst=1e9, update_bytes_rate=1e12, update_bytes_burst=1e12, flush_window_seconds=1e-9
    )
    log = MemoryLog()
    messages = strokes(people, edits)

    def verify(token: str | None, room: str) -> Grant:
        return Grant(room, token or "", Role.STUDENT, expires=clock.wall() + 3600)

    async with (
        RoomWorker("w", bus, leases, registry, log, limits, clock),
        Gateway("g", bus, registry, leases, verify, limits, clock, Random(1)) as gateway,
    ):
        connections, transports = [], []
        for number in range(people):
            connection, transport = Connection(gateway), CountingTransport()
            connection.connection_made(transport)
            connection.data_received(
                b"GET /yjs/room/doc?token=p%d HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" % number
            )
            connection.data_received(framed(step1(EMPTY_STATE)))
            connections.append(connection)
            transports.append(transport)
        await asyncio.sleep(ROOM_SECONDS)
        before = sum(transport.writes for transport in transports)
        profiler = cProfile.Profile() if profile else None
        if profiler:
            profiler.enable()
        begun = time.process_time()
        for writer, message in messages:
            connections[writer].data_received(message)
            await asyncio.sleep(pace)
        took = time.process_time() - begun
        if profiler:
            profiler.disable()
        await asyncio.sleep(ROOM_SECONDS)
        writes = sum(transport.writes for transport in transports) - before
    print(f"{took / edits * 1e6:.1f} us an edit, {writes / edits:.2f} writes an edit of {people} at most")
    if profiler:
        stats = pstats.Stats(profiler)
        print(f"{stats.total_calls / edits:.0f} calls an edit")  # type: ignore[attr-defined]
        stats.sort_stats("tottime").print_stats(40)
        stats.sort_stats("ncalls").print_stats(110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=2_000)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--pace", type=float, default=0.005, help="seconds between two edits; 0: in company")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    uvloop.run(measure(options.edits, options.people, options.pace, options.profile), debug=False)


if __name__ == "__main__":
    main()
