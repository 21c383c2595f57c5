"""The asyncio protocol of one WebSocket: bytes between a transport and a door's session. It holds no rules.

uvicorn parses the HTTP request and hands the transport over. There is no task, no queue and no timer a
connection: reading is a callback, writing never waits, and the gateway's wheel asks each connection every few seconds
what it needs (`check`).
"""

import asyncio
import socket as sockets
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, cast

from gateway import ws_frames
from gateway.edge import TAKEN, UNTIL_RELEASED, DoorSession, Edge
from gateway.outlet import DirectOutlet, Outlet, ThroughOutlet, outlet_of, send_all
from gateway.session_hocuspocus import HocuspocusSession
from gateway.session_native import NativeSession
from gateway.session_yjs import YjsSession
from gateway.ws_frames import BINARY, CLOSE, PING, TEXT, Event, Reader
from gateway.ws_handshake import HandshakeRefused, Place, Request, accept, parse_request, place_of
from realtime.close_codes import CloseCode

CLOSE_SECONDS = 2.0
"""For the peer to answer a close frame, and for what is unsent to go out."""


class Owner(Protocol):
    """What a connection asks of the gateway that made it."""

    edge: Edge
    draining: bool

    def opened(self, connection: "Connection") -> bool:
        """Note a connection; whether it may stay."""
        ...

    def closing(self, connection: "Connection", by: float) -> None:
        """Check on it at ``by`` (monotonic seconds)."""
        ...

    def closed(self, connection: "Connection") -> None:
        """Forget it."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back from the loop."""
        ...

    def address_of(self, peer: str, request: Request) -> str:
        """The network address that counts, behind proxies we trust."""
        ...


