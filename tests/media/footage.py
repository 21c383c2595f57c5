"""Small real pictures and sounds, encoded by FFmpeg, and their RTP payloads as aiortc cuts them."""

from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder


def _picture(i: int, width: int, height: int) -> Any:
    pixels: Any = np.zeros((height, width, 3), np.uint8)
    pixels[:, (i * 7) % width :] = (i * 9 % 256, 128, 255 - i * 9 % 256)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
    frame.pts, frame.time_base = i, Fraction(1, 30)
    return frame


@cache
def pictures(
    codec: str, count: int = 30, width: int = 320, height: int = 180, every: int = 10
) -> list[tuple[bytes, bool]]:
    """Coded frames (data, keyframe), a keyframe `every` so many."""
    context: Any = av.CodecContext.create({"VP8": "libvpx", "VP9": "libvpx-vp9", "H264": "libx264"}[codec], "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.gop_size = Fraction(1, 30), every
    context.options = {
        "VP8": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"},
        "VP9": {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"},
        "H264": {"preset": "ultrafast", "tune": "zerolatency", "forced-idr": "1"},
    }[codec]
    packets = [p for i in range(count) for p in context.encode(_picture(i, width, height))] + context.encode(None)
    return [(bytes(p), p.is_keyframe) for p in packets]


@cache
def sounds(count: int = 50) -> list[bytes]:
    """Opus packets of 20 ms."""
    context: Any = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = 48000, "stereo", "s16"
    out: list[bytes] = []
    for i in range(count + 5):
        tone = (8000 * np.sin(np.arange(960) * 0.06)).astype(np.int16).repeat(2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48000, i * 960
        out += [bytes(p) for p in context.encode(frame)]
    return out[:count]


def vp8_payloads(frame: bytes, picture: int) -> list[bytes]:
    return Vp8Encoder._packetize(frame, picture)


def h264_payloads(frame: bytes) -> list[bytes]:
    return H264Encoder._packetize(H264Encoder._split_bitstream(frame))


def decoded(path: str) -> tuple[int, tuple[int, int] | None]:
    """How many frames a player gets out of a file, and their size."""
    with av.open(path) as container:
        stream = container.streams[0]
        frames: list[Any] = list(container.decode(stream))
        size = (frames[0].width, frames[0].height) if stream.type == "video" and frames else None
        return len(frames), size
