# pyright: standard
"""Low-latency HLS of one publication for audiences past what the SFU serves: the publisher's own H.264 (or VP9,
AV1) and Opus in fragmented MP4, nothing re-encoded. Started by the first listener, stopped when nobody asks any more.

    GET /hls/{room}/{publication}/index.m3u8     the variant, with its codecs
    GET …/live.m3u8[?_HLS_msn=N&_HLS_part=M]     the playlist; waits until it holds what is asked for
    GET …/init.mp4, …/{segment}.mp4, …/{segment}.{part}.mp4
"""

import asyncio
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from media.cache import Packet
from media.depacketize import Frame, FrameAssembler
from media.errors import Conflict, LimitReached, MediaError, NoSuchPublication
from media.fmp4 import Splitter
from media.http import Verify, enter, problem
from media.model import Publication
from media.mux import add_audio, add_video
from media.playlist import Playlist
from media.sfu import Sfu
from media.uplink import UpStream, UpTrack

PART_SECONDS = 0.2
KEYFRAME_SECONDS = 2.0
IDLE_SECONDS = 30.0
WAIT_SECONDS = 5.0
MAX_STREAMS = 16
PLAYLIST = "application/vnd.apple.mpegurl"
CODECS = ("H264", "VP9", "AV1")


class _Written:
    """A file for the muxer that only keeps what was written."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)

    def take(self) -> bytes:
        data, self.data = bytes(self.data), bytearray()
        return data


class HlsStream:
    """One publication as HLS."""

    def __init__(self, sfu: Sfu, publication: Publication) -> None:
        self.sfu = sfu
        self.publication = publication
        self.playlist = Playlist(PART_SECONDS)
        self.splitter = Splitter()
        self.codecs = ""
        self.asked_at = sfu.node.clock()
        self.closed = False
        self._changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._out = _Written()
        self._container: Any = None
        self._video: Any = None
        self._audio: Any = None
        self._origin: dict[str, tuple[int, float]] = {}
        self._last: dict[str, int] = {}
        self._held: list[Frame] = []
        self._keyframe_pending = False
        self._wanted_at = -1e9
        self._taps: list[tuple[UpTrack, Callable[[UpStream, list[Packet]], None]]] = []
        tracks = list(publication.tracks.values())
        video = next((t for t in tracks if t.kind == "video" and t.codec in CODECS), None)
        if video is None:
            raise Conflict("HLS needs a camera or screen in H.264, VP9 or AV1; ask the publisher to prefer H.264")
        self._with_audio = False
        self._tap(video)
        for track in [t for t in tracks if t.kind == "audio"][:1]:
            self._with_audio = True
            self._tap(track)

    def _tap(self, track: UpTrack) -> None:
        state: dict[str, Any] = {"stream": None, "assembler": None}

        def hook(stream: UpStream, batch: list[Packet]) -> None:
            now = self.sfu.node.clock()
            if stream is not state["stream"]:
                layers = track.layers(now)
                if state["stream"] in layers and layers[-1] is not stream:
                    return
                if state["stream"] is not None and track.kind == "video":
                    return  # the parameters of a running stream stay
                state["stream"], state["assembler"] = stream, FrameAssembler(stream.codec)
            if track.kind == "video" and now - self._wanted_at > KEYFRAME_SECONDS:
                self._wanted_at = now
                stream.gate.want(now)
            for packet in batch:
                for frame in state["assembler"].push(packet, now):
                    self._take(track, stream, frame, now)

        self._taps.append((track, hook))
        track.taps.append(hook)

    def close(self) -> None:
        self.closed = True
        for track, hook in self._taps:
            if hook in track.taps:
                track.taps.remove(hook)
        self._taps.clear()
        self._notify()

    # -- media in

    def _take(self, track: UpTrack, stream: UpStream, frame: Frame, now: float) -> None:
        if track.kind == "video":
            if self._container is None:
                if not frame.keyframe:
                    return
                self._begin(stream.codec, frame)
            self._mux("video", self._video, frame, 90000, now, stream)
        elif self._container is not None and self._audio is not None:
            self._mux("audio", self._audio, frame, 48000, now, stream)

    def _begin(self, codec: str, first: Frame) -> None:
        flags = "empty_moov+default_base_moof+frag_keyframe"
        options = {"movflags": flags, "frag_duration": str(int(PART_SECONDS * 1e6)), "max_interleave_delta": "100000"}
        self._container = av.open(self._out, "w", format="mp4", options=options)
        self._video = add_video(self._container, codec, first.data)
        if self._with_audio:
            self._audio = add_audio(self._container)
        self.codecs = codec

    def _mux(self, kind: str, stream: Any, frame: Frame, clock: int, now: float, source: UpStream) -> None:
        """Both tracks on one clock: the publisher's sender reports when both are known, else when packets came."""
        if kind not in self._origin:
            began = min((at for _, at in self._origin.values()), default=now)
            self._origin[kind] = (frame.timestamp - round((now - began) * clock), began)
        at = frame.timestamp - self._origin[kind][0]
        if at <= self._last.get(kind, -1):
            return
        self._last[kind] = at
        packet = av.Packet(frame.data)
        packet.stream, packet.time_base = stream, Fraction(1, clock)
        packet.pts = packet.dts = at
        packet.is_keyframe = frame.keyframe
        self._container.mux(packet)
        self._publish()

    def _publish(self) -> None:
        for fragment in self.splitter.push(self._out.take()):
            independent = _begins_with_keyframe(fragment.data)
            self.playlist.add(fragment, independent)
            self._notify()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.get_running_loop().create_future()
        if not changed.done():
            changed.set_result(None)

    # -- requests

    async def wait_for(self, ready: Callable[[], bool]) -> bool:
        """Until `ready`, the end, or `WAIT_SECONDS`."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not ready() and not self.closed:
                    await asyncio.shield(self._changed)
        except TimeoutError:
            return False
        return not self.closed

    def codec_string(self) -> str:
        """RFC 6381 names: H.264's profile is read from the initialisation section."""
        at = self.splitter.init.find(b"avcC")
        if at >= 0:
            video = "avc1." + self.splitter.init[at + 5 : at + 8].hex()
        else:
            video = {"VP9": "vp09.00.10.08", "AV1": "av01.0.04M.08"}[self.codecs]
        return video + (",opus" if self._audio is not None else "")


