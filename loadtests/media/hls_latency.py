# pyright: standard
"""How old a picture is when a low-latency HLS player shows it.

    python -m loadtests.media.hls_latency --seconds 20

An H.264 publisher sends encoded frames in real time; a player follows the playlist by blocking reloads and fetches each
part as it is announced. The age of a part's first frame when it has arrived, plus the hold-back that the playlist
demands of players, is what lies between sending and showing; a camera and an encoder add some 0.1 s before.
"""

import argparse
import asyncio
import io
import re
import statistics
import time
from fractions import Fraction
from typing import Any

import av
import httpx
import numpy as np
from aiortc.codecs.h264 import H264Encoder

from loadtests.media.soak import node
from loadtests.media.swarm import Publisher, offer_only

FPS = 30
CLOCK = 90_000
KEYFRAMES = 2 * FPS
PARTS = re.compile(r'#EXT-X-PART:DURATION=[\d.]+,URI="(\d+)\.(\d+)\.mp4"')


class Camera(Publisher):
    """Sends encoded H.264, and remembers when each frame left."""

    video_codec = "video/H264"
    _seq = 0

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__(http)
        self.sent: dict[int, float] = {}
        """Number of a frame to when it was sent."""

    async def film(self, seconds: float) -> None:
        encoder: Any = av.CodecContext.create("libx264", "w")
        encoder.width, encoder.height, encoder.pix_fmt = 640, 360, "yuv420p"
        encoder.time_base, encoder.gop_size = Fraction(1, FPS), KEYFRAMES
        encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "forced-idr": "1"}
        began = time.monotonic()
        for number in range(round(seconds * FPS)):
            await asyncio.sleep(max(0.0, began + number / FPS - time.monotonic()))
            pixels = np.full((360, 640, 3), number * 3 % 256, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            self.sent[number] = time.monotonic()
            for packet in encoder.encode(frame):
                await self._frame_out(number, bytes(packet))

    async def _frame_out(self, number: int, data: bytes) -> None:
        payloads = H264Encoder._packetize(H264Encoder._split_bitstream(data))
        for at, payload in enumerate(payloads):
            self._seq += 1
            last = int(at == len(payloads) - 1)
            await self._send("video", self._seq, number * CLOCK // FPS, payload, last)


async def follow(http: httpx.AsyncClient, base: str, camera: Camera, ages: list[float]) -> float:
    """Fetch parts as they come; appends the age of each one's first frame. Returns the hold-back in seconds."""
    init = (await http.get(f"{base}/init.mp4")).content
    playlist, seen, first = (await http.get(f"{base}/live.m3u8")).text, set[tuple[int, int]](), None
    hold = float(re.findall(r"PART-HOLD-BACK=([\d.]+)", playlist)[0])
    while True:
        for part in [(int(a), int(b)) for a, b in PARTS.findall(playlist)]:
            if part in seen:
                continue
            seen.add(part)
            answer = await http.get(f"{base}/{part[0]}.{part[1]}.mp4")
            now = time.monotonic()
            if answer.status_code != 200:
                continue
            opened: Any = av.open(io.BytesIO(init + answer.content))
            with opened as container:
                starts = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.pts is not None]
            if first is None:
                first = _origin(camera, starts[0])
            elif starts:
                ages.append(now - camera.sent[min(max(camera.sent), round(starts[0] * FPS) + first)])
        number, at = max(seen)
        wanted = {"_HLS_msn": number, "_HLS_part": at + 1}
        answer = await http.get(f"{base}/live.m3u8", params=wanted)
        if answer.status_code != 200:
            return hold
        playlist = answer.text


def _origin(camera: Camera, start: float) -> int:
    """Number of the frame with which the stream began: the latest keyframe by then."""
    return (max(camera.sent) - round(start * FPS)) // KEYFRAMES * KEYFRAMES


async def run(seconds: float) -> None:
    headers = {"Authorization": "Bearer bench"}
    async with node() as url, httpx.AsyncClient(base_url=url, headers=headers, timeout=30.0) as http:
        camera = Camera(http)
        await camera.publish("lecture")
        base = f"/hls/lecture/{camera.ident}"
        filming = asyncio.create_task(camera.film(seconds))
        ages: list[float] = []
        try:
            hold = await follow(http, base, camera, ages)
        finally:
            filming.cancel()
            await asyncio.gather(filming, return_exceptions=True)
            await camera.vanish()
    ages.sort()
    p95 = ages[int(0.95 * (len(ages) - 1))]
    median = statistics.median(ages)
    print(
        f"{len(ages)} parts; first frame's age on arrival: p50 {median:.2f} s, p95 {p95:.2f} s; hold-back {hold:.2f} s"
    )
    print(f"from sending to showing: p50 {median + hold:.2f} s, p95 {p95 + hold:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    args = parser.parse_args()
    offer_only("127.0.0.1")
    asyncio.run(run(args.seconds))


if __name__ == "__main__":
    main()
