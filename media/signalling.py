"""Media signalling on the room's own WebSocket: requests in, answers and news out; no I/O.

A gateway hands over each connection's frames (`ToMedia`) and its end; answers go back to that connection, news to every
connection of the room that joined. What a connection published and received ends with it.
"""

from collections.abc import Callable

import msgspec

from media.errors import Conflict, Forbidden, MediaError, NoSuchPublication
from media.model import (
    Event,
    Muted,
    Publication,
    Published,
    ReceiverClosed,
    Renegotiate,
    Speaking,
    Spotlit,
    Unpublished,
    Want,
    Who,
)
from media.requests import (
    Answer,
    BadRequest,
    Join,
    Mute,
    Publish,
    Receive,
    Request,
    Restart,
    Spotlight,
    Stats,
    Unpublish,
    decode,
)
from media.sfu import Sfu
from realtime.envelopes import FromMedia, ToMedia
from realtime.frames.client import Signal as Asked
from realtime.frames.server import Signal
from realtime.grants import Grant
from realtime.roles import STAFF, Capability

Send = Callable[[str, FromMedia], None]
"""(gateway, message)."""
Body = dict[str, object]
RECEIVING = frozenset({"receive", "answer", "restart", "stats"})


def who_of(grant: Grant, owner: str = "") -> Who:
    """A person of the SFU from their grant."""
    may_publish = grant.may(Capability.PUBLISH)
    return Who(
        grant.user, grant.shown_name, grant.role.value, grant.role in STAFF, may_publish, owner, grant.is_for_many
    )


