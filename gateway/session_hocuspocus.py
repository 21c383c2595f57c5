"""The door of stock `@hocuspocus/provider` clients: several documents a socket, each with a token of its own.

Each document (each name as it goes on the wire) is a member of its room. What comes for a name before its token is
queued, within bounds.
"""

from gateway import wire_hocuspocus as wire
from gateway.edge import RENEW_BEFORE_SECONDS, TAKEN, Edge, Turned
from gateway.member import Member, Socket
from gateway.packet import Packet
from gateway.rates import DROWNED, Rates
from gateway.sync_channel import SyncChannel
from gateway.wire_yjs import BadMessage
from gateway.ws_frames import message, ping
from realtime.close_codes import CloseCode
from realtime.grants import Grant
from realtime.ids import is_name
from realtime.lib0 import text
from realtime.roles import Capability

MAX_QUEUED_BYTES = 5 * 1024 * 1024
MAX_QUEUED_MESSAGES = 1_000
EMPTY_SECONDS = 60.0
"""How long a socket may stay whose documents were all closed."""
_NEVER = float("inf")


class Document:
    """One name of a socket, and the member behind it: the half of this door that faces a room."""

    __slots__ = ("_session", "channel", "name", "renew_at")

    channel: SyncChannel

    def __init__(self, session: "HocuspocusSession", name: str) -> None:
        self._session = session
        self.name = name
        self.renew_at = _NEVER

    def begin(self, member: Member, doc: str, rates: Rates) -> None:
        self.channel = SyncChannel(self._session.edge, member, doc, rates, self._dead_end, acks=True)

    @property
    def member(self) -> Member:
        return self.channel.member

    def deliver(self, packet: Packet) -> None:
        self.channel.deliver(packet)

    def kicked(self, code: CloseCode) -> None:
        self._session.end(self, code, code.reason)

    def _dead_end(self, reason: str, retry: bool) -> None:
        self._session.end(self, CloseCode.TRY_LATER if retry else CloseCode.FORBIDDEN, reason)


