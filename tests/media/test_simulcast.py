"""Layers by rid, learnt from packets, and receivers that move between them without a seam."""

import asyncio
import struct
from itertools import pairwise

import pytest
from aiortc.rtp import RtcpPacket

from media import rtcp, rtp
from media.model import Want
from tests.media.clients import Publisher, until
from tests.media.test_sfu import ROOM, TEACHER, Stage, stage

pytestmark = pytest.mark.usefixtures("loopback")
SSRC = {"q": 0x11110001, "h": 0x22220002, "f": 0x33330003}
HEIGHT = {"q": 180, "h": 360, "f": 720}


def frame(rid: str, picture: int, key: bool) -> bytes:
    """One-packet VP8 frames whose sizes tell the layer; each layer counts pictures and TL0 for itself."""
    height = HEIGHT[rid]
    head = bytes([0x90, 0xC0, 0x80 | (picture >> 8 & 0x7F), picture & 0xFF, picture & 0xFF])
    size = (height * 16 // 9).to_bytes(2, "little") + height.to_bytes(2, "little")
    body = b"\x10\x02\x00\x9d\x01\x2a" + size if key else b"\x11\x02\x00"
    return head + body + rid.encode() * height


class Camera(Publisher):
    """A browser that sends three layers: its offer is aiortc's with simulcast lines, its packets carry mid and rid."""

    def __init__(self) -> None:
        super().__init__()
        self.n = 0

    async def offer(self) -> str:
        text = await super().offer()
        head, video = text.split("m=video", 1)
        lines = [x for x in video.split("\r\n") if not x.startswith("a=ssrc")]
        lines[1:1] = [f"a=extmap:4 {rtp.RID}", "a=rid:q send", "a=rid:h send", "a=rid:f send", "a=simulcast:send q;h;f"]
        return head + "m=video" + "\r\n".join(lines)

    async def take(self, answer: str) -> None:
        kept = [x for x in answer.split("\r\n") if not x.startswith(("a=rid", "a=simulcast"))]
        await super().take("\r\n".join(kept))

    async def connected(self) -> None:
        await super().connected()

        async def keep(data: bytes) -> None:
            self.rtcp += RtcpPacket.parse(data)

        self.dtls._handle_rtcp_data = keep

    async def picture(self, *, keys: str = "", layers: str = "qhf") -> None:
        """One frame of each of `layers`; `keys` names those for which it is a keyframe."""
        self.n += 1
        _, payload_type, mid = self.facts["video"]
        for rid in layers:
            i = "qhf".index(rid)
            ext = rtp.write_extensions([(1, mid), (4, rid.encode())])
            seq, timestamp = (60_000 * i + self.n) & 0xFFFF, (1_000_000 * i + 3000 * self.n) & 0xFFFFFFFF
            head = struct.pack("!BBHLL", 0x90, 0x80 | payload_type, seq, timestamp, SSRC[rid])
            await self.dtls._send_rtp(head + ext + frame(rid, 40 * i + self.n, rid in keys))

    async def wanted(self, scene: Stage) -> str:
        """Layers the node asks keyframes of, since the last call."""
        asked = {p.media_ssrc for p in self.rtcp if getattr(p, "fmt", 0) == 1 and hasattr(p, "fci")}
        self.rtcp.clear()
        return "".join(rid for rid, ssrc in SSRC.items() if ssrc in asked)


async def test_layers_follow_what_is_shown_and_what_the_link_takes_without_a_seam() -> None:
    async with stage() as scene:
        camera = Camera()
        scene.clients.append(camera)
        publication, answer = scene.sfu.publish(ROOM, await camera.offer(), TEACHER)
        assert "a=simulcast:recv q;h;f" in answer
        await camera.take(answer)
        await camera.connected()
        player, ident = await scene.player(publication)
        ssrc = scene.ssrc(ident, "video")
        video = next(t for t in scene.sfu.publications[publication].tracks.values() if t.kind == "video")
        down = next(iter(video.downs))

        async def run(until_rid: str, height: int, estimate: int | None = None) -> None:
            scene.sfu.want(ident, [Want(t.track.id, height) for t in scene.sfu.receivers[ident].peer.downs.values()])
            async with asyncio.timeout(10):
                while down.stream is None or down.stream.rid != until_rid:
                    if estimate is not None:
                        await player.send_rtcp(rtcp.pack_remb(1, estimate, [ssrc]))
                    before = scene.sfu.node.counters.received
                    await camera.picture(keys=await camera.wanted(scene) or ("qhf" if camera.n == 0 else ""))
                    await until(lambda n=before + 3: scene.sfu.node.counters.received >= n)

        await run("f", 720)
        await run("h", 300)
        await run("q", 180)
        await run("f", 1080)
        await run("q", 1080, estimate=20_000)
        await until(lambda: player.got(ssrc) and player.got(ssrc)[-1].payload.endswith(b"q"))
        got = player.got(ssrc)
        seqs = [p.sequence_number for p in got]
        assert [(b - a) & 0xFFFF for a, b in pairwise(seqs)] == [1] * (len(seqs) - 1)
        seen = "".join(dict.fromkeys(chr(p.payload[-1]) + str(i) for i, p in enumerate(got)))
        assert {"q", "h", "f"} <= set(seen)
        for before, after in pairwise(got):
            assert 0 < (after.timestamp - before.timestamp) & 0xFFFFFFFF < 90_000
            first, second = (struct.unpack_from("!HB", p.payload, 2) for p in (before, after))
            assert (second[0] - first[0]) & 0x7FFF == 1
            assert (second[1] - first[1]) & 0xFF == 1
            if before.payload[-1] != after.payload[-1]:
                assert not after.payload[5] & 1, "a layer begins with a keyframe"
        assert down.stats["switches"] >= 4
