# pyright: standard
"""The receiving half of a peer: from encrypted datagrams to packets in their streams."""

import time
from typing import Any

from aiortc.rate import RemoteBitrateEstimator

from media import rtp
from media.aiortc_seams import srtp_ffi, srtp_unprotect
from media.limits import MediaLimits
from media.twcc import Recorder
from media.udp import SLOT, Slots
from media.uplink import UpStream, UpTrack

_length = srtp_ffi.new("int *")
BURST_SECONDS = 0.003
NO_EXTENSIONS: dict[int, tuple[int, int]] = {}


class Repair:
    """A retransmission SSRC of a stream (RFC 4588)."""

    __slots__ = ("rtx", "stream")

    def __init__(self, stream: UpStream, rtx: dict[int, int]) -> None:
        self.stream = stream
        self.rtx = rtx


class Ingress:
    """Tracks that a peer publishes. Streams are known by the SSRCs of the SDP, or learnt from mid and rid in
    packets."""

    def __init__(
        self, limits: MediaLimits, ext_ids: dict[str, int], most_ssrcs: int | None = None, learns: bool = True
    ) -> None:
        self._learns = learns
        self.limits = limits
        self._most_ssrcs = limits.ssrcs_per_peer if most_ssrcs is None else most_ssrcs
        self.ids = ext_ids
        self.tracks: dict[str, UpTrack] = {}
        """By mid."""
        self.by_ssrc: dict[int, UpStream | Repair] = {}
        self.failures = self.unknown = self.duplicates = 0
        self.recorder = Recorder() if ext_ids.get("twcc") else None
        self.estimator = RemoteBitrateEstimator() if ext_ids.get("abs") and self.recorder is None else None
        self.remb: int | None = None
        self._burst_at = 0.0
        self._burst_stamp = self._burst_bytes = 0

    @property
    def is_urgent(self) -> bool:
        """Whether something is, or is soon, to be asked for."""
        return any(stream.is_urgent for track in self.tracks.values() for stream in track.streams.values())

    def on_rtp(self, inbox: Slots, index: int, size: int, handle: Any, now: float) -> UpStream | None:
        """Decrypt slot `index` and file its packet; the stream that has a fresh one in its batch, if any."""
        view, at = inbox.view, index * SLOT
        if size < rtp.MIN_BYTES:
            return None
        ssrc = int.from_bytes(view[at + 8 : at + 12], "big")
        known = self.by_ssrc.get(ssrc)
        if known is None and len(self.by_ssrc) >= self._most_ssrcs:
            self.unknown += 1
            return None
        _length[0] = size
        if srtp_unprotect(handle, inbox.pointers[index], _length):
            self.failures += 1
            return None
        return self.on_clear(view, at, _length[0], ssrc, known, now)

    def on_clear(
        self, view: memoryview, at: int, size: int, ssrc: int, known: "UpStream | Repair | None", now: float
    ) -> UpStream | None:
        """A decrypted packet at `view[at : at + size]`."""
        where = rtp.layout(view, at, size)
        if where is None:
            self.failures += 1
            return None
        found = NO_EXTENSIONS
        if where.ext_bytes:
            found = rtp.elements(view, where.profile, where.ext, where.ext_bytes)
            self._congestion(view, found, size, ssrc, now)
        payload_type = view[at + 1] & 0x7F
        if known is None:
            known = self._learn(view, found, ssrc, payload_type)
            if known is None:
                self.unknown += 1
                return None
        _, mpt, seq, timestamp, _ = rtp.HEADER.unpack_from(view, at)
        payload = bytes(view[where.payload : where.end])
        if isinstance(known, Repair):
            return self._repaired(known, payload_type, timestamp, mpt & 0x80, payload, now)
        return self._file(known, payload_type, seq, timestamp, mpt & 0x80, payload, view, found, now)

    def _file(
        self, stream: UpStream, payload_type: int, seq: int, timestamp: int, marker: int, payload: bytes,
        view: memoryview, found: dict[int, tuple[int, int]], now: float,
    ) -> UpStream | None:  # fmt: skip
        codec = stream.track.codecs.get(payload_type)
        if codec is None:
            self.unknown += 1
            return None
        stream.codec = codec
        level = orientation = -1
        if found:
            audio = stream.track.kind == "audio"
            element = found.get(self.ids.get("level" if audio else "orientation", 0))
            if element is not None and element[1]:
                if audio:
                    level = view[element[0]]
                    if stream.track.on_level is not None:
                        stream.track.on_level(level, now)
                else:
                    orientation = view[element[0]]
        if stream.receive(seq, timestamp, marker, payload, level, orientation, now):
            return stream
        self.duplicates += 1
        return None

    def _repaired(
        self, repair: Repair, payload_type: int, timestamp: int, marker: int, payload: bytes, now: float
    ) -> UpStream | None:
        """Undo RTX: the payload begins with the number it had; payload-less ones are probes."""
        codec = repair.stream.track.codecs.get(repair.rtx.get(payload_type, -1))
        if len(payload) < 2 or codec is None:
            return None
        seq = (payload[0] << 8) | payload[1]
        repair.stream.codec = repair.stream.codec or codec
        if repair.stream.receive(seq, timestamp, marker, payload[2:], -1, -1, now):
            return repair.stream
        self.duplicates += 1
        return None

    def _congestion(
        self, view: memoryview, found: dict[int, tuple[int, int]], size: int, ssrc: int, now: float
    ) -> None:
        if self.recorder is not None:
            element = found.get(self.ids["twcc"])
            if element is not None and element[1] == 2:
                self.recorder.record((view[element[0]] << 8) | view[element[0] + 1], now)
        elif self.estimator is not None:
            element = found.get(self.ids["abs"])
            if element is not None and element[1] == 3:
                self._estimate(int.from_bytes(view[element[0] : element[0] + 3], "big"), size, ssrc, now)

    def _estimate(self, stamp: int, size: int, ssrc: int, now: float) -> None:
        """What came together, of one frame, is one arrival: the estimator groups what is 5 ms apart anyway."""
        assert self.estimator is not None
        if self._burst_bytes and now - self._burst_at > BURST_SECONDS:
            estimate = self.estimator.add(int(self._burst_at * 1000), self._burst_stamp, self._burst_bytes, ssrc)
            self._burst_bytes = 0
            if estimate is not None:
                self.remb = estimate[0]
        if not self._burst_bytes:
            self._burst_at = now
        self._burst_stamp = stamp
        self._burst_bytes += size

    def _text(self, view: memoryview, found: dict[int, tuple[int, int]], name: str) -> str | None:
        element = found.get(self.ids.get(name, 0))
        if element is None:
            return None
        return bytes(view[element[0] : element[0] + element[1]]).decode("ascii", "replace")

    def _learn(
        self, view: memoryview, found: dict[int, tuple[int, int]], ssrc: int, payload_type: int
    ) -> "UpStream | Repair | None":
        """Bind an SSRC that the SDP did not name (RFC 8843 section 9.2): by mid and rid, else by payload type alone."""
        if not self._learns:
            return None
        mid = self._text(view, found, "mid")
        track = self.tracks.get(mid) if mid is not None else self._only_track_with(payload_type)
        if track is None:
            return None
        repaired = self._text(view, found, "rrid")
        if payload_type in track.rtx:
            stream = track.streams.get(repaired or "")
            return self.bind_repair(stream, ssrc) if stream is not None else None
        rid = self._text(view, found, "rid") or ""
        if track.rids and rid not in track.rids:
            return None
        return self.bind(track, ssrc, rid if track.rids else "")

    def _only_track_with(self, payload_type: int) -> UpTrack | None:
        able = [t for t in self.tracks.values() if payload_type in t.codecs or payload_type in t.rtx]
        return able[0] if len(able) == 1 else None

    def bind(self, track: UpTrack, ssrc: int, rid: str) -> UpStream:
        """`ssrc` is the layer `rid` of `track` from now on; a layer that restarts under a new SSRC replaces the old."""
        stream = UpStream(track, ssrc, rid, self.limits)
        old = track.streams.get(rid)
        if old is not None:
            self.by_ssrc = {
                k: v for k, v in self.by_ssrc.items() if v is not old and getattr(v, "stream", v) is not old
            }
        track.streams[rid] = stream
        self.by_ssrc[ssrc] = stream
        if track.on_stream is not None:
            track.on_stream(stream)
        return stream

    def remove(self, mid: str) -> None:
        """Forget a track and its SSRCs."""
        track = self.tracks.pop(mid, None)
        gone = {id(stream) for stream in track.streams.values()} if track is not None else set[int]()
        self.by_ssrc = {k: v for k, v in self.by_ssrc.items() if id(getattr(v, "stream", v)) not in gone}

    def bind_repair(self, stream: UpStream, ssrc: int) -> Repair:
        repair = Repair(stream, stream.track.rtx)
        self.by_ssrc[ssrc] = repair
        return repair


def monotonic() -> float:
    """The node's clock: seconds, never set back."""
    return time.monotonic()
