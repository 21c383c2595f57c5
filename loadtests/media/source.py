# pyright: standard
"""A publisher without a codec: VP8-shaped video in bursts of a frame, Opus-shaped audio, each payload stamped."""

import asyncio
import os
import secrets
import struct
from collections.abc import Callable

from loadtests.media.floor import STAMP, stamp
from loadtests.media.thin import ABS, LEVEL, MID, OPUS, VP8, Person

FPS, VIDEO_BITS, AUDIO_BITS = 30, 1_500_000, 50_000
AUDIO_RATE = 50
PACKET_BYTES = 1150
KEYFRAME_FRAMES = 90
KEYFRAME_SIZE = 4
"""Times a usual frame."""
JUNK = os.urandom(2048)
RTP = struct.Struct("!BBHLLHH")


def extensions(*elements: tuple[int, bytes]) -> bytes:
    body = b"".join(bytes([(ident << 4) | (len(value) - 1)]) + value for ident, value in elements)
    return body + bytes(-len(body) % 4)


VIDEO_EXT = extensions((MID, b"1"), (ABS, b"\0\0\0"))
AUDIO_EXT = extensions((MID, b"0"), (LEVEL, b"\x1e"))


class Source:
    """`send` may be called again and again: numbers go on."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.ident = ""
        self.packets = 0
        self._ssrcs = (secrets.randbits(31) | 1, secrets.randbits(31) | 1)
        self._seqs = [0, 0]
        self._frame = self._sample = 0

    async def publish(self, room: str) -> None:
        await self.person.connect(f"/whip/{room}", "sendonly", self._ssrcs)
        self.ident = self.person.location.rsplit("/", 1)[1]

    def check(self) -> None:
        self.person._send(self.person.check())

    async def send(self, seconds: float, phase: float) -> None:
        """`phase` from 0 to 1: where in a frame's time this publisher begins."""
        self._frame += -self._frame % KEYFRAME_FRAMES  # those who came meanwhile wait for a keyframe
        await asyncio.sleep(phase / FPS)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._paced(FPS, seconds, self._video))
            group.create_task(self._paced(AUDIO_RATE, seconds, self._audio))

    async def _paced(self, rate: int, seconds: float, one: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            one()

    def _video(self) -> None:
        number = self._frame
        self._frame = number + 1
        key = number % KEYFRAME_FRAMES == 0
        size = VIDEO_BITS // 8 // FPS * (KEYFRAME_SIZE if key else 1)
        parts = -(-size // PACKET_BYTES)
        picture = struct.pack("!BH", 0x80, 0x8000 | (number & 0x7FFF))
        head = b"\x10\x02\x00\x9d\x01\x2a\x00\x05\xd0\x02" if key else b"\x11\x02\x00"
        for part in range(parts):
            start = b"\x90" + picture + head if part == 0 else b"\x80" + picture
            body = start + JUNK[: size // parts - len(start) - STAMP.size]
            self._packet(1, VP8, number * 90_000 // FPS, int(part == parts - 1), body)

    def _audio(self) -> None:
        self._packet(0, OPUS, self._sample * 960, 0, b"\x78" + JUNK[: AUDIO_BITS // 8 // AUDIO_RATE - 1 - STAMP.size])
        self._sample += 1

    def _packet(self, kind: int, payload_type: int, timestamp: int, marker: int, body: bytes) -> None:
        ext = VIDEO_EXT if kind else AUDIO_EXT
        seq = self._seqs[kind] & 0xFFFF
        self._seqs[kind] += 1
        clock = timestamp & 0xFFFFFFFF
        head = RTP.pack(0x90, marker << 7 | payload_type, seq, clock, self._ssrcs[kind], 0xBEDE, len(ext) // 4)
        self.person._send(self.person.tx.protect(head + ext + body + stamp()))
        self.packets += 1