class Signalling:
    """One node's. Set `sfu.on_event = signalling.on_event` to have news sent."""

    def __init__(self, sfu: Sfu, send: Send) -> None:
        self.sfu = sfu
        self.send = send
        self.send_on: Callable[[ToMedia], bool] | None = None
        """Asked about each request that concerns receiving: True when another node will answer it."""
        self._joined: dict[str, dict[str, str]] = {}
        """Room key → connection → gateway."""
        self._receivers: dict[str, str] = {}
        """Connection → its receiver."""

    def take(self, message: ToMedia) -> None:
        """One message of a gateway."""
        if message.frame is None:
            if self.send_on is not None:
                self.send_on(message)
            self._gone(message.room, message.conn)
            return
        self._joined.setdefault(message.room, {})[message.conn] = message.gateway
        if self.send_on is not None and message.frame.kind in RECEIVING and self.send_on(message):
            return
        answer = self._answered(message, message.frame)
        self.send(message.gateway, FromMedia(message.room, [message.conn], answer))

    def receives(self, conn: str) -> bool:
        """Whether this node has a receiving connection for `conn`."""
        return self._receivers.get(conn, "") in self.sfu.receivers

    def gateway_gone(self, gateway: str) -> None:
        """A gateway died: its connections are gone."""
        for room, members in list(self._joined.items()):
            for conn in [c for c, g in members.items() if g == gateway]:
                self._gone(room, conn)

    def _gone(self, room: str, conn: str) -> None:
        members = self._joined.get(room)
        if members is not None:
            members.pop(conn, None)
            if not members:
                del self._joined[room]
        self._receivers.pop(conn, None)
        self.sfu.leave(conn)

    def _answered(self, message: ToMedia, frame: Asked) -> Signal:
        try:
            request = decode(frame.kind, frame.body)
            who = who_of(message.grant, message.conn)
            return _signal(frame.n, frame.kind, self._do(request, message.room, who))
        except BadRequest as problem:
            return _signal(frame.n, "error", {"code": "bad_request", "message": str(problem)})
        except MediaError as problem:
            return _signal(frame.n, "error", {"code": problem.code, "message": str(problem)})

    def _do(self, request: Request, room: str, who: Who) -> Body:
        match request:
            case Join():
                return self._state(room)
            case Publish():
                return self._publish(request, room, who)
            case Unpublish():
                self._own(request.publication, room, who)
                self.sfu.unpublish(request.publication)
                return {}
            case Receive():
                return self._receive(request, room, who)
            case Answer():
                return {"sdp": self.sfu.answer(self._receiver(who), request.sdp)}
            case Restart():
                return {"sdp": self.sfu.restart_receiver(self._receiver(who))}
            case Mute():
                return self._mute(request, room, who)
            case Spotlight():
                if not who.staff:
                    raise Forbidden("only staff choose what everybody sees")
                self.sfu.spotlight(room, request.publication)
                return {}
            case Stats():
                return self.sfu.stats(who.owner)

    def _state(self, room: str) -> Body:
        found = self.sfu.rooms.get(room)
        return {
            "publications": self.sfu.tracks(room),
            "speakers": list(found.speakers.order) if found is not None else [],
            "spotlight": found.spotlight if found is not None else "",
        }

    def _publish(self, request: Publish, room: str, who: Who) -> Body:
        if not request.publication:
            ident, sdp = self.sfu.publish(room, request.sdp, who, request.sources)
            return {"publication": ident, "sdp": sdp}
        publication = self._own(request.publication, room, who)
        if publication.who.owner != who.owner:
            raise Forbidden("this publication belongs to another connection")
        return {
            "publication": publication.id,
            "sdp": self.sfu.republish(publication.id, request.sdp, request.sources),
        }

    def _own(self, ident: str, room: str, who: Who) -> Publication:
        """The publication, if it is this person's or this person is staff."""
        publication = self.sfu.publications.get(ident)
        if publication is None or publication.room != room:
            raise NoSuchPublication("this publication is unknown or has ended")
        if publication.who.user != who.user and not who.staff:
            raise Forbidden("this publication belongs to somebody else")
        return publication

    def _receive(self, request: Receive, room: str, who: Who) -> Body:
        ident = self._receivers.get(who.owner)
        if ident is None or ident not in self.sfu.receivers:
            if not request.tracks:
                return {"receiver": "", "sdp": None}
            ident = self._receivers[who.owner] = self.sfu.open_receiver(room, who)
        wants = [Want(w.track, w.height, w.rid, w.priority, w.paused) for w in request.tracks]
        return {"receiver": ident, "sdp": self.sfu.want(ident, wants, request.last_n)}

    def _receiver(self, who: Who) -> str:
        ident = self._receivers.get(who.owner)
        if ident is None or ident not in self.sfu.receivers:
            raise Conflict("this connection receives nothing yet: ask for tracks first")
        return ident

    def _mute(self, request: Mute, room: str, who: Who) -> Body:
        found = self.sfu.rooms.get(room)
        publication = next(
            (p for p in (found.publications.values() if found else ()) if request.track in p.tracks), None
        )
        if publication is None:
            raise NoSuchPublication("this track is unknown or has ended")
        self._own(publication.id, room, who)
        self.sfu.mute(request.track, room, request.muted, by_staff=publication.who.user != who.user)
        return {}

    # -- news

    def on_event(self, event: Event) -> None:
        """Tell the room, or the one it concerns."""
        kind, body, owner = _news(event)
        signal = _signal(0, kind, body)
        found = self.sfu.rooms.get(event.room)
        if owner is None and found is not None and found.home:
            return  # the room's home tells everybody
        members = self._joined.get(event.room, {})
        if owner is not None:
            if owner in members:
                self.send(members[owner], FromMedia(event.room, [owner], signal))
            return
        for gateway in dict.fromkeys(members.values()):
            self.send(gateway, FromMedia(event.room, [c for c, g in members.items() if g == gateway], signal))


def _news(event: Event) -> tuple[str, Body, str | None]:
    """(kind, body, the one connection it is for or None)."""
    match event:
        case Published():
            who = event.who
            body: Body = {"publication": event.publication, "user": who.user, "name": who.name, "conn": who.owner}
            return "published", {**body, "tracks": event.tracks}, None
        case Unpublished():
            return "unpublished", {"publication": event.publication, "tracks": event.tracks}, None
        case Speaking():
            return "speakers", {"tracks": event.tracks}, None
        case Muted():
            return "muted", {"track": event.track, "muted": event.muted, "by_staff": event.by_staff}, None
        case Spotlit():
            return "spotlight", {"publication": event.publication}, None
        case Renegotiate():
            return "offer", {"receiver": event.receiver, "sdp": event.sdp}, event.owner
        case ReceiverClosed():
            return "closed", {"receiver": event.receiver}, event.owner


def _signal(n: int, kind: str, body: Body) -> Signal:
    return Signal(n, kind, msgspec.Raw(msgspec.msgpack.encode(body)))
