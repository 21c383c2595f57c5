"""Rooms larger than one node: the home of a room sends some of its receivers to other nodes and pipes all streams
there.

    home ── Relay "room": what is published, where my port is ──▶ other       whenever it changes, and every second
    home ◀── Relay "here": where my port is ── other       until the home has its end of the pipe
    home ◀── Relay "leave": nobody receives here any more ── other
    home ── ToMedia of the receivers that were sent there ──▶ other ── answers ──▶ their gateways

Everything is repeated, so a lost message heals within a second; a home that falls silent is forgotten, and its people
come back through the room's new home by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from media import pipe
from media.errors import MediaError
from media.model import Event, Publication, Who
from media.peer import Peer
from media.sfu import Sfu
from media.uplink import UpStream, UpTrack
from realtime.envelopes import Relay

SendRelay = Callable[[str, Relay], None]
"""(node id, message)."""
SILENT_SECONDS = 6.0
EMPTY_SECONDS = 20.0


class Described(msgspec.Struct, frozen=True):
    """A room as its home sees it. `address` is the home's host and port for the pipe."""

    address: tuple[str, int]
    tracks: list[pipe.PipedTrack]
    spotlight: str = ""
    joined: bool = False
    """The home has its end of the pipe."""


class Here(msgspec.Struct, frozen=True):
    """The other node's port."""

    address: tuple[str, int]


class Leaving(msgspec.Struct, frozen=True):
    """This node needs the room no more."""


@dataclass(slots=True)
class Spread:
    """Home: one other node that serves the room; no outlet until its port is known."""

    outlet: pipe.Outlet | None = None


@dataclass(slots=True)
class Helped:
    """Not home: one room served for another node."""

    home: str
    heard_at: float
    used_at: float
    known: dict[str, UpTrack] = field(default_factory=dict[str, UpTrack])


