"""Low-latency HLS from a real session: playlists that grow by parts, media that FFmpeg plays."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from aiortc import RTCRtpSender
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from media.depacketize import Frame
from media.fmp4 import Fragment, Splitter
from media.hls import Hls
from media.mux import add_video, packet_of
from media.playlist import KEEP_SEGMENTS, Playlist
from tests.media import footage
from tests.media.clients import Publisher, until
from tests.media.test_http import verify
from tests.media.test_sfu import ROOM, TEACHER, Stage, stage

pytestmark = pytest.mark.usefixtures("loopback")
AUTH = {"Authorization": "Bearer ada"}


def file_of_footage() -> bytes:
    out = io.BytesIO()
    options = {"movflags": "empty_moov+default_base_moof+frag_keyframe", "frag_duration": "200000"}
    with av.open(out, "w", format="mp4", options=options) as container:
        frames = [Frame(d, 3000 * i, k) for i, (d, k) in enumerate(footage.pictures("H264"))]
        stream = add_video(container, "H264", frames[0].data)
        for frame in frames:
            container.mux(packet_of(frame, stream, 0, 90_000))
    return out.getvalue()


@given(st.lists(st.integers(1, 3000), max_size=40))
def test_fragments_are_found_however_the_bytes_come(cuts: list[int]) -> None:
    data, splitter, found, at = file_of_footage(), Splitter(), list[Fragment](), 0
    for size in [*cuts, len(data)]:
        found += splitter.push(data[at : at + size])
        at += size
    assert splitter.init[4:8] == b"ftyp"
    assert [round(f.start, 3) for f in found][:3] == [0.0, 0.2, 0.333]
    assert sum(f.seconds for f in found) == pytest.approx(1.0, abs=0.05)
    opened: Any = av.open(io.BytesIO(splitter.init + b"".join(f.data for f in found)))
    with opened as container:
        assert len(list(container.decode(video=0))) == 30


def test_a_playlist_lists_parts_at_its_end_and_forgets_its_beginning() -> None:
    playlist = Playlist(0.2)
    for i in range(200):
        playlist.add(Fragment(b"%d" % i, i * 0.2, 0.2), independent=i % 5 == 0)
    text = playlist.render()
    assert len(playlist.segments) == KEEP_SEGMENTS + 1
    assert f"#EXT-X-MEDIA-SEQUENCE:{playlist.segments[0].number}\n" in text
    assert text.count("#EXTINF:2.00000") == KEEP_SEGMENTS
    assert text.count("INDEPENDENT=YES") >= 3
    assert "CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.600" in text
    last = playlist.current
    assert f'PRELOAD-HINT:TYPE=PART,URI="{last.number}.{len(last.parts)}.mp4"' in text
    assert playlist.has(last.number, 0)
    assert not playlist.has(last.number, len(last.parts))
    assert not playlist.has(last.number, None)
    assert playlist.has(last.number - 1, None)
    assert playlist.too_far(last.number + 3)


async def send_h264(scene: Stage, publisher: Publisher, frames: list[tuple[bytes, bool]], first: int, seq: int) -> int:
    """Frames from number `first` on, with sound; the next sequence number."""
    node, sounds = scene.sfu.node, footage.sounds(50)
    for i, (data, _) in enumerate(frames, first):
        payloads = footage.h264_payloads(data)
        before = node.counters.received
        for j, payload in enumerate(payloads):
            await publisher.send("video", seq & 0xFFFF, 3000 * i, payload, marker=int(j == len(payloads) - 1))
            seq += 1
        at = i * 5 // 3
        await publisher.send("audio", at & 0xFFFF, 960 * at, sounds[at % 50])
        await until(lambda n=before + len(payloads): node.counters.received >= n)
    return seq


class H264Publisher(Publisher):
    """A publisher whose only video codec is H.264."""

    def __init__(self) -> None:
        super().__init__()
        for transceiver in self.pc.getTransceivers():
            if transceiver.kind == "video":
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences([c for c in codecs if c.mimeType in ("video/H264", "video/rtx")])


@asynccontextmanager
async def theatre() -> AsyncIterator[tuple[Stage, Hls, httpx.AsyncClient]]:
    async with stage() as scene:
        hls = Hls(scene.sfu, verify)
        transport = httpx.ASGITransport(Starlette(routes=hls.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=AUTH) as client:
            yield scene, hls, client
        hls.close()


async def begin(scene: Stage, publisher: Publisher) -> str:
    scene.clients.append(publisher)
    ident, answer = scene.sfu.publish(ROOM, await publisher.offer(), TEACHER)
    await publisher.take(answer)
    await publisher.connected()
    return ident


async def test_a_lecture_is_played_by_parts_with_blocking_reloads(tmp_path: Path) -> None:
    async with theatre() as (scene, hls, client):
        publisher = H264Publisher()
        ident = await begin(scene, publisher)
        frames = footage.pictures("H264")
        seq = await send_h264(scene, publisher, frames[:1], 0, 0)
        base = f"/hls/algebra/{ident}"
        async with asyncio.TaskGroup() as group:
            first = group.create_task(client.get(f"{base}/index.m3u8"))
            await until(lambda: ident in hls.streams)
            seq = await send_h264(scene, publisher, frames, 10, seq)
            seq = await send_h264(scene, publisher, frames, 40, seq)
        index = first.result()
        assert index.status_code == 200
        assert re.search(r'CODECS="avc1\.[0-9a-f]{6},opus"', index.text)
        playlist = (await client.get(f"{base}/live.m3u8")).text
        parts = re.findall(r'#EXT-X-PART:DURATION=([\d.]+),URI="([\d.]+mp4)"', playlist)
        assert len(parts) >= 5
        assert all(float(d) <= 0.4 for d, _ in parts)
        current = hls.streams[ident].playlist.current
        async with asyncio.TaskGroup() as group:
            wanted = f"{base}/live.m3u8?_HLS_msn={current.number}&_HLS_part={len(current.parts)}"
            blocked = group.create_task(client.get(wanted))
            await until(lambda: True)
            assert not blocked.done()
            await send_h264(scene, publisher, frames, 70, seq)
        assert len(re.findall("#EXT-X-PART:", blocked.result().text)) > len(parts)
        media = (await client.get(f"{base}/init.mp4")).content
        for segment in hls.streams[ident].playlist.segments:
            for i in range(len(segment.parts)):
                part = await client.get(f"{base}/{segment.number}.{i}.mp4")
                assert part.status_code == 200
                media += part.content
        opened: Any = av.open(io.BytesIO(media))
        with opened as container:
            kinds = {s.type for s in container.streams}
            shown: list[Any] = list(container.decode(video=0))
        assert kinds == {"video", "audio"}
        assert len(shown) >= 60
        assert (shown[0].width, shown[0].height) == (320, 180)


async def test_refusals() -> None:
    async with theatre() as (scene, hls, client):
        publisher = Publisher()
        ident = await begin(scene, publisher)
        vp8 = await client.get(f"/hls/algebra/{ident}/index.m3u8")
        assert (vp8.status_code, vp8.json()["code"]) == (409, "conflict")
        assert "H.264" in vp8.json()["title"]
        assert (await client.get("/hls/algebra/p-none/index.m3u8")).status_code == 404
        assert (await client.get("/hls/other/spotlight/index.m3u8")).status_code == 404
        anonymous = await client.get(f"/hls/algebra/{ident}/index.m3u8", headers={"Authorization": ""})
        assert anonymous.status_code == 401
        assert not hls.streams


async def test_streams_nobody_asks_for_end() -> None:
    async with theatre() as (scene, hls, client):
        publisher = H264Publisher()
        ident = await begin(scene, publisher)
        await send_h264(scene, publisher, footage.pictures("H264")[:1], 0, 0)
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(client.get(f"/hls/algebra/{ident}/live.m3u8"))
            await until(lambda: ident in hls.streams)
            hls.tick(scene.sfu.node.clock() + 60)
        assert asked.result().status_code == 503
        assert not hls.streams
        assert all(not t.taps for t in scene.sfu.publications[ident].tracks.values())
        for name in ("x.mp4", "1.2.3.mp4", "../../etc", "999999999999999.mp4", "5.ts"):
            assert (await client.get(f"/hls/algebra/{ident}/{name}")).status_code == 404
