# pyright: standard
"""ICE-TCP, passive (RFC 6544): the node's port on TCP for networks that let no UDP out. Framing is RFC 4571's: two
bytes of length before each datagram. What a slow connection cannot take is dropped, as a network would.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Any

from media.addresses import pack
from media.aiortc_seams import srtp_ffi
from media.limits import MediaLimits
from media.udp import SLOT, Path, Run

SLAB = 256 * 1024
UNPROVEN_SECONDS = 10.0
"""A connection without a valid check by then is closed."""


class Slot:
    """An inbox of one datagram: what `Inbox` is for UDP."""

    def __init__(self) -> None:
        self.slab = srtp_ffi.new("char[]", SLOT)
        self.view = memoryview(srtp_ffi.buffer(self.slab)).cast("B")
        self.pointers = [self.slab]
        self.sizes = [0]
        self.names = [b""]

    def put(self, data: memoryview, name: bytes) -> None:
        self.view[: len(data)] = data
        self.sizes[0], self.names[0] = len(data), name


class TcpPath(Path):
    """A path that is a connection."""

    __slots__ = ("connection",)

    def __init__(self, outbox: "TcpOutbox", raw: bytes, connection: "Connection") -> None:
        super().__init__(outbox, raw)
        self.connection = connection


class TcpOutbox:
    """One slab for all connections of a node; the same methods as `udp.Outbox`."""

    way = "tcp"

    def __init__(self) -> None:
        self.slab = srtp_ffi.new("char[]", SLAB)
        self.base = self.slab
        self.view = memoryview(srtp_ffi.buffer(self.slab)).cast("B")
        self.tail = 0
        self.datagrams = self.octets = self.dropped = self.syscalls = 0
        self.held_bytes = 0
        self._waiting: dict[Connection, list[bytes]] = {}

    def reserve(self, size: int) -> int:
        if self.tail + size > SLAB:
            self.flush()
        return self.tail

    def add(self, path: Any, start: int, runs: list[Run], end: int) -> None:
        parts = self._waiting.setdefault(path.connection, [])
        for offset, total, segment in runs:
            for at in range(start + offset, start + offset + total, segment):
                size = min(segment, start + offset + total - at)
                parts += (struct.pack("!H", size), bytes(self.view[at : at + size]))
        self.tail = end

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        self.tail = 0
        for connection, parts in waiting.items():
            data = b"".join(parts)
            if not connection.write(data):
                self.dropped += len(parts) // 2
                continue
            self.datagrams += len(parts) // 2
            self.octets += len(data)
            self.syscalls += 1


class Connection(asyncio.Protocol):
    """One TCP connection: datagrams in by `on_datagram(connection)` with the bytes in the listener's slot."""

    def __init__(self, listener: "Listener") -> None:
        self.listener = listener
        self.transport: asyncio.Transport | None = None
        self.proven = False
        self._buffer = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self.transport = transport  # type: ignore[assignment]
        peer = transport.get_extra_info("peername")
        self.raw = pack((peer[0], peer[1])) + b"tcp"
        self.path = TcpPath(self.listener.outbox, self.raw, self)
        if not self.listener.admit(self):
            transport.abort()  # type: ignore[attr-defined]
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(UNPROVEN_SECONDS, self._unproven)

    def _unproven(self) -> None:
        if not self.proven:
            self.close()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at = 0
        while len(buffer) - at >= 2:
            size = (buffer[at] << 8) | buffer[at + 1]
            if size > SLOT:
                self.close()
                return
            if len(buffer) - at - 2 < size:
                break
            with memoryview(buffer) as view:
                self.listener.slot.put(view[at + 2 : at + 2 + size], self.raw)
            at += 2 + size
            self.listener.on_datagram(self)
        del buffer[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.listener.forget(self)

    def write(self, data: bytes) -> bool:
        """False when the connection is behind or gone: the data is dropped."""
        transport = self.transport
        if transport is None or transport.is_closing():
            return False
        if transport.get_write_buffer_size() + len(data) > self.listener.limits.tcp_queue_bytes:
            return False
        transport.write(data)
        return True

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class Listener:
    """All TCP connections of a node."""

    def __init__(self, limits: MediaLimits, on_datagram: Callable[[Connection], None]) -> None:
        self.limits = limits
        self.slot = self.inbox = Slot()
        self.outbox = TcpOutbox()
        self.on_datagram = on_datagram
        self.connections: set[Connection] = set()
        self.by_raw: dict[bytes, Connection] = {}
        self._servers: list[asyncio.Server] = []

    async def open(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_server(lambda: Connection(self), host, port, backlog=256))

    def admit(self, connection: Connection) -> bool:
        if len(self.connections) >= self.limits.tcp_connections:
            return False
        self.connections.add(connection)
        self.by_raw[connection.raw] = connection
        return True

    def forget(self, connection: Connection) -> None:
        self.connections.discard(connection)
        if self.by_raw.get(connection.raw) is connection:
            del self.by_raw[connection.raw]

    def new_path(self, raw: bytes) -> TcpPath:
        connection = self.by_raw[raw]
        connection.proven = True
        return connection.path

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in list(self.connections):
            connection.close()
        for server in self._servers:
            await server.wait_closed()