class Cluster:
    """One node's part. `take` what other nodes send, `tick` once a second."""

    def __init__(self, ident: str, sfu: Sfu, secret: str, send: SendRelay) -> None:
        self.id = ident
        self.sfu = sfu
        self._secret = secret
        self._send = send
        self.pipes: dict[str, Peer] = {}
        self.spreads: dict[tuple[str, str], Spread] = {}
        """(room, node) → how it is served there."""
        self.helped: dict[str, Helped] = {}
        sfu.listeners.append(self._on_event)
        sfu.stream_listeners.append(self._on_stream)

    @property
    def address(self) -> tuple[str, int]:
        """Where other nodes reach this one's port."""
        node = self.sfu.node
        host = node.config.announced[0] if node.config.announced else node.ports[0].host
        return host, node.port

    def _pipe(self, node: str, address: tuple[str, int]) -> Peer:
        peer = self.pipes.get(node)
        if peer is None or peer.closed:
            peer = self.pipes[node] = pipe.join(self.sfu.node, self._secret, self.id, node, address)
        return peer

    # -- home

    def helpers(self, room: str) -> list[str]:
        """The other nodes that serve a room of ours."""
        return [node for spread, node in self.spreads if spread == room]

    def spread(self, room: str, node: str) -> None:
        """Serve `room` at `node` too."""
        if (room, node) not in self.spreads:
            self.spreads[(room, node)] = Spread()
            self._describe(room, node)

    def _arrived(self, room: str, node: str, here: Here) -> None:
        """The other node told its port: the pipe is laid."""
        spread = self.spreads.get((room, node))
        if spread is not None and spread.outlet is None:
            spread.outlet = pipe.Outlet(self._pipe(node, here.address), {})
            self._describe(room, node)

    def _describe(self, room: str, node: str) -> None:
        found = self.sfu.rooms.get(room)
        publications = list(found.publications.values()) if found is not None else []
        outlet = self.spreads[(room, node)].outlet
        tracks = outlet.describe(publications, self.sfu.node.clock()) if outlet is not None else []
        spotlight = found.spotlight if found is not None else ""
        body = Described(self.address, tracks, spotlight, outlet is not None)
        self._tell(node, room, "room", body)

    def _tell(self, node: str, room: str, kind: str, body: msgspec.Struct) -> None:
        self._send(node, Relay(room, self.id, kind, msgspec.Raw(msgspec.msgpack.encode(body))))

    def _on_event(self, event: Event) -> None:
        for room, node in list(self.spreads):
            if room == event.room:
                self._describe(room, node)

    def _on_stream(self, stream: UpStream) -> None:
        """A stream is seen for the first time: it goes to every node that serves its room."""
        for room, node in list(self.spreads):
            found = self.sfu.rooms.get(room)
            if found is not None and stream.track.id in found.tracks:
                self._describe(room, node)

    def _end_spread(self, room: str, node: str) -> None:
        spread = self.spreads.pop((room, node), None)
        if spread is not None and spread.outlet is not None:
            spread.outlet.forget(set(spread.outlet.downs))
            self._drop_idle_pipe(node)

    # -- elsewhere

    def take(self, message: Relay) -> None:
        """A message of another node; one that makes no sense changes nothing."""
        try:
            if message.kind == "room":
                self._mirror(message, msgspec.msgpack.decode(message.body, type=Described))
            elif message.kind == "here":
                self._arrived(message.room, message.node, msgspec.msgpack.decode(message.body, type=Here))
            elif message.kind == "leave":
                msgspec.msgpack.decode(message.body, type=Leaving)
                self._end_spread(message.room, message.node)
        except (msgspec.MsgspecError, MediaError, ValueError):
            return

    def _mirror(self, message: Relay, described: Described) -> None:
        now = self.sfu.node.clock()
        peer = self._pipe(message.node, described.address)
        helped = self.helped.setdefault(message.room, Helped(message.node, now, now))
        helped.home, helped.heard_at = message.node, now
        if not described.joined:
            self._tell(message.node, message.room, "here", Here(self.address))
        assert peer.ingress is not None
        publications: dict[str, list[pipe.PipedTrack]] = {}
        for track in described.tracks:
            publications.setdefault(track.publication, []).append(track)
        room = self.sfu.room(message.room)
        room.home = message.node
        for ident in [i for i, p in room.publications.items() if p.home and i not in publications]:
            self._forget(peer, helped, set(self.sfu.publications[ident].tracks))
            self.sfu.unmirror(ident)
        for ident, tracks in publications.items():
            first = tracks[0]
            who = Who(first.user, first.name, first.role, owner=first.owner)
            twins = [pipe.mirror(peer.ingress, helped.known, t) for t in tracks]
            helped.known.update({t.id: t for t in twins})
            held = self.sfu.publications.get(ident)
            self._forget(peer, helped, set(held.tracks if held is not None else ()) - {t.id for t in tracks})
            self.sfu.mirror(Publication(ident, message.room, who, peer, 0, home=message.node), twins)
            for track in tracks:
                self.sfu.mute(track.id, message.room, track.muted)
        room = self.sfu.rooms.get(message.room)
        if room is not None:
            room.spotlight = described.spotlight

    def _forget(self, peer: Peer, helped: Helped, tracks: set[str]) -> None:
        for ident in tracks:
            helped.known.pop(ident, None)
            if peer.ingress is not None:
                peer.ingress.remove(ident)

    def _stop_helping(self, room: str) -> None:
        helped = self.helped.pop(room)
        found = self.sfu.rooms.get(room)
        peer = self.pipes.get(helped.home)
        for publication in list(found.publications.values()) if found is not None else []:
            if publication.home:
                if peer is not None:
                    self._forget(peer, helped, set(publication.tracks))
                self.sfu.unmirror(publication.id)
        for receiver in list(found.receivers.values()) if found is not None else []:
            self.sfu.close(receiver.id)
        self._tell(helped.home, room, "leave", Leaving())
        self._drop_idle_pipe(helped.home)

    def _drop_idle_pipe(self, node: str) -> None:
        used = any(n == node for _, n in self.spreads) or any(h.home == node for h in self.helped.values())
        if not used and (peer := self.pipes.pop(node, None)) is not None:
            self.sfu.node.drop_peer(peer)

    def node_gone(self, node: str) -> None:
        """Another node died."""
        for room in [r for r, h in self.helped.items() if h.home == node]:
            self._stop_helping(room)
        for room, other in [key for key in self.spreads if key[1] == node]:
            self._end_spread(room, other)

    def tick(self, now: float) -> None:
        """Once a second: say again what is served where, forget homes that fell silent and rooms that nobody needs."""
        for room, node in list(self.spreads):
            self._describe(room, node)
        for room, helped in list(self.helped.items()):
            found = self.sfu.rooms.get(room)
            if found is not None and found.receivers:
                helped.used_at = now
            if now - helped.heard_at > SILENT_SECONDS or now - helped.used_at > EMPTY_SECONDS:
                self._stop_helping(room)
