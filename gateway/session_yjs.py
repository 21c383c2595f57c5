"""The door of stock `y-websocket` clients: one document a socket, the token in the query string."""

from gateway.edge import TAKEN, Edge, Turned
from gateway.member import Member, Socket
from gateway.packet import Packet
from gateway.rates import Rates
from gateway.sync_channel import SyncChannel
from gateway.wire_yjs import NO_AWARENESS, BadMessage, parse
from gateway.ws_frames import message, ping
from realtime.close_codes import CloseCode
from realtime.ids import is_name

_NEVER = float("inf")


class YjsSession:
    """Bytes of one WebSocket in, frames to the room out; frames from the room in, bytes out."""

    __slots__ = ("_channel", "_doc", "_edge", "_room", "_socket", "_token")

    keepalive = ping() + message(NO_AWARENESS)
    """A client goes away when it has read no message for 30 s, pings not counted."""

    def __init__(self, edge: Edge, socket: Socket, room: str, doc: str, token: str | None) -> None:
        self._edge = edge
        self._socket = socket
        self._room = room
        self._doc = doc
        self._token = token
        self._channel: SyncChannel | None = None

    @property
    def _member(self) -> Member | None:
        return self._channel.member if self._channel else None

    # the socket's side

    def opened(self, now: float) -> None:
        token, self._token = self._token, None
        try:
            if not is_name(self._doc):
                raise Turned(CloseCode.NOT_FOUND)
            grant = self._edge.check_token(token, self._room)
            self._edge.count_in(grant.key(self._room), grant)
        except Turned as turned:
            self._socket.close(turned.code)
            return
        member = self._edge.member(grant.key(self._room), "yjs", grant, self._socket, self)
        self._channel = SyncChannel(self._edge, member, self._doc, Rates(self._edge.limits), self._dead_end, acks=False)
        self._edge.hub.enter(member)

    def receive(self, data: bytes, now: float) -> float:
        channel = self._channel
        if channel is None:
            return TAKEN
        try:
            kind, body = parse(data)
        except BadMessage:
            self._socket.close(CloseCode.BAD_REQUEST)
            return TAKEN
        return channel.receive(kind, body, now)

    def check(self, now: float) -> float:
        channel = self._channel
        if channel is None:
            return _NEVER
        expires = self._edge.until(channel.member.grant.expires)
        if now >= expires:
            self._socket.close(CloseCode.UNAUTHORIZED)
        return expires

    def slow(self) -> None:
        if self._channel is not None:
            self._edge.hub.turned_slow([self._channel.member])

    def drained(self) -> None:
        if self._channel is not None:
            self._edge.hub.drained([self._channel.member])

    def farewell(self, code: CloseCode, after: float) -> None:
        """A stock client reads the close code and waits by itself."""

    def gone(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            self._edge.hub.leave(channel.member)
            self._edge.census.leave(channel.member.room, channel.member.grant.user)

    # the room's side

    def deliver(self, packet: Packet) -> None:
        if self._channel is not None:
            self._channel.deliver(packet)

    def kicked(self, code: CloseCode) -> None:
        self._socket.close(code)

    def _dead_end(self, reason: str, retry: bool) -> None:
        self._socket.close(CloseCode.TRY_LATER if retry else CloseCode.FORBIDDEN)