def _begins_with_keyframe(data: bytes) -> bool:
    """Whether the first sample of a fragment is a sync sample: its flags stand in the first `trun` or `tfhd`."""
    at = data.find(b"trun")
    flags = int.from_bytes(data[at + 4 : at + 8], "big")
    first = at + 12 + (4 if flags & 0x1 else 0)
    if flags & 0x4:
        return not data[first + 1] & 0x01
    if flags & 0x400:
        first += (4 if flags & 0x100 else 0) + (4 if flags & 0x200 else 0)
        return not data[first + 1] & 0x01
    header = data.find(b"tfhd")
    kinds = int.from_bytes(data[header + 4 : header + 8], "big")
    where = header + 12 + sum(size for bit, size in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4)) if kinds & bit)
    return bool(kinds & 0x20) and not data[where + 1] & 0x01


class Hls:
    """All HLS streams of a node. `routes` to mount; `tick` about once a second ends those nobody asks for."""

    def __init__(self, sfu: Sfu, verify: Verify) -> None:
        self.sfu = sfu
        self.verify = verify
        self.streams: dict[str, HlsStream] = {}

    def routes(self) -> list[Route]:
        return [Route("/hls/{room}/{publication}/{name}", self._get)]

    def tick(self, now: float) -> None:
        for ident, stream in list(self.streams.items()):
            if now - stream.asked_at > IDLE_SECONDS or ident not in self.sfu.publications:
                self.streams.pop(ident).close()

    def close(self) -> None:
        for stream in self.streams.values():
            stream.close()
        self.streams.clear()

    def _stream(self, room_key: str, ident: str) -> HlsStream:
        found = self.sfu.rooms.get(room_key)
        publication = self.sfu.publications.get(ident) if ident != "spotlight" else self.sfu.spotlighted(room_key)
        if found is None or publication is None or publication.room != room_key:
            raise NoSuchPublication("this publication is unknown or has ended")
        stream = self.streams.get(publication.id)
        if stream is None:
            self.tick(self.sfu.node.clock())
            if len(self.streams) >= MAX_STREAMS:
                raise LimitReached("this node makes as many HLS streams as it may")
            stream = self.streams[publication.id] = HlsStream(self.sfu, publication)
        stream.asked_at = self.sfu.node.clock()
        return stream

    async def _get(self, request: Request) -> Response:
        try:
            entry = enter(self.verify, request)
            stream = self._stream(entry.room_key, request.path_params["publication"])
            return await self._answer(stream, request)
        except MediaError as error:
            return problem(error)

    async def _answer(self, stream: HlsStream, request: Request) -> Response:
        name: str = request.path_params["name"]
        playlist = stream.playlist
        if name in ("index.m3u8", "live.m3u8", "init.mp4"):
            if not await stream.wait_for(lambda: bool(stream.splitter.init and playlist.segments[0].parts)):
                return Response("no media yet", 503, {"Retry-After": "1"})
            if name == "init.mp4":
                return Response(stream.splitter.init, media_type="video/mp4")
            return await self._playlist(stream, request, name)
        return await self._part(stream, name)

    async def _playlist(self, stream: HlsStream, request: Request, name: str) -> Response:
        if name == "index.m3u8":
            variant = f'#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="{stream.codec_string()}"'
            return Response(f"#EXTM3U\n#EXT-X-VERSION:9\n{variant}\nlive.m3u8\n", media_type=PLAYLIST)
        playlist = stream.playlist
        try:
            segment = int(request.query_params.get("_HLS_msn", -1))
            part = int(request.query_params["_HLS_part"]) if "_HLS_part" in request.query_params else None
        except ValueError:
            return Response("_HLS_msn and _HLS_part are numbers", 400)
        if segment >= 0:
            if playlist.too_far(segment):
                return Response("this segment is too far ahead", 400)
            if not await stream.wait_for(lambda: playlist.has(segment, part)):
                return Response("no media came in time", 503)
        return Response(playlist.render(), media_type=PLAYLIST, headers={"Cache-Control": "no-store"})

    async def _part(self, stream: HlsStream, name: str) -> Response:
        numbers = name.removesuffix(".mp4").split(".")
        if not name.endswith(".mp4") or len(numbers) > 2 or not all(n.isdigit() and len(n) < 12 for n in numbers):
            return Response("not found", 404)
        playlist, number = stream.playlist, int(numbers[0])
        if len(numbers) == 2 and number == playlist.current.number:
            await stream.wait_for(lambda: playlist.has(number, int(numbers[1])))
        segment = playlist.segment(number)
        if segment is None or (len(numbers) == 2 and int(numbers[1]) >= len(segment.parts)):
            return Response("not found", 404)
        data = segment.parts[int(numbers[1])].fragment.data if len(numbers) == 2 else segment.data
        return Response(data, media_type="video/mp4", headers={"Cache-Control": "max-age=60"})
