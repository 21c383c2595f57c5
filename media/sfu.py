"""The SFU of one node: rooms with publications and receivers, over one `Node`.

    async with Sfu(config, on_event) as sfu:
        publication, answer = sfu.publish(room, offer, who)              # one connection to publish
        receiver = sfu.open_receiver(room, who)                          # one connection to receive, the server offers
        offer = sfu.want(receiver, [Want(track)])                        # None: nothing to negotiate
        offer = sfu.answer(receiver, answer)                             # None: settled
        receiver, answer = sfu.play(room, publication, offer, who)       # WHEP: the player offers

All methods are synchronous: a change of shared state is never split by an await. News go out by `on_event`.
"""

import secrets
from collections.abc import Callable, Iterable
from functools import partial
from types import TracebackType

from media import facts, publishing, receiving, sdp, steering
from media.errors import BadOffer, Conflict, Forbidden, LimitReached, NoSuchPublication
from media.model import (
    Ended,
    Event,
    MediaRoom,
    Muted,
    OnEvent,
    Publication,
    Published,
    Receiver,
    ReceiverClosed,
    Renegotiate,
    Speaking,
    Spotlit,
    Unpublished,
    Want,
    Who,
)
from media.node import Node, NodeConfig
from media.peer import Peer
from media.policy import Policy, spotlit
from media.pressure import CpuMeter
from media.sdp_write import Transport
from media.uplink import UpStream, UpTrack
from realtime.envelopes import StageSet

__all__ = ["Event", "Sfu", "Want", "Who"]

SPEAKERS_EVERY = 5
PRESSURE_EVERY = 50


def ignore(_: Event) -> None:
    """The default for those who need no news."""


