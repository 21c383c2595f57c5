# pyright: standard
"""Coded frames into files by PyAV, never re-encoded: WebM for VP8, VP9, AV1 and Opus, MP4 for H.264."""

import io
import struct
from fractions import Fraction
from typing import Any

import av

from media.depacketize import Frame

FOURCC = {"VP8": b"VP80", "VP9": b"VP90", "AV1": b"AV01"}
SUFFIX = {"VP8": "webm", "VP9": "webm", "AV1": "webm", "H264": "mp4", "opus": "webm"}


def _ivf(codec: str, frame: bytes) -> bytes:
    """One frame in the smallest container that names its codec, to have its parameters probed."""
    head = b"DKIF" + struct.pack("<HH4sHHIIII", 0, 32, FOURCC[codec], 0, 0, 90000, 1, 1, 0)
    return head + struct.pack("<IQ", len(frame), 0) + frame


def add_video(output: Any, codec: str, keyframe: bytes) -> Any:
    """A stream of `output` with the parameters (size, parameter sets) that `keyframe` has in it."""
    data, form = (keyframe, "h264") if codec == "H264" else (_ivf(codec, keyframe), "ivf")
    with av.open(io.BytesIO(data), format=form) as probe:
        stream = output.add_stream_from_template(probe.streams.video[0])
    stream.time_base = Fraction(1, 90000)
    return stream


def add_audio(output: Any) -> Any:
    """An Opus stream; the encoder is opened for its header alone and never given a sample."""
    stream = output.add_stream("libopus", rate=48000, layout="stereo")
    stream.codec_context.open()
    stream.time_base = Fraction(1, 48000)
    return stream


def packet_of(frame: Frame, stream: Any, origin: int, clock: int) -> Any:
    """A packet to mux: timestamps count from `origin` in units of `clock`."""
    packet = av.Packet(frame.data)
    packet.stream = stream
    packet.time_base = Fraction(1, clock)
    packet.pts = packet.dts = frame.timestamp - origin
    packet.is_keyframe = frame.keyframe
    return packet


class TrackFile:
    """One track in one file. The first frame must be a keyframe."""

    def __init__(self, path: str, codec: str, first: Frame) -> None:
        self.codec = codec
        self.clock = 48000 if codec == "opus" else 90000
        self.origin = first.timestamp
        self.frames = 0
        self.last = -1
        options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"} if codec == "H264" else {}
        self._output = av.open(path, "w", format=SUFFIX[codec], options=options)
        self._stream = add_audio(self._output) if codec == "opus" else add_video(self._output, codec, first.data)
        self.write(first)

    def write(self, frame: Frame) -> None:
        """Frames whose time does not advance are left out: a file cannot hold them."""
        at = frame.timestamp - self.origin
        if at <= self.last:
            return
        self.last = at
        self.frames += 1
        self._output.mux(packet_of(frame, self._stream, self.origin, self.clock))

    def close(self) -> None:
        self._output.close()

    @property
    def seconds(self) -> float:
        return max(0, self.last) / self.clock
