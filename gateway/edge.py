"""What every session is given: the hub, the bounds, the way in."""

from collections.abc import Callable
from typing import Protocol

from gateway.census import Census
from gateway.counts import Counts
from gateway.hub import Hub
from gateway.member import Member, Session, Socket
from gateway.ws_handshake import Door
from realtime.clock import Clock
from realtime.close_codes import CloseCode
from realtime.frames.client import Signal
from realtime.grants import Grant, TokenRefused
from realtime.ids import connection_id, is_name
from realtime.limits import Limits

Verify = Callable[[str | None, str], Grant]
"""A token and the room it should open, to the grant inside; raises `TokenRefused`."""
OnSignal = Callable[[str, Grant, str, Signal | None], None]
"""Media signalling of a connection: ``(conn, grant, room key, frame)``; None: the connection is gone."""

TAKEN = 0.0
UNTIL_RELEASED = float("inf")
"""What `DoorSession.receive` answers instead of seconds to wait, when the socket will be released."""
RENEW_BEFORE_SECONDS = 60.0
"""How long before its grant expires a session is asked for a fresh token."""


class Turned(Exception):
    """Somebody is not let in; ``code`` says why."""

    def __init__(self, code: CloseCode, reason: str = "") -> None:
        super().__init__(reason or code.reason)
        self.code = code
        self.reason = reason or code.reason


class DoorSession(Protocol):
    """The half of a door that faces the socket. Times are monotonic seconds."""

    @property
    def keepalive(self) -> bytes:
        """Whole frames that are sent every `Limits.ping_seconds`, so that both sides know the other is there."""
        ...

    def opened(self, now: float) -> None:
        """The WebSocket is open."""
        ...

    def receive(self, data: bytes, now: float) -> float:
        """A binary message: `TAKEN`, or seconds after which (or `UNTIL_RELEASED`) it is to be offered again."""
        ...

    def check(self, now: float) -> float:
        """Do what time asks for; when to check next."""
        ...

    def slow(self) -> None:
        """The socket is past its high-water mark."""
        ...

    def drained(self) -> None:
        """It can be written to again."""
        ...

    def farewell(self, code: CloseCode, after: float) -> None:
        """The gateway is about to close the socket; a client that understands is told to come back after ``after``
        seconds."""
        ...

    def gone(self) -> None:
        """The socket is closed or lost."""
        ...


class Edge:
    """One gateway's."""

    def __init__(
        self, gateway: str, hub: Hub, verify: Verify, limits: Limits, clock: Clock, census: Census, counts: Counts
    ) -> None:
        self.gateway = gateway
        self.hub = hub
        self.limits = limits
        self.clock = clock
        self.census = census
        self.counts = counts
        self.on_signal: OnSignal | None = None
        self._verify = verify
        self._conns = 0

    def check_token(self, token: str | None, room: str) -> Grant:
        """The grant that opens ``room``; raise `Turned` before anything is loaded."""
        if not is_name(room):
            raise Turned(CloseCode.NOT_FOUND)
        try:
            return self._verify(token, room)
        except TokenRefused as refused:
            self.counts.refused(refused.code)
            wrong_room = refused.code == "token-wrong-room"
            raise Turned(CloseCode.FORBIDDEN if wrong_room else CloseCode.UNAUTHORIZED, refused.message) from None

    def count_in(self, room: str, grant: Grant) -> None:
        """Count a socket in a room (a room key); raise `Turned` when it is full. A grant for a prefix is a service's,
        or a load test's, and not one person's."""
        if not self.census.enter(room, grant.user, one_person=not grant.is_for_many):
            self.counts.refused("room-full")
            raise Turned(CloseCode.TRY_LATER)

    def member(
        self, room: str, door: Door, grant: Grant, socket: Socket, session: Session, prefix: bytes = b""
    ) -> Member:
        """A new member of ``room`` (a room key), not entered yet."""
        self._conns += 1
        return Member(connection_id(self.gateway, self._conns), room, door, grant, socket, session, prefix)

    def until(self, wall: float) -> float:
        """A Unix time as a monotonic one."""
        return self.clock.monotonic() + wall - self.clock.wall()