class Connection(asyncio.Protocol):
    """One accepted (or refused) WebSocket. It is the `gateway.member.Socket` of its sessions."""

    __slots__ = (
        "_big",
        "_buffered",
        "_close_by",
        "_heard",
        "_held",
        "_lost",
        "_outlet",
        "_owner",
        "_reader",
        "_session",
        "_transport",
        "address",
        "admitted",
        "door",
        "slow",
    )

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._session: DoorSession | None = None
        self._reader: Reader | None = None
        self._held: deque[Event] | None = None
        """Input that was read but may not be taken yet."""
        self._heard = 0.0
        self._buffered = 0
        """Unsent bytes when last looked at: a slow reader that makes progress is alive."""
        self._big = 0
        """Unsent bytes that the client asked for."""
        self._close_by: float | None = None
        self._lost = False
        self.slow = False
        self.admitted = False
        self.door = ""
        self.address = ""

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._outlet: DirectOutlet | ThroughOutlet = outlet_of(self._transport)

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        if reader is None:
            self._handshake(data)
            return
        now = self._heard = self._owner.edge.clock.monotonic()
        if self._close_by is not None:
            self._await_close(data)
            return
        counts = self._owner.edge.counts
        counts.received += 1
        counts.received_bytes += len(data)
        if self._held is not None:
            self._held.extend(reader.feed(data))
            return
        for event in (events := iter(reader.feed(data))):
            wait = self._take(event, now)
            if wait != TAKEN:
                self._hold(deque((event, *events)), wait)
                return

    def eof_received(self) -> None:
        pass

    def pause_writing(self) -> None:
        """More than `Limits.outbox_bytes` is unsent."""
        self.slow = True
        if self._session is not None and self._close_by is None:
            self._session.slow()

    def resume_writing(self) -> None:
        self.slow = False
        self._big = 0
        if self._session is not None and self._close_by is None:
            self._session.drained()
            self.release()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._outlet.end()
        self._held = None
        self._end_session()
        if self._reader is not None:
            self._owner.closed(self)

    def shutdown(self) -> None:
        """uvicorn stops."""
        if self._reader is None:
            self._transport.close()
        else:
            self.close(CloseCode.DRAINING)

    # the seam to sessions and members (gateway.member.Socket)

    @property
    def outlet(self) -> Outlet:
        return self._outlet

    def write(self, data: bytes) -> None:
        send_all((self._outlet,), data)

    def write_big(self, data: bytes) -> None:
        self._big += len(data)
        self.write(data)

    def write_event(self, data: bytes) -> None:
        """`write` of something that may not be dropped: who leaves too much of it unread is closed, to come back."""
        self.write(data)
        if self.slow and self._has_overflowed():  # not within a round of writes
            self._owner.call_later(0.0, lambda: self.close(CloseCode.SLOW_READER))

    def close(self, code: CloseCode, after: float = 0.0) -> None:
        """Say why; the connection ends when the peer has answered, or after `CLOSE_SECONDS`."""
        if self._close_by is not None or self._lost:
            return
        edge = self._owner.edge
        if self._session is not None and code.retry:
            self._session.farewell(code, after)
        self._start_closing()
        edge.counts.closed(code.value.name)
        self.write(ws_frames.close(code.code, code.reason))
        if self._held is not None:
            self._held = None
            self._resume_reading()

    def release(self) -> None:
        """Offer what was held back again."""
        held, self._held = self._held, None
        if held is None:
            return
        now = self._owner.edge.clock.monotonic()
        while held and self._close_by is None:
            wait = self._take(held[0], now)
            if wait != TAKEN:
                self._wait(held, wait)
                return
            held.popleft()
        self._resume_reading()

    # for the gateway

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken."""
        return 0 if self._lost else self._transport.get_write_buffer_size()

    def check(self, now: float) -> float | None:
        """What time asks for; when to look again, None when the connection is over."""
        session = self._session
        if session is None:
            return self._check_close(now)
        due = session.check(now)
        if self._close_by is not None:
            return None
        if self._is_dead(now):
            self._transport.abort()
            return None
        if not self.slow:
            self._owner.edge.counts.pinged += 1
            self.write(session.keepalive)
        return min(due, now + self._owner.edge.limits.ping_seconds)

    def _is_dead(self, now: float) -> bool:
        """Nothing heard for too long. A reader that is slow but reads is alive, and so is one that is not let speak."""
        unsent = self._transport.get_write_buffer_size()
        if unsent < self._buffered or (self._held is not None and not unsent):
            self._heard = now
        self._buffered = unsent
        return now - self._heard > self._owner.edge.limits.idle_seconds

    def _has_overflowed(self) -> bool:
        limits = self._owner.edge.limits
        bound = limits.outbox_bytes + limits.outbox_events_bytes + self._big
        return self._transport.get_write_buffer_size() > bound

    def _start_closing(self) -> None:
        self._close_by = self._owner.edge.clock.monotonic() + CLOSE_SECONDS
        self._owner.closing(self, self._close_by)
        self._end_session()

    def _check_close(self, now: float) -> float | None:
        if self._lost or self._close_by is None:
            return None
        if now >= self._close_by:
            self._transport.abort()
            return None
        return self._close_by

    def _resume_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    # reading

    def _take(self, event: Event, now: float) -> float:
        opcode, payload = event
        if opcode == BINARY and self._session is not None:
            return self._session.receive(payload, now)
        if opcode == PING:
            self.write(ws_frames.pong(payload))
        elif opcode == CLOSE:
            self._answer_close(payload)
        elif opcode == TEXT:
            self.close(CloseCode.BAD_REQUEST)
        elif opcode == ws_frames.FAIL and self._reader is not None:
            self.close(self._reader.failure or CloseCode.BAD_REQUEST)
        return TAKEN

    def _hold(self, held: deque[Event], wait: float) -> None:
        self._transport.pause_reading()
        self._wait(held, wait)

    def _wait(self, held: deque[Event], wait: float) -> None:
        self._held = held
        if wait != UNTIL_RELEASED:
            self._owner.call_later(wait, self.release)

    def _answer_close(self, payload: bytes) -> None:
        """The peer closes: echo its code, and be done."""
        if not ws_frames.is_valid_close(payload):
            self.close(CloseCode.BAD_REQUEST)
        elif self._close_by is None:
            self._start_closing()
            self.write(bytes((0x88, min(len(payload), 2))) + payload[:2])
        self._transport.close()

    def _await_close(self, data: bytes) -> None:
        """We have closed: read on (unread bytes would make the kernel reset the connection), keep nothing."""
        if self._reader is not None and self._reader.seek_close(data):
            self._transport.close()

    def _end_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.gone()

    # opening

    def _handshake(self, data: bytes) -> None:
        request = parse_request(data)
        place = place_of(request.path)
        try:
            if place is None:
                raise HandshakeRefused("404 Not Found", "There is no WebSocket here.")
            if self._owner.draining:  # a proxy asks another gateway then, and nobody notices
                raise HandshakeRefused("503 Service Unavailable", CloseCode.DRAINING.reason)
            answer = accept(request)
        except HandshakeRefused as refused:
            self.write(refused.response)
            self._transport.close()
            return
        self.write(answer)
        self._open(place, request)

    def _open(self, place: Place, request: Request) -> None:
        owner, edge = self._owner, self._owner.edge
        limits = edge.limits
        self._reader = Reader(limits.frame_bytes)
        self._heard = edge.clock.monotonic()
        self._transport.set_write_buffer_limits(limits.outbox_bytes, limits.outbox_bytes // 4)
        _no_delay(self._transport)
        self.address = owner.address_of(_peer(self._transport), request)
        self.door = place.door
        if not owner.opened(self):
            self.close(CloseCode.TRY_LATER)
            return
        session = self._session = _session(edge, self, place, request.token)
        session.opened(self._heard)


def _session(edge: Edge, connection: Connection, place: Place, token: str | None) -> DoorSession:
    """The session behind a place."""
    match place.door:
        case "native":
            return NativeSession(edge, connection, place.room, token)
        case "yjs":
            return YjsSession(edge, connection, place.room, place.doc, token)
        case "hocuspocus":
            return HocuspocusSession(edge, connection)


def _peer(transport: asyncio.Transport) -> str:
    peer: Any = transport.get_extra_info("peername")
    return str(cast("tuple[object, ...]", peer)[0]) if isinstance(peer, tuple) else ""


def _no_delay(transport: asyncio.Transport) -> None:
    """Small frames go out at once (the loops do this by themselves; a transport handed in by others may not)."""
    socket: Any = transport.get_extra_info("socket")
    if socket is not None and socket.family in (sockets.AF_INET, sockets.AF_INET6):
        socket.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
