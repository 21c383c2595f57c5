"""The native door: one person in one room, every channel in one WebSocket (docs/PROTOCOL.md, Native frames)."""

from gateway.edge import RENEW_BEFORE_SECONDS, TAKEN, UNTIL_RELEASED, Edge, Turned
from gateway.grants_gate import refusal_of_edit
from gateway.member import Member, Socket
from gateway.packet import Packet
from gateway.rates import DROWNED, Rates
from gateway.ws_frames import message, ping
from realtime.close_codes import CloseCode
from realtime.frames import codec
from realtime.frames.client import (
    Answer,
    Awareness,
    CatchUp,
    ClientFrame,
    Do,
    Hello,
    Open,
    Ping,
    Shut,
    Signal,
    Update,
)
from realtime.frames.commands import OlderChat, RosterPage, View
from realtime.frames.server import Goodbye, Opened, Pong, Refused, Renew, ServerFrame
from realtime.frames.server import Update as UpdateOut
from realtime.grants import Grant
from realtime.ids import is_name
from realtime.refusals import Refuse

_NEVER = float("inf")


class NativeSession:
    """Bytes of one WebSocket in, frames to the room out; frames from the room in, bytes out."""

    __slots__ = ("_edge", "_hello_by", "_late", "_member", "_rates", "_renew_at", "_room", "_socket", "_token")

    keepalive = ping()

    def __init__(self, edge: Edge, socket: Socket, room: str, token: str | None) -> None:
        self._edge = edge
        self._socket = socket
        self._room = room
        self._token = token
        self._member: Member | None = None
        self._rates = Rates(edge.limits)
        self._hello_by = 0.0
        self._renew_at = _NEVER
        self._late: dict[str, Awareness] | None = None

    # the socket's side

    def opened(self, now: float) -> None:
        self._hello_by = now + self._edge.limits.hello_seconds
        if self._token is not None:
            self._hello(Hello(self._token), now)
            self._token = None

    def receive(self, data: bytes, now: float) -> float:
        try:
            frame = codec.decode_client(data, self._edge.limits.frame_bytes)
        except codec.FrameTooBig:
            return self._close(CloseCode.TOO_BIG)
        except codec.BadFrame:
            return self._close(CloseCode.BAD_REQUEST)
        if self._member is None:
            return self._hello(frame, now) if isinstance(frame, Hello) else self._close(CloseCode.UNAUTHORIZED)
        if isinstance(frame, Update | Answer):
            return self._edit(self._member, frame, now)
        wait = self._rates.message(now)
        return self._held(wait) if wait else self._take(self._member, frame, now)

    def check(self, now: float) -> float:
        member = self._member
        if member is None:
            if now >= self._hello_by:
                self._close(CloseCode.HELLO_TIMEOUT)
            return self._hello_by
        expires = self._edge.until(member.grant.expires)
        if now >= expires:
            self._close(CloseCode.UNAUTHORIZED)
        elif now >= self._renew_at:
            self._renew_at = _NEVER
            self._send(Renew(member.grant.expires))
        return min(expires, self._renew_at)

    def slow(self) -> None:
        if self._member is not None:
            self._edge.hub.turned_slow([self._member])

    def drained(self) -> None:
        if self._member is not None:
            self._edge.hub.drained([self._member])

    def farewell(self, code: CloseCode, after: float) -> None:
        self._send(Goodbye(code.code, code.reason, code.retry, after))

    def gone(self) -> None:
        member, self._member = self._member, None
        if member is None:
            return
        self._edge.hub.leave(member)
        self._edge.census.leave(member.room, member.grant.user)
        if self._edge.on_signal is not None:
            self._edge.on_signal(member.conn, member.grant, member.room, None)

    # the room's side

    def deliver(self, packet: Packet) -> None:
        data = packet.native
        if type(packet.frame) in _ASKED_FOR:
            self._socket.write_big(data)
        else:
            self._socket.write_event(data)

    def kicked(self, code: CloseCode) -> None:
        self._close(code)

    def retry(self, now: float) -> bool:
        """Awareness that was put off."""
        member, late = self._member, self._late
        if member is None or late is None:
            return True
        while late and self._rates.awareness(now):
            doc = next(iter(late))
            self._edge.hub.forward(member, late.pop(doc))
        return not late

    # frames

    def _hello(self, hello: Hello, now: float) -> float:
        """The first: who is it? A later one renews the grant."""
        try:
            grant = self._edge.check_token(hello.token, self._room)
            if self._member is not None:
                self._renew(self._member, grant)
            else:
                self._edge.count_in(grant.key(self._room), grant)
        except Turned as turned:
            return self._close(turned.code)
        self._renew_at = max(now, self._edge.until(grant.expires) - RENEW_BEFORE_SECONDS)
        if self._member is None:
            self._enter(grant, hello.seen)
        return TAKEN

    def _enter(self, grant: Grant, seen: int) -> None:
        member = self._edge.member(grant.key(self._room), "native", grant, self._socket, self)
        member.seen = max(0, seen)
        self._member = member
        self._edge.hub.enter(member)

    def _renew(self, member: Member, grant: Grant) -> None:
        old = member.grant
        if (grant.user, grant.tenant) != (old.user, old.tenant):
            raise Turned(CloseCode.FORBIDDEN)
        member.grant = grant
        self._edge.hub.renew(member)

    def _take(self, member: Member, frame: ClientFrame, now: float) -> float:
        match frame:
            case Awareness():
                return self._awareness(member, frame, now)
            case Do():
                return self._do(member, frame, now)
            case Ping(value=value):
                self._send(Pong(value))
            case Open():
                return self._open(member, frame)
            case Shut(doc=doc):
                self._edge.hub.shut(member, doc)
                self._edge.hub.forward(member, frame)
            case CatchUp():
                return self._question(member, frame, now)
            case Hello():
                return self._hello(frame, now)
            case Signal():
                self._signal(member, frame)
            case Update() | Answer():
                return self._edit(member, frame, now)
        return TAKEN

    def _edit(self, member: Member, frame: Update | Answer, now: float) -> float:
        refuse = refusal_of_edit(member, frame, self._edge.limits)
        if refuse is not None:
            return self._refuse(refuse, frame.n, frame.doc)
        wait = self._rates.edit(len(frame.update), now)
        if wait:
            return self._held(wait)
        self._edge.hub.edit(member, frame, now)
        return TAKEN

    def _awareness(self, member: Member, frame: Awareness, now: float) -> float:
        if not member.may_present or frame.doc not in member.docs:
            return TAKEN
        if len(frame.update) > self._edge.limits.awareness_bytes:
            return self._refuse(Refuse.TOO_LARGE, 0, frame.doc)
        if not self._edge.hub.is_news(member, frame.doc, frame.update):
            self._edge.counts.echoes += 1
        elif self._rates.awareness(now):
            self._edge.hub.forward(member, frame)
        else:
            self._put_off(frame)
        return TAKEN

    def _put_off(self, frame: Awareness) -> None:
        """Too fast: keep the latest of each document for later."""
        if self._late is None:
            self._late = {}
        self._late[frame.doc] = frame
        self._edge.hub.later(self)

    def _do(self, member: Member, frame: Do, now: float) -> float:
        if isinstance(frame.command, View):  # where the leader looks: many a second, the latest wins
            if self._rates.awareness(now):
                self._edge.hub.forward(member, frame)
            return TAKEN
        if isinstance(frame.command, OlderChat | RosterPage):
            return self._question(member, frame, now)
        if not self._rates.command(now):
            self._refuse(Refuse.TOO_FAST, frame.n)
            return self._close(CloseCode.TOO_FAST) if self._rates.is_drowned(now) else TAKEN
        member.commanded(frame)
        self._edge.hub.forward(member, frame)
        return TAKEN

    def _open(self, member: Member, frame: Open) -> float:
        limits = self._edge.limits
        if self._socket.slow:
            return UNTIL_RELEASED
        if not is_name(frame.doc):
            return self._refuse(Refuse.UNKNOWN, 0, frame.doc[:80])
        if len(frame.state_vector) > limits.state_vector_bytes:
            return self._refuse(Refuse.TOO_LARGE, 0, frame.doc)
        if frame.doc not in member.docs and len(member.docs) >= limits.open_documents_per_connection:
            return self._refuse(Refuse.TOO_MANY_DOCUMENTS, 0, frame.doc)
        return TAKEN if self._edge.hub.open(member, frame) else UNTIL_RELEASED

    def _question(self, member: Member, frame: CatchUp | Do, now: float) -> float:
        """Something whose answer is large: not faster than it is read."""
        if self._socket.slow:
            return UNTIL_RELEASED
        wait = self._rates.catch_up(now)
        if wait:
            return self._held(wait)
        if isinstance(frame, Do):
            member.commanded(frame)
        self._edge.hub.forward(member, frame)
        return TAKEN

    def _signal(self, member: Member, frame: Signal) -> None:
        if self._edge.on_signal is None:
            self._refuse(Refuse.UNKNOWN, frame.n)
        elif member.waiting:
            self._refuse(Refuse.NOT_ALLOWED, frame.n)
        else:
            self._edge.on_signal(member.conn, member.grant, member.room, frame)

    # answers

    def _send(self, frame: ServerFrame) -> None:
        self._socket.write(message(codec.encode(frame)))

    def _refuse(self, refuse: Refuse, n: int, doc: str = "") -> float:
        self._edge.counts.refused(refuse.code)
        self._send(Refused(n, refuse.code, refuse.message, refuse.retry, doc))
        return TAKEN

    def _held(self, wait: float) -> float:
        """Too fast: wait, or, after too long, go."""
        self._edge.counts.held += 1
        return self._close(CloseCode.TOO_FAST) if wait == DROWNED else wait

    def _close(self, code: CloseCode) -> float:
        self._socket.close(code)
        return TAKEN


_ASKED_FOR = (Opened, UpdateOut)
"""What may be large because the client asked for it, or lagged."""