class Sfu:
    """See the module. `node` is public for metrics and tests."""

    def __init__(self, config: NodeConfig | None = None, on_event: OnEvent = ignore) -> None:
        self.node = Node(config)
        self.on_event = on_event
        self.listeners: list[OnEvent] = []
        """Others in this process who hear of events: recordings, HLS, pipes."""
        self.stream_listeners: list[Callable[[UpStream], None]] = []
        """Others who hear of each stream that is first seen."""
        self.rooms: dict[str, MediaRoom] = {}
        self.publications: dict[str, Publication] = {}
        self.receivers: dict[str, Receiver] = {}
        self.policy = Policy()
        self.pressure = 0.0
        self._meter = CpuMeter()
        self._ticks = 0
        self.node.on_tick = self._tick

    async def __aenter__(self) -> "Sfu":
        await self.node.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.node.__aexit__(kind, error, trace)

    def _tell(self, event: Event) -> None:
        for listener in list(self.listeners):
            listener(event)
        self.on_event(event)

    def _transport(self, peer: Peer, setup: str = "passive") -> Transport:
        return Transport(peer.ufrag, peer.pwd, self.node.fingerprint, self.node.candidates(), setup)

    def room(self, key: str) -> MediaRoom:
        """The room, made on first use."""
        found = self.rooms.get(key)
        if found is None:
            found = self.rooms[key] = MediaRoom(key)
        return found

    def _forget_if_empty(self, room: MediaRoom) -> None:
        if not room.publications and not room.receivers:
            self.rooms.pop(room.key, None)

    # -- publishing

    def publish(
        self, room_key: str, offer: str | bytes, who: Who, sources: dict[str, str] | None = None
    ) -> tuple[str, str]:
        """Begin a publication. Returns its id and the answer SDP. Raises `MediaError`."""
        if not self.policy.may_send(room_key, who):
            raise Forbidden("you may not publish in this class now")
        described = sdp.read(offer, self.node.limits)
        room = self.room(room_key)
        try:
            self._check_publish_limits(room, who)
            return self._begin(room, described, who, sources or {})
        finally:
            self._forget_if_empty(room)

    def _check_publish_limits(self, room: MediaRoom, who: Who) -> None:
        limits = self.node.limits
        if len(room.publications) >= limits.publications_per_room:
            raise LimitReached("this room has as many publications as it may have")
        held = sum(1 for p in room.publications.values() if p.who.user == who.user)
        if held >= limits.publications_per_user and not who.many:
            raise LimitReached("you publish as many streams as one person may")

    def _begin(self, room: MediaRoom, described: sdp.Description, who: Who, sources: dict[str, str]) -> tuple[str, str]:
        publishing.agree_lines(described, self.node.config.prefer_twcc, self.node.limits)
        peer = self.node.new_peer()
        publication = Publication("p-" + secrets.token_hex(8), room.key, who, peer, secrets.randbits(62))
        try:
            added, _ = self._apply(publication, described, sources)
        except Exception:
            self.node.drop_peer(peer)
            raise
        peer.on_closed = lambda _: self._end_publication(publication)
        room.publications[publication.id] = self.publications[publication.id] = publication
        self._add_tracks(room, publication, added)
        self.node.start_peer(peer, described.ufrag, described.fingerprints)
        publication.answer = publishing.answer(publication, described, self._transport(peer))
        return publication.id, publication.answer

    def _apply(
        self, publication: Publication, described: sdp.Description, sources: dict[str, str]
    ) -> tuple[list[UpTrack], list[UpTrack]]:
        config, allowed = self.node.config, self.policy.may_send(publication.room, publication.who)
        return publishing.apply(publication, described, sources, allowed, config.prefer_twcc, config.limits)

    def republish(self, publication_id: str, offer: str | bytes, sources: dict[str, str] | None = None) -> str:
        """A later offer on the same connection: m-lines added, stopped, or an ICE restart. Returns the answer."""
        publication = self._publication(publication_id)
        described = sdp.read(offer, self.node.limits)
        peer = publication.peer
        added, ended = self._apply(publication, described, sources or {})
        if described.ufrag != peer.remote_ufrag:
            self.node.restart_ice(peer, described.ufrag)
        room = self.rooms[publication.room]
        self._remove_tracks(room, publication, ended)
        self._add_tracks(room, publication, added)
        publication.version += 1
        publication.answer = publishing.answer(publication, described, self._transport(peer))
        return publication.answer

    def _add_tracks(self, room: MediaRoom, publication: Publication, added: list[UpTrack]) -> None:
        for track in added:
            publication.tracks[track.id] = room.tracks[track.id] = track
            track.on_stream = self._on_stream
            if track.kind == "audio":
                track.on_level = partial(room.speakers.observe, track.id)
        if added:
            self._tell(Published(room.key, publication.id, publication.who, facts.describe_tracks(publication)))
            self._find_spotlight(room)

    def _remove_tracks(self, room: MediaRoom, publication: Publication, ended: Iterable[UpTrack]) -> None:
        gone = {track.id: track for track in ended}
        for ident in gone:
            publication.tracks.pop(ident, None)
            room.tracks.pop(ident, None)
            room.speakers.forget(ident)
        for receiver in list(room.receivers.values()):
            if self._take_away(receiver, set(gone)):
                self._settle(receiver)
        if gone:
            self._tell(Unpublished(room.key, publication.id, list(gone)))

    def _take_away(self, receiver: Receiver, gone: set[str]) -> bool:
        """End what a receiver had of tracks that ended; whether that was anything."""
        touched = False
        for ident in gone & set(receiver.wants):
            del receiver.wants[ident]
            touched = True
        for line in receiver.lines:
            if line.down is not None and line.down.track.id in gone:
                receiving.end_down(receiver, line)
                touched = receiver.stale = True
        return touched

    def unpublish(self, publication_id: str) -> None:
        """End a publication."""
        publication = self._publication(publication_id)
        if publication.home:
            raise Conflict("this publication is another node's; it ends there")
        self.node.drop_peer(publication.peer)

    def mirror(self, publication: Publication, tracks: list[UpTrack]) -> None:
        """Show here what another node has (`media.cluster`): a publication whose tracks come by a pipe, as it is
        now."""
        room = self.room(publication.room)
        held = self.publications.setdefault(publication.id, publication)
        room.publications[publication.id] = held
        room.home = publication.home
        keep = {t.id for t in tracks}
        self._remove_tracks(room, held, [t for t in held.tracks.values() if t.id not in keep])
        added = [t for t in tracks if t.id not in held.tracks]
        self._add_tracks(room, held, added)
        for receiver in list(room.receivers.values()):
            if not receiver.wants.keys().isdisjoint(t.id for t in added):
                self._settle(receiver)
                self._steer_all(receiver)

    def unmirror(self, publication_id: str) -> None:
        """The other node has it no more."""
        publication = self.publications.get(publication_id)
        if publication is not None and publication.home:
            self._end_publication(publication)

    def _end_publication(self, publication: Publication) -> None:
        if self.publications.pop(publication.id, None) is None:
            return
        room = self.rooms[publication.room]
        room.publications.pop(publication.id, None)
        self._remove_tracks(room, publication, list(publication.tracks.values()))
        self._find_spotlight(room)
        self._forget_if_empty(room)

    def _publication(self, ident: str) -> Publication:
        found = self.publications.get(ident)
        if found is None:
            raise NoSuchPublication("this publication is unknown or has ended")
        return found

    def mute_all(self, room_key: str, source: str) -> None:
        """Mute everybody's tracks of a source but staff's."""
        room = self.rooms.get(room_key)
        for publication in list(room.publications.values()) if room is not None else []:
            for track in publication.tracks.values():
                if track.source == source and not publication.who.staff:
                    self.mute(track.id, room_key, True, by_staff=True)

    def mute(self, track_id: str, room_key: str, muted: bool, by_staff: bool = False) -> None:
        """Stop or resume forwarding one track to everybody."""
        room = self.rooms.get(room_key)
        track = room.tracks.get(track_id) if room is not None else None
        if track is None:
            raise NoSuchPublication("this track is unknown or has ended")
        if muted == track.muted:
            return
        track.muted = muted
        for down in list(track.downs):
            steering.steer(down, self.node.clock())
        self._tell(Muted(room_key, track_id, muted, by_staff))

    # -- what the room's owner decides

    def set_stage(self, told: StageSet) -> None:
        """Let what the room decided hold: end what it does not allow any more, follow its spotlight."""
        room = self.rooms.get(told.room)
        if not self.policy.take(told) or room is None:
            return
        for publication in [p for p in room.publications.values() if not p.home]:
            allowed = self.policy.may_send(told.room, publication.who)
            if any(track.source not in allowed for track in publication.tracks.values()):
                self._tell(Ended(told.room, publication.id, publication.who.owner))
                self.node.drop_peer(publication.peer)
        for receiver in list(room.receivers.values()):
            if not self.policy.admits(told.room, receiver.who):
                self.node.drop_peer(receiver.peer)
        self._find_spotlight(room)

    def _find_spotlight(self, room: MediaRoom) -> None:
        """The publication of whom everybody should see: their screen, else what they began last."""
        if room.home:
            return  # its home says
        found = spotlit(room.publications.values(), self.policy.stage(room.key).spotlight)
        if found != room.spotlight:
            room.spotlight = found
            self._tell(Spotlit(room.key, found))

    # -- receiving

    def play(self, room_key: str, publication_id: str, offer: str | bytes, who: Who) -> tuple[str, str]:
        """WHEP: answer a player's offer with one publication (empty id: the spotlighted or latest one)."""
        described = sdp.read(offer, self.node.limits)
        publication = self.spotlighted(room_key) if not publication_id else self._publication(publication_id)
        if publication is None or publication.room != room_key:
            raise NoSuchPublication("nothing is published here now")
        receiver = self._new_receiver(room_key, who, client_offers=True)
        peer = receiver.peer
        try:
            receiving.take_client_offer(receiver, described, list(publication.tracks.values()))
        except Exception:
            self.node.drop_peer(peer)
            raise
        receiver.wants = {line.down.track.id: Want(line.down.track.id) for line in receiver.lines if line.down}
        receiver.started = True
        self.node.start_peer(peer, described.ufrag, described.fingerprints)
        receiver.answer = receiving.describe(receiver, self._transport(peer), self._names(room_key))
        return receiver.id, receiver.answer

    def spotlighted(self, room_key: str) -> Publication | None:
        room = self.rooms.get(room_key)
        if room is None or not room.publications:
            return None
        return room.publications.get(room.spotlight) or next(reversed(room.publications.values()))

    def open_receiver(self, room_key: str, who: Who) -> str:
        """A receiving connection on which the server offers; its id."""
        return self._new_receiver(room_key, who, client_offers=False).id

    def _new_receiver(self, room_key: str, who: Who, client_offers: bool) -> Receiver:
        room = self.room(room_key)
        try:
            held = sum(1 for r in room.receivers.values() if r.who.user == who.user)
            if not who.many and held >= self.node.limits.receivers_per_user and not who.many:
                raise LimitReached("you receive on as many connections as one person may")
            peer = self.node.new_peer()
        except LimitReached:
            self._forget_if_empty(room)
            raise
        receiver = Receiver("r-" + secrets.token_hex(8), room_key, who, peer, secrets.randbits(62), client_offers)
        room.receivers[receiver.id] = self.receivers[receiver.id] = receiver
        peer.on_connected = lambda _: self._steer_all(receiver)
        peer.on_second = lambda _: self._steer_all(receiver)
        peer.on_closed = lambda _: self._end_receiver(receiver)
        return receiver

    def want(self, receiver_id: str, wants: Iterable[Want], last_n: int | None = None) -> str | None:
        """Replace what a receiver wants. Returns an offer to answer, or None when nothing must be negotiated now."""
        receiver = self._receiver(receiver_id)
        room = self.rooms[receiver.room]
        wanted = {w.track: w for w in wants if w.track in room.tracks or room.home}
        if len(wanted) > self.node.limits.subscriptions_per_receiver:
            raise LimitReached("too many tracks on one connection")
        if receiver.client_offers and not set(wanted) <= set(receiver.wants):
            raise Conflict("a WHEP session keeps the tracks it began with")
        receiver.wants, receiver.last_n = wanted, last_n
        offer = None if receiver.client_offers else self._offer(receiver)
        self._steer_all(receiver)
        return offer

    def _offer(self, receiver: Receiver) -> str | None:
        """One offer at a time: while one is out, changes wait for its answer."""
        if receiver.offered:
            receiver.stale = True
            return None
        room = self.rooms[receiver.room]
        receiver.stale = receiving.place(receiver, room.tracks, twcc=False) or receiver.stale
        if not receiver.stale or not receiver.lines:
            return None
        receiver.stale, receiver.offered = False, True
        return self._describe_offer(receiver)

    def _describe_offer(self, receiver: Receiver) -> str:
        return receiving.describe(receiver, self._transport(receiver.peer, "actpass"), self._names(receiver.room))

    def _settle(self, receiver: Receiver) -> None:
        """What is wanted changed by itself (a track ended): tell the browser."""
        if receiver.client_offers:
            return
        offer = self._offer(receiver)
        if offer is not None:
            self._tell(Renegotiate(receiver.room, receiver.id, receiver.who.owner, offer))

    def answer(self, receiver_id: str, answer: str | bytes) -> str | None:
        """The browser's answer; returns the next offer when more changed meanwhile."""
        receiver = self._receiver(receiver_id)
        described = sdp.read(answer, self.node.limits)
        receiving.take_answer(receiver, described)
        if not receiver.started:
            receiver.started = True
            self.node.start_peer(receiver.peer, described.ufrag, described.fingerprints)
        receiver.peer.remote_ufrag = described.ufrag
        offer = self._offer(receiver) if receiver.stale else None
        self._steer_all(receiver)
        return offer

    def restart_receiver(self, receiver_id: str) -> str:
        """An ICE restart of a receiving connection: an offer with new credentials; subscriptions stay."""
        receiver = self._receiver(receiver_id)
        if receiver.client_offers:
            raise Conflict("this session restarts by an offer of its own")
        self.node.restart_ice(receiver.peer, "")
        receiver.offered = True
        return self._describe_offer(receiver)

    def close(self, ident: str) -> None:
        """End a publication or a receiver by its id."""
        if ident in self.publications:
            self.unpublish(ident)
        else:
            self.node.drop_peer(self._receiver(ident).peer)

    def leave(self, owner: str) -> None:
        """A connection is gone: end all that it owned."""
        for session in [*self.publications.values(), *self.receivers.values()]:
            here = not isinstance(session, Publication) or not session.home
            if owner and here and session.who.owner == owner:
                self.node.drop_peer(session.peer)

    def _receiver(self, ident: str) -> Receiver:
        found = self.receivers.get(ident)
        if found is None:
            raise NoSuchPublication("this session is unknown or has ended")
        return found

    def _end_receiver(self, receiver: Receiver) -> None:
        if self.receivers.pop(receiver.id, None) is None:
            return
        room = self.rooms[receiver.room]
        room.receivers.pop(receiver.id, None)
        for line in receiver.lines:
            receiving.end_down(receiver, line)
        self._forget_if_empty(room)
        self._tell(ReceiverClosed(room.key, receiver.id, receiver.who.owner))

    def _names(self, room_key: str) -> dict[str, str]:
        room = self.rooms[room_key]
        return {ident: p.id for p in room.publications.values() for ident in p.tracks}

    def _steer_all(self, receiver: Receiver) -> None:
        steering.steer_all(receiver, self.rooms[receiver.room], self.pressure, self.node.clock())

    def _on_stream(self, stream: UpStream) -> None:
        """Media of a track begins, or a layer under a new SSRC: those who wait for it follow from its first packet."""
        now = self.node.clock()
        for down in list(stream.track.downs):
            steering.steer(down, now)
        for listener in self.stream_listeners:
            listener(stream)

    # -- time

    def _tick(self, now: float) -> None:
        self._ticks += 1
        if self._ticks % PRESSURE_EVERY == 0:
            self.pressure = self._meter.sample(now)
        if self._ticks % SPEAKERS_EVERY == 0:
            for room in list(self.rooms.values()):
                if room.speakers.tick(now):
                    self._tell(Speaking(room.key, list(room.speakers.order)))

    # -- facts

    def tracks(self, room_key: str) -> list[dict[str, object]]:
        """All publications of a room with their tracks, for late joiners."""
        room = self.rooms.get(room_key)
        return facts.of_room(room) if room is not None else []

    def stats(self, owner: str) -> dict[str, object]:
        """How the media of one connection does: rates in bits a second, losses as shares, round trips in seconds."""
        receiver = next((r for r in self.receivers.values() if r.who.owner == owner), None)
        publications = [p for p in self.publications.values() if p.who.owner == owner]
        return {
            "receiver": facts.of_receiver(receiver) if receiver is not None else None,
            "publications": [facts.of_publication(p, self.node.clock()) for p in publications],
        }

    def session_room(self, ident: str) -> str:
        """The room key of a publication or receiver. Raises `NoSuchPublication`."""
        found = self.publications.get(ident) or self.receivers.get(ident)
        if found is None:
            raise NoSuchPublication("this session is unknown or has ended")
        return found.room

    def session_user(self, ident: str) -> str:
        found = self.publications.get(ident) or self.receivers.get(ident)
        return found.who.user if found is not None else ""

    def restart_by_client(self, ident: str, ufrag: str) -> Peer:
        """An ICE restart asked for by the client (WHIP PATCH): the peer with its new credentials."""
        session = self.publications.get(ident) or self.receivers.get(ident)
        if session is None:
            raise NoSuchPublication("this session is unknown or has ended")
        if not ufrag:
            raise BadOffer("the fragment has no a=ice-ufrag")
        if ufrag != session.peer.remote_ufrag:
            self.node.restart_ice(session.peer, ufrag)
        return session.peer
