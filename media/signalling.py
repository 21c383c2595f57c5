"""Media signalling on the room's own WebSocket: requests in, answers and news out; no I/O.

A gateway hands over each connection's frames (`ToMedia`) and its end; answers go back to that connection, news to every
connection of the room that joined. What a connection published and received ends with it.
"""

from collections.abc import Callable

import msgspec

from media.errors import Conflict, Forbidden, MediaError, NoSuchPublication
from media.model import (
    Ended,
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
    MuteAll,
    Publish,
    Receive,
    Request,
    Restart,
    Stats,
    Unpublish,
    decode,
)
from media.sfu import Sfu
from realtime.envelopes import FromMedia, StageSet, ToMedia
from realtime.frames.client import Signal as Asked
from realtime.frames.server import Signal

Send = Callable[[str, FromMedia], None]
"""(gateway, message)."""
Body = dict[str, object]
RECEIVING = frozenset({"receive", "answer", "restart", "stats"})


class Signalling:
    """One node's. Set `sfu.on_event = signalling.on_event` to have news sent."""

    def __init__(self, sfu: Sfu, send: Send) -> None:
        self.sfu = sfu
        self.send = send
        self.send_on: Callable[[ToMedia], bool] | None = None
        """Asked about each request that concerns receiving: True when another node will answer it."""
        self._joined: dict[str, dict[str, str]] = {}
        """Room key → connection → gateway."""
        self.ice_servers: Callable[[str], list[dict[str, object]]] = lambda _: []
        """TURN servers with credentials for a user."""
        self._receivers: dict[str, str] = {}
        """Connection → its receiver."""
        self._people: dict[str, tuple[Who, frozenset[str]]] = {}
        """Connection → who it is, and what they were told they may send."""

    def take(self, message: ToMedia) -> None:
        """One message of a gateway."""
        if message.frame is None:
            if self.send_on is not None:
                self.send_on(message)
            self._gone(message.room, message.conn)
            return
        frame = message.frame
        try:
            who = self.sfu.policy.enter(message.room, message.grant, message.conn)
        except MediaError as problem:
            self.refuse(message, problem)
            return
        self._joined.setdefault(message.room, {})[message.conn] = message.gateway
        self._people[message.conn] = who, self.sfu.policy.may_send(message.room, who)
        if self.send_on is not None and frame.kind in RECEIVING and self.send_on(message):
            return
        answer = self._answered(message.room, frame, who)
        self.send(message.gateway, FromMedia(message.room, [message.conn], answer))

    def refuse(self, message: ToMedia, problem: MediaError) -> None:
        """Answer a request with an error."""
        if message.frame is not None:
            answer = _error(message.frame.n, problem)
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
        self._people.pop(conn, None)
        self.sfu.leave(conn)

    def _answered(self, room: str, frame: Asked, who: Who) -> Signal:
        try:
            request = decode(frame.kind, frame.body)
            return _signal(frame.n, frame.kind, self._do(request, room, who))
        except BadRequest as problem:
            return _signal(frame.n, "error", {"code": "bad_request", "message": str(problem)})
        except MediaError as problem:
            return _error(frame.n, problem)

    def _do(self, request: Request, room: str, who: Who) -> Body:
        match request:
            case Join():
                return self._state(room, who)
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
            case MuteAll():
                if not who.staff:
                    raise Forbidden("only staff mute others")
                self.sfu.mute_all(room, request.source)
                return {}
            case Stats():
                return self.sfu.stats(who.owner)

    def _state(self, room: str, who: Who) -> Body:
        found = self.sfu.rooms.get(room)
        return {
            "publications": self.sfu.tracks(room),
            "speakers": list(found.speakers.order) if found is not None else [],
            "spotlight": found.spotlight if found is not None else "",
            "may": sorted(self.sfu.policy.may_send(room, who)),
            "ice_servers": self.ice_servers(who.user),
        }

    def _publish(self, request: Publish, room: str, who: Who) -> Body:
        if not request.publication:
            ident, sdp = self.sfu.publish(room, request.sdp, who, request.sources)
            self._begin_muted(self.sfu.publications[ident], request.muted)
            return {"publication": ident, "sdp": sdp}
        publication = self._own(request.publication, room, who)
        if publication.who.owner != who.owner:
            raise Forbidden("this publication belongs to another connection")
        sdp = self.sfu.republish(publication.id, request.sdp, request.sources)
        self._begin_muted(publication, request.muted)
        return {"publication": publication.id, "sdp": sdp}

    def _begin_muted(self, publication: Publication, mids: list[str]) -> None:
        for track in publication.tracks.values():
            if track.mid in mids:
                self.sfu.mute(track.id, publication.room, True)

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
        if not request.muted and publication.who.user != who.user:
            raise Forbidden("only they can turn their own camera or microphone on again")
        self.sfu.mute(request.track, room, request.muted, by_staff=publication.who.user != who.user)
        return {}

    def set_stage(self, told: StageSet) -> None:
        """What the room decided: carry it out, tell those whose permissions changed."""
        self.sfu.set_stage(told)
        for conn, gateway in list(self._joined.get(told.room, {}).items()):
            who, knew = self._people[conn]
            may = self.sfu.policy.may_send(told.room, who)
            if may != knew:
                self._people[conn] = who, may
                self.send(gateway, FromMedia(told.room, [conn], _signal(0, "allowed", {"may": sorted(may)})))

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
        case Ended():
            message = "the class does not allow this any more"
            return "ended", {"publication": event.publication, "code": "forbidden", "message": message}, event.owner
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


def _error(n: int, problem: MediaError) -> Signal:
    return _signal(n, "error", {"code": problem.code, "message": str(problem)})


def _signal(n: int, kind: str, body: Body) -> Signal:
    return Signal(n, kind, msgspec.Raw(msgspec.msgpack.encode(body)))