class HocuspocusSession:
    """Bytes of one WebSocket in, frames to rooms out; frames from rooms in, bytes out."""

    __slots__ = (
        "_catching_up",
        "_deadline",
        "_documents",
        "_people",
        "_queue",
        "_queued_bytes",
        "_rates",
        "_socket",
        "edge",
    )

    keepalive = ping() + message(wire.PING)
    """A client goes away when it has read no message for 30 s, WebSocket pings not counted."""

    def __init__(self, edge: Edge, socket: Socket) -> None:
        self.edge = edge
        self._socket = socket
        self._rates = Rates(edge.limits)
        self._documents: dict[str, Document] = {}
        self._people: dict[tuple[str, str], int] = {}
        """This socket's documents by (room key, user): it counts once in each room."""
        self._queue: dict[str, list[bytes]] = {}
        self._queued_bytes = 0
        self._catching_up = ""
        """The name whose queue has to wait before anything else is taken."""
        self._deadline = 0.0

    # the socket's side

    def opened(self, now: float) -> None:
        self._deadline = now + self.edge.limits.hello_seconds

    def receive(self, data: bytes, now: float) -> float:
        if data == wire.PONG:
            return TAKEN
        if data == wire.PING:
            self._socket.write(message(wire.PONG))
            return TAKEN
        try:
            said = wire.parse(data)
        except BadMessage:
            self._socket.close(CloseCode.BAD_REQUEST)
            return TAKEN
        if self._catching_up:  # the message that is offered again is the token that let the queue in
            return self._catch_up(self._catching_up, now)
        return self._take(said, data, now)

    def _take(self, said: wire.Message, data: bytes, now: float) -> float:
        document = self._documents.get(said.name)
        if document is None or said.kind == wire.AUTH:
            wait = self._rates.message(now)
            if wait:
                return self._held(wait)
            if said.kind == wire.AUTH:
                return self._auth(said.name, said.body.decode(), now)
            return self._put_in_queue(said.name, said.kind, data)
        if said.kind == wire.CLOSE:
            self._forget(document)
            return TAKEN
        return document.channel.receive(said.kind, said.body, now)

    def check(self, now: float) -> float:
        if not self._documents:
            if now >= self._deadline:
                self._socket.close(CloseCode.HELLO_TIMEOUT)
            return self._deadline
        return min([self._check(document, now) for document in list(self._documents.values())])

    def slow(self) -> None:
        self.edge.hub.turned_slow([document.member for document in self._documents.values()])

    def drained(self) -> None:
        self.edge.hub.drained([document.member for document in self._documents.values()])

    def farewell(self, code: CloseCode, after: float) -> None:
        """A stock client reads the close code and waits by itself."""

    def gone(self) -> None:
        for document in list(self._documents.values()):
            self._forget(document)
        self._queue.clear()

    # one document

    def end(self, document: Document, code: CloseCode, reason: str) -> None:
        """The room closes a document. What time can mend, and the last document, close the socket."""
        self._send(document.name, wire.denied(reason))
        self._forget(document)
        if code.retry or not self._documents:
            self._socket.close(code)

    def _auth(self, name: str, token: str, now: float) -> float:
        room, doc = wire.split_name(name)
        document = self._documents.get(name)
        try:
            if not is_name(doc):
                raise Turned(CloseCode.NOT_FOUND)
            grant = self.edge.check_token(token, room)
            if document is not None:
                self._renew(document, grant)
            else:
                document = self._enter(name, room, doc, grant)
        except Turned as turned:
            return self._turn_away(name, turned, now)
        document.renew_at = max(now, self.edge.until(grant.expires) - RENEW_BEFORE_SECONDS)
        self._send(name, wire.authenticated(grant.may(Capability.EDIT)))
        return self._catch_up(name, now)

    def _catch_up(self, name: str, now: float) -> float:
        """Take what was queued for ``name``. When some of it has to wait, so has all that comes after."""
        waiting = self._queue.get(name, [])
        while waiting:
            wait = self._take(wire.parse(waiting[0]), waiting[0], now)
            if wait:
                self._catching_up = name
                return wait
            self._queued_bytes -= len(waiting.pop(0))
        self._queue.pop(name, None)
        self._catching_up = ""
        return TAKEN

    def _enter(self, name: str, room: str, doc: str, grant: Grant) -> Document:
        if len(self._documents) >= self.edge.limits.open_documents_per_connection:
            raise Turned(CloseCode.TRY_LATER, "Too many documents on one connection.")
        key = grant.key(room)
        person = (key, grant.user)
        if person not in self._people:
            self.edge.count_in(key, grant)
        self._people[person] = self._people.get(person, 0) + 1
        document = self._documents[name] = Document(self, name)
        member = self.edge.member(key, "hocuspocus", grant, self._socket, document, text(name))
        document.begin(member, doc, self._rates)
        self.edge.hub.enter(member)
        return document

    def _renew(self, document: Document, grant: Grant) -> None:
        member, old = document.member, document.member.grant
        if (grant.user, grant.tenant) != (old.user, old.tenant):
            raise Turned(CloseCode.FORBIDDEN)
        member.grant = grant
        self.edge.hub.renew(member)

    def _turn_away(self, name: str, turned: Turned, now: float) -> float:
        """Permission denied, in the protocol's own words; a document that was open is closed."""
        self._dequeue(name)
        document = self._documents.get(name)
        if document is not None:
            self.end(document, turned.code, turned.reason)
            return TAKEN
        self._send(name, wire.denied(turned.reason))
        if turned.code.retry:
            self._socket.close(turned.code)
        elif not self._documents:
            self._deadline = min(self._deadline, now + self.edge.limits.hello_seconds)
        return TAKEN

    def _check(self, document: Document, now: float) -> float:
        """One document's clock: what was put off, a fresh token, the end of its grant."""
        expires = self.edge.until(document.member.grant.expires)
        if now >= expires:
            self.end(document, CloseCode.UNAUTHORIZED, CloseCode.UNAUTHORIZED.reason)
            return now
        if now >= document.renew_at:
            document.renew_at = _NEVER
            self._send(document.name, wire.ask_for_token())
        return min(expires, document.renew_at)

    def _forget(self, document: Document) -> None:
        if self._documents.pop(document.name, None) is None:
            return
        member = document.member
        self.edge.hub.leave(member)
        person = (member.room, member.grant.user)
        self._people[person] -= 1
        if not self._people[person]:
            del self._people[person]
            self.edge.census.leave(*person)
        if not self._documents:
            self._deadline = self.edge.clock.monotonic() + EMPTY_SECONDS

    # before the token

    def _put_in_queue(self, name: str, kind: int, data: bytes) -> float:
        if kind == wire.CLOSE:
            self._dequeue(name)
            return TAKEN
        waiting = sum(map(len, self._queue.values()))
        known = name in self._queue or len(self._queue) < self.edge.limits.open_documents_per_connection
        if not known or waiting >= MAX_QUEUED_MESSAGES or self._queued_bytes + len(data) > MAX_QUEUED_BYTES:
            self._socket.close(CloseCode.TOO_BIG)
            return TAKEN
        self._queue.setdefault(name, []).append(data)
        self._queued_bytes += len(data)
        return TAKEN

    def _dequeue(self, name: str) -> list[bytes]:
        waiting = self._queue.pop(name, [])
        self._queued_bytes -= sum(map(len, waiting))
        return waiting

    def _held(self, wait: float) -> float:
        """Too fast: wait, or, after too long, go."""
        self.edge.counts.held += 1
        if wait != DROWNED:
            return wait
        self._socket.close(CloseCode.TOO_FAST)
        return TAKEN

    def _send(self, name: str, body: bytes) -> None:
        self._socket.write(message(text(name) + body))
