"""A gateway's hub and doors without sockets and without a room worker: the tests stand at both ends.

`WireTap` is a socket that remembers what was written to it; `TapBus` a bus that remembers what was published, and on
which the tests say what a worker would say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.census import Census
from gateway.counts import Counts
from gateway.edge import DoorSession, Edge
from gateway.hub import Hub
from gateway.outlet import Outlet, ThroughOutlet
from gateway.session_hocuspocus import HocuspocusSession
from gateway.session_native import NativeSession
from gateway.session_yjs import YjsSession
from realtime.bus.bus import Handler
from realtime.clock import ManualClock
from realtime.close_codes import CloseCode
from realtime.envelopes import Attach, Forward, FromRoom, Kick, Message, ToRoom
from realtime.frames import codec
from realtime.frames.client import ClientFrame
from realtime.frames.server import ServerFrame
from realtime.grants import Grant, TokenRefused
from realtime.limits import Limits
from realtime.registry.registry import Node
from realtime.roles import Role

EMPTY = b"\x00\x00"


def messages(data: bytes) -> list[bytes]:
    """The binary messages in what a server wrote; other frames are left out."""
    found: list[bytes] = []
    while data:
        opcode, size, head = data[0] & 15, data[1], 2
        assert not size & 128, "servers do not mask"
        if size > 125:
            width = 2 if size == 126 else 8
            size, head = int.from_bytes(data[2 : 2 + width], "big"), 2 + width
        if opcode == 2:
            found.append(data[head : head + size])
        data = data[head + size :]
    return found


class WireTap:
    """A `gateway.member.Socket`."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed: CloseCode | None = None
        self.slow = False
        self.released = 0
        self.on_release: Callable[[], object] = lambda: None
        self.session: DoorSession | None = None

    @property
    def outlet(self) -> Outlet:
        return ThroughOutlet(self.write)

    def write(self, data: bytes) -> None:
        assert self.closed is None, "written to after it was closed"
        self.writes.append(data)

    def write_event(self, data: bytes) -> None:
        self.write(data)

    def write_big(self, data: bytes) -> None:
        self.write(data)

    def close(self, code: CloseCode, after: float = 0.0) -> None:
        if self.closed is None:
            self.closed = code
            if self.session is not None:
                self.session.gone()

    def release(self) -> None:
        self.released += 1
        self.on_release()

    def read(self) -> list[bytes]:
        """Messages since the last call."""
        data, self.writes = b"".join(self.writes), []
        return messages(data)

    def frames(self) -> list[ServerFrame]:
        """Native frames since the last call."""
        return [codec.decode_server(data, 1 << 24) for data in self.read()]


class TapBus:
    """A `Bus` between the hub and the test."""

    def __init__(self, lossy: bool = True) -> None:
        self.lossy = lossy
        self.sent: list[tuple[str, ToRoom]] = []
        self.attaches: dict[str, int] = {}
        """Room to the number of its last Attach."""
        self.unreachable: list[Callable[[str], None]] = []
        self.reset: list[Callable[[], None]] = []

    async def subscribe(self, channel: str, handler: Handler) -> None: ...

    async def unsubscribe(self, channel: str) -> None: ...

    def publish(self, channel: str, message: Message) -> None:
        assert isinstance(message, ToRoom)
        if isinstance(message.body, Attach):
            self.attaches[message.room] = message.link
        self.sent.append((channel, message))

    def on_reset(self, handler: Callable[[], None]) -> None:
        self.reset.append(handler)

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        self.unreachable.append(handler)


@dataclass
class Rig:
    """``verify`` takes tokens of the form ``role:user`` (``room`` is whatever is asked for), or refuses with
    the code after ``bad:``."""

    lossy: bool = True
    limits: Limits = field(default_factory=Limits)
    workers: tuple[str, ...] = ("w-1",)

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.bus = TapBus(self.lossy)
        self.counts = Counts()
        self.census = Census(self.limits)
        self.buried: list[str] = []
        self.hub = Hub("g", self.bus, self.clock, self.buried.append, self.counts)
        self.edge = Edge("g", self.hub, self.verify, self.limits, self.clock, self.census, self.counts)
        self.links: dict[str, int] = {}
        self.grants: dict[str, Grant] = {}
        self.hub.set_workers([Node(worker, "rooms") for worker in self.workers])

    def verify(self, token: str | None, room: str) -> Grant:
        if token is None:
            raise TokenRefused("token-missing", "A join token is needed to enter a room.")
        kind, _, rest = token.partition(":")
        if kind == "bad":
            raise TokenRefused(rest, "No.")
        if token in self.grants:
            return self.grants[token]
        return Grant(room, rest or kind, Role(kind), expires=self.clock.wall() + 3600)

    # clients

    def native(self, room: str = "room", token: str | None = "student:ann") -> tuple[WireTap, NativeSession]:
        """An open native session that came with a token (None: it has to say hello)."""
        return self._open(lambda socket: NativeSession(self.edge, socket, room, token))

    def yjs(
        self, room: str = "room", doc: str = "doc", token: str | None = "student:ann"
    ) -> tuple[WireTap, YjsSession]:
        return self._open(lambda socket: YjsSession(self.edge, socket, room, doc, token))

    def hocuspocus(self) -> tuple[WireTap, HocuspocusSession]:
        return self._open(lambda socket: HocuspocusSession(self.edge, socket))

    def _open(self, make: Callable[[WireTap], Any]) -> Any:
        socket = WireTap()
        session = make(socket)
        socket.session = session
        session.opened(self.clock.monotonic())
        return socket, session

    def say(self, session: DoorSession, *frames: ClientFrame) -> list[float]:
        """Native frames; what `receive` returned."""
        return [session.receive(codec.encode(frame), self.clock.monotonic()) for frame in frames]

    # the room

    def sent(self) -> list[ToRoom]:
        """What went to rooms since the last call."""
        sent, self.bus.sent = self.bus.sent, []
        return [message for _, message in sent]

    def forwarded(self) -> list[Any]:
        """The client frames in it."""
        return [message.body.frame for message in self.sent() if isinstance(message.body, Forward)]

    def room_says(
        self,
        *frames: ServerFrame,
        to: list[str] | None = None,
        room: str = "default/room",
        epoch: int = 1,
        seq: int = 1,
        instead: dict[str, bytes] | None = None,
    ) -> None:
        """In one batch, numbered on."""
        self.hub.take([FromRoom(room, epoch, self.next_link(room), seq, frame, to, instead) for frame in frames])

    def room_kicks(self, code: CloseCode, to: list[str], room: str = "default/room", epoch: int = 1) -> None:
        self.hub.take([Kick(room, epoch, self.next_link(room), to, code.value.name)])

    def next_link(self, room: str = "default/room") -> int:
        if room not in self.links:
            self.start_over(room)
        self.links[room] += 1
        return self.links[room]

    def start_over(self, room: str = "default/room") -> None:
        """The worker has seen the last Attach: it numbers from there."""
        self.links[room] = self.bus.attaches[room] - 1

    def tick(self, seconds: float = 0.1) -> None:
        self.clock.advance(seconds)
        self.hub.tick()
