"""What one receiver gets of one published track: which stream it follows, under which numbers, and how it is
repaired."""

import secrets
from typing import TYPE_CHECKING, Any

from media.fanout import Shape
from media.forwarder import Forwarder, Segment
from media.missed import Missed
from media.patience import Patience
from media.uplink import UpStream, UpTrack

if TYPE_CHECKING:
    from media.peer import Peer

MID_SECONDS = 5.0
"""The mid is repeated in packets only this long after a start: the SSRC is in the SDP too."""


class DownTrack:
    """One outgoing SSRC. It stands in one group of one `UpStream` while it is forwarded, or waits there for a
    keyframe."""

    def __init__(
        self, peer: "Peer", track: UpTrack, mid: str, payload_types: dict[str, int], rtx: dict[str, int]
    ) -> None:
        self.peer = peer
        self.track = track
        self.kind = track.kind
        self.mid = mid
        self.payload_types = payload_types
        self.rtx = rtx
        self.ssrc = secrets.randbits(31) | 1
        self.rtx_ssrc = secrets.randbits(31) | 1
        self.rtx_seq = secrets.randbits(15)
        self.forwarder: Forwarder[UpStream] = Forwarder()
        self.segment: Segment[UpStream] | None = None
        self.stream: UpStream | None = None
        self.target: UpStream | None = None
        self.shape: Shape | None = None
        self.paused = False
        self.anything = False
        """Begins with any packet: the other end of a pipe waits for keyframes itself."""
        self.wanted_height = 1 << 16
        self.wanted_rid: str | None = None
        self.started_at = 0.0
        self.base: tuple[int, int] = (0, 0)
        self.sent: tuple[int, int] = (0, 0)
        self.stats: dict[str, Any] = {"nacks": 0, "retransmitted": 0, "keyframe_requests": 0, "switches": 0}
        self.fraction_lost = self.loss = 0.0
        """Share of packets missed: in the last report, and smoothed."""
        self.rtt = 0.1
        self.patience = Patience()
        self.missed = Missed()

    def make_shape(self, codec: str, with_mid: bool) -> Shape | None:
        """How copies for this receiver look when the source sends `codec`; None when it did not negotiate it."""
        payload_type = self.payload_types.get(codec)
        srtp = self.peer.srtp
        if payload_type is None or srtp is None:
            return None
        ids = self.peer.ext_ids
        mid = self.mid.encode() if with_mid else b""
        audio = self.kind == "audio"
        return Shape(
            srtp.tag_bytes,
            payload_type,
            0 if audio else ids.get("twcc", 0),
            0 if audio else ids.get("abs", 0),
            ids.get("mid", 0) if with_mid else 0,
            mid,
            ids.get("level", 0) if audio else 0,
            0 if audio else ids.get("orientation", 0),
            0 if audio else ids.get("delay", 0),
            b"" if audio or self.anything else self.patience.said(),
        )

    def counters(self) -> tuple[int, int]:
        """Packets and payload bytes sent under this SSRC."""
        if self.stream is None or self.segment is None:
            return self.sent
        stream = self.stream
        return self.sent[0] + stream.packets - self.base[0], self.sent[1] + stream.octets - self.base[1]
