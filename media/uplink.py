"""What a publisher sends: tracks, and the streams of a track (one a simulcast layer), with all that is known of
each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from media import rtp
from media.cache import Packet, PacketCache
from media.codecs import is_keyframe, vp8_descriptor, vp8_picture_size, vp8_starts_keyframe
from media.forwarder import Reach, Segment
from media.keyframes import KeyframeGate
from media.limits import MediaLimits
from media.nack import LossTracker
from media.rtcp import Block

if TYPE_CHECKING:
    from media.downlink import DownTrack
    from media.fanout import Shape

NOTHING = Reach(0, 0, 0, 0)
RATE_SECONDS = 0.5
ACTIVE_SECONDS = 1.5
MAX_AWAITED = 256


class RateMeter:
    """Bits a second over the last half second or so, smoothed; cheap enough for every packet."""

    __slots__ = ("_since", "_sum", "rate")

    def __init__(self) -> None:
        self._since = 0.0
        self._sum = 0
        self.rate = 0.0

    def add(self, size: int, now: float) -> None:
        passed = now - self._since
        if passed >= RATE_SECONDS:
            fresh = self._sum * 8 / passed if passed < 4 * RATE_SECONDS else 0.0
            self.rate = fresh if not self.rate else 0.5 * self.rate + 0.5 * fresh
            self._since, self._sum = now, 0
        self._sum += size


class UpStream:
    """One incoming SSRC. `receive` takes its packets; the node fans `batch` out and clears it."""

    def __init__(self, track: "UpTrack", ssrc: int, rid: str, limits: MediaLimits) -> None:
        self.track = track
        self.ssrc = ssrc
        self.rid = rid
        self.codec = ""
        self.clock = track.clock
        self.batch: list[Packet] = []
        self.groups: dict[Shape, list[DownTrack]] = {}
        self.waiting: dict[DownTrack, None] = {}
        self.cache = PacketCache(limits.cache_bytes, limits.cache_seconds)
        self.losses = LossTracker(limits.nack_window)
        self.gate = KeyframeGate()
        self.rate = RateMeter()
        self.reach = NOTHING
        self.awaited: dict[int, list[tuple[DownTrack, Segment[UpStream], int]]] = {}
        """Packets that receivers asked for before we had them ourselves."""
        self.packets = self.octets = self.keyframes = 0
        self.last_at = 0.0
        self.size: tuple[int, int] | None = None
        self.sender_report: tuple[int, int, float] | None = None
        """(NTP time, RTP timestamp, when it came)."""
        self._unwrap = rtp.Unwrapper()
        self._jitter = 0.0
        self._transit: float | None = None
        self._base: int | None = None
        self._reported = (0, 0)

    def receive(
        self, seq: int, timestamp: int, marker: int, payload: bytes, level: int, orientation: int, now: float
    ) -> bool:
        """Take one packet; False when it was seen before. `seq` is the 16-bit one, `marker` 0x80 or 0."""
        unwrapped = self._unwrap.unwrap(seq)
        vp8 = vp8_descriptor(payload, 0, len(payload)) if self.codec == "VP8" else None
        packet = Packet(unwrapped, timestamp, marker, payload, vp8, level, orientation)
        if not self.cache.put(packet, now):
            return False
        self.losses.receive(unwrapped, now)
        self.packets += 1
        self.octets += len(payload)
        self.rate.add(len(payload), now)
        self._measure_jitter(timestamp, now)
        if self._base is None:
            self._base = unwrapped
        if unwrapped >= self.reach.seq:
            self.last_at = now
            old = self.reach
            picture, tl0 = (vp8.picture, vp8.tl0) if vp8 and vp8.picture_at else (old.picture, old.tl0)
            self.reach = Reach(unwrapped, timestamp, picture, tl0)
        if self.track.kind == "video" and (
            vp8_starts_keyframe(vp8, payload) if vp8 is not None else is_keyframe(self.codec, payload, 0, len(payload))
        ):
            self._keyframe(payload)
        if self.awaited:
            self._serve_awaited(packet)
        self.batch.append(packet)
        return True

    def await_for(self, seq: int, down: "DownTrack", segment: Segment["UpStream"], wire_seq: int) -> None:
        """A receiver misses what we miss too: when it comes, it is sent to that receiver as a repair as well."""
        if seq in self.losses.missing and len(self.awaited) < MAX_AWAITED:
            waiting = self.awaited.setdefault(seq, [])
            if len(waiting) < MAX_AWAITED and not any(entry[0] is down for entry in waiting):
                waiting.append((down, segment, wire_seq))

    def _serve_awaited(self, packet: Packet) -> None:
        for down, segment, wire_seq in self.awaited.pop(packet.seq, ()):
            down.peer.repeat_later(down, segment, packet, wire_seq)
        for seq in [s for s in self.awaited if s < packet.seq - MAX_AWAITED]:
            del self.awaited[seq]

    def _keyframe(self, payload: bytes) -> None:
        self.keyframes += 1
        self.gate.arrived()
        if self.codec == "VP8":
            self.size = vp8_picture_size(payload, 0, len(payload)) or self.size

    def _measure_jitter(self, timestamp: int, now: float) -> None:
        """RFC 3550 appendix A.8, in clock units."""
        transit = now * self.clock - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < 10 * self.clock:
                self._jitter += (difference - self._jitter) / 16
        self._transit = transit

    @property
    def is_urgent(self) -> bool:
        """Whether its publisher is, or is soon, to be asked for something."""
        return bool(self.losses.missing and self.track.rtx) or self.gate.is_urgent

    def is_active(self, now: float) -> bool:
        return bool(self.packets) and now - self.last_at < ACTIVE_SECONDS

    def block(self, now: float) -> Block | None:
        """A reception report since the last one, or None before the first packet."""
        if self._base is None or self.losses.highest is None:
            return None
        expected = self.losses.highest - self._base + 1
        lost = max(-0x800000, min(0x7FFFFF, expected - self.packets))
        interval, got = expected - self._reported[0], self.packets - self._reported[1]
        self._reported = (expected, self.packets)
        fraction = max(0, min(255, (interval - got) * 256 // interval)) if interval > 0 else 0
        last_sr, delay = 0, 0
        if self.sender_report:
            last_sr = (self.sender_report[0] >> 16) & 0xFFFFFFFF
            delay = min(0xFFFFFFFF, int((now - self.sender_report[2]) * 65536))
        return Block(self.ssrc, fraction, lost, self.losses.highest & 0xFFFFFFFF, int(self._jitter), last_sr, delay)

    def wall_time(self, timestamp: int) -> float | None:
        """NTP seconds of an RTP timestamp, by the last sender report."""
        if self.sender_report is None:
            return None
        ntp, base, _ = self.sender_report
        ahead = (timestamp - base) & 0xFFFFFFFF
        return ntp / (1 << 32) + (ahead - (1 << 32) if ahead & 0x80000000 else ahead) / self.clock


class UpTrack:
    """One published m-line: audio or video, with its streams by rid (empty without simulcast)."""

    def __init__(self, ident: str, kind: str, mid: str, source: str, clock: int) -> None:
        self.id = ident
        self.kind = kind
        self.mid = mid
        self.source = source
        """`camera`, `microphone`, `screen` or `screen-audio`."""
        self.clock = clock
        self.codecs: dict[int, str] = {}
        """Payload type → encoding name."""
        self.rtx: dict[int, int] = {}
        """Payload type of retransmission → of what it repeats."""
        self.rids: list[str] = []
        self.streams: dict[str, UpStream] = {}
        self.downs: dict[DownTrack, None] = {}
        self.muted = False
        self.on_level: Callable[[int, float], None] | None = None
        self.on_stream: Callable[[UpStream], None] | None = None
        """Called when a stream of this track is first seen, before its first packet is forwarded."""
        self.taps: list[Callable[[UpStream, list[Packet]], None]] = []

    @property
    def codec(self) -> str:
        """What is sent now, or the first negotiated."""
        for stream in self.streams.values():
            if stream.codec:
                return stream.codec
        return next(iter(self.codecs.values()), "")

    def layers(self, now: float) -> list[UpStream]:
        """Streams that carry media now, lowest quality first."""
        active = [stream for stream in self.streams.values() if stream.is_active(now)]
        order = {rid: i for i, rid in enumerate(self.rids)}
        return sorted(active, key=lambda s: (s.size[1] if s.size else 0, order.get(s.rid, 0)))
