# pyright: standard
"""A pipe joins two nodes: SRTP between their UDP ports, no ICE, no DTLS, one for all the rooms they share.

The home of a room treats the other node as a receiver of every layer; the other treats the home as a publisher of all
that is in the room. So forwarding, repair, keyframe requests and sender reports work over it as with browsers. The keys
come from the deployment's secret and both nodes' ids, which are fresh with every start; nodes announce their addresses.
"""

import hashlib
from dataclasses import dataclass

import msgspec
from pylibsrtp import Policy, Session

from media import addresses, switching
from media.aiortc_seams import SrtpKeys, wrap_sessions
from media.downlink import DownTrack
from media.ingress import Ingress
from media.model import Publication
from media.negotiate import our_codecs
from media.node import Node
from media.peer import Peer
from media.uplink import UpStream, UpTrack

PROFILE = "SRTP_AEAD_AES_256_GCM"
EXT_IDS = {"mid": 1, "level": 2, "orientation": 5}


class PipedStream(msgspec.Struct, frozen=True):
    """One SSRC of a track on the pipe, with the one that repeats it."""

    rid: str
    ssrc: int
    rtx: int


class PipedTrack(msgspec.Struct, frozen=True):
    """One track as the home describes it."""

    id: str
    publication: str
    user: str
    name: str
    role: str
    owner: str
    kind: str
    source: str
    mid: str
    rids: list[str]
    muted: bool
    streams: list[PipedStream]


def keys_of(secret: str, mine: str, theirs: str) -> SrtpKeys:
    """The SRTP sessions of the node `mine` toward the node `theirs`."""
    send = Session(_policy(_key(secret, mine, theirs), Policy.SSRC_ANY_OUTBOUND))
    receive = Session(_policy(_key(secret, theirs, mine), Policy.SSRC_ANY_INBOUND))
    return wrap_sessions(receive, send, PROFILE)


def _key(secret: str, sender: str, receiver: str) -> bytes:
    """A 256-bit key and a 96-bit salt, for one direction of one pipe."""
    label = f"{len(sender)}/{sender}/{receiver}".encode()
    return hashlib.blake2b(label, key=hashlib.sha256(secret.encode()).digest(), person=b"lyceum-pipe").digest()[:44]


def _policy(key: bytes, direction: int) -> Policy:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
    policy.window_size = 1024
    return policy


def join(node: Node, secret: str, mine: str, theirs: str, remote: tuple[str, int]) -> Peer:
    """This node's end of the pipe to another, as a connected peer."""
    peer = node.new_peer()
    peer.ext_ids = dict(EXT_IDS)
    peer.ingress = Ingress(node.limits, dict(EXT_IDS), most_ssrcs=node.limits.pipe_ssrcs, learns=False)
    node.connect_pipe(peer, addresses.pack(remote), keys_of(secret, mine, theirs))
    return peer


# -- the home's end


@dataclass(slots=True)
class Outlet:
    """The home's end: a down track for each stream of the room."""

    peer: Peer
    downs: dict[int, DownTrack]
    """By the SSRC of the stream they carry."""

    def follow(self, stream: UpStream, now: float) -> None:
        """Carry one more stream, from its next packet on."""
        if stream.ssrc in self.downs:
            return
        codecs = our_codecs(stream.track.kind, twcc=False)
        rtx = {c.name: c.rtx for c in codecs if c.rtx is not None}
        down = DownTrack(self.peer, stream.track, "", {c.name: c.payload_type for c in codecs}, rtx)
        down.anything = True
        self.downs[stream.ssrc] = down
        self.peer.downs[down.ssrc] = down
        switching.follow(down, stream, now)

    def forget(self, gone: set[int]) -> None:
        for ssrc in gone & set(self.downs):
            down = self.downs.pop(ssrc)
            switching.release(down)
            self.peer.downs.pop(down.ssrc, None)

    def describe(self, publications: list[Publication], now: float) -> list[PipedTrack]:
        """The room as the other end should see it; streams that are new are followed from now on."""
        found: list[PipedTrack] = []
        alive: set[int] = set()
        for publication in publications:
            for track in publication.tracks.values():
                streams = list(track.streams.values())
                alive |= {s.ssrc for s in streams}
                for stream in streams:
                    self.follow(stream, now)
                found.append(self._track(publication, track, streams))
        self.forget(set(self.downs) - alive)
        return found

    def _track(self, publication: Publication, track: UpTrack, streams: list[UpStream]) -> PipedTrack:
        who = publication.who
        carried = [(s.rid, self.downs[s.ssrc]) for s in streams if s.ssrc in self.downs]
        return PipedTrack(
            track.id, publication.id, who.user, who.name, who.role, who.owner, track.kind, track.source, track.mid,
            track.rids, track.muted, [PipedStream(rid, d.ssrc, d.rtx_ssrc) for rid, d in carried],
        )  # fmt: skip


# -- the other end


def mirror(ingress: Ingress, known: dict[str, UpTrack], described: PipedTrack) -> UpTrack:
    """The local twin of a piped track, with the streams that are described and no others."""
    track = known.get(described.id)
    if track is None:
        codecs = our_codecs(described.kind, twcc=False)
        track = UpTrack(described.id, described.kind, described.mid, described.source, codecs[0].clock)
        track.codecs = {c.payload_type: c.name for c in codecs}
        track.rtx = {c.rtx: c.payload_type for c in codecs if c.rtx is not None}
        track.rids = described.rids
        ingress.tracks[described.id] = track
    for stream in described.streams:
        held = track.streams.get(stream.rid)
        if held is None or held.ssrc != stream.ssrc:
            bound = ingress.bind(track, stream.ssrc, stream.rid)
            ingress.bind_repair(bound, stream.rtx)
    return track
