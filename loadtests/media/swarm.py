# pyright: standard
"""Publishers and players without codecs: real SDP, ICE and DTLS by aiortc, then raw packets, counted and not decoded.

A publisher sends VP8-shaped video and Opus-shaped audio; a player counts what arrives by SSRC from the clear RTP
header and keeps nothing.
"""

import asyncio
import struct
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

SDP = {"Content-Type": "application/sdp"}
CONNECT_SECONDS = 60.0
PATIENT_SECONDS, PATIENT_CHECKS = 3.0, 60
VIDEO_BYTES = 900
AUDIO_BYTES = 120


def offer_only(address: str) -> None:
    """Have aioice offer one address (by itself it never offers 127.0.0.1), and not give up a connection because this
    process is too busy to read an answer within half a second."""
    from aioice import ice, stun

    stun.RETRY_RTO, ice.CONSENT_FAILURES = PATIENT_SECONDS, PATIENT_CHECKS
    ice.get_host_addresses = lambda use_ipv4, use_ipv6: [address]


class Silent(MediaStreamTrack):
    """A track that never yields a frame."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def recv(self) -> Any:
        await asyncio.get_running_loop().create_future()


class Peer:
    """One WHIP or WHEP session. `leave` ends it by its URL, `vanish` by saying nothing to the server's HTTP."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.location = ""

    async def _connect(self, path: str) -> None:
        try:
            await self._negotiate(path)
        except BaseException:
            await self.pc.close()
            raise

    async def _negotiate(self, path: str) -> None:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        answer = await self._http.post(path, content=self.pc.localDescription.sdp, headers=SDP)
        answer.raise_for_status()
        self.location = answer.headers["location"]
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=answer.text, type="answer"))
        async with asyncio.timeout(CONNECT_SECONDS):
            while self.pc.connectionState != "connected":
                await asyncio.sleep(0.01)

    @property
    def dtls(self) -> Any:
        return self.pc.getTransceivers()[0].sender.transport

    async def leave(self) -> None:
        await self._http.delete(self.location)
        await self.pc.close()

    async def vanish(self) -> None:
        await self.pc.close()


class Publisher(Peer):
    """Sends when told to."""

    video_codec = "video/VP8"

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__(http)
        self.ident = ""
        self._video = self._audio = self._frame = 0

    async def publish(self, room: str) -> None:
        for kind in ("audio", "video"):
            self.pc.addTrack(Silent(kind))
        for transceiver in self.pc.getTransceivers():
            transceiver.direction = "sendonly"
            if transceiver.kind == "video":
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences([c for c in codecs if c.mimeType in (self.video_codec, "video/rtx")])
        await self._connect(f"/whip/{room}")
        self.ident = self.location.rsplit("/", 1)[1]
        self._facts = {
            t.kind: (t.sender._ssrc, t._codecs[0].payloadType or 0, (t.mid or "").encode())
            for t in self.pc.getTransceivers()
        }

    async def send(self, video_packets: int) -> None:
        """One frame of video and one packet of audio: 20 ms. Every hundredth frame is a keyframe."""
        self._frame += 1
        picture = struct.pack("!BBH", 0x90, 0x80, 0x8000 | (self._frame & 0x7FFF))
        head = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xb4\x00" if self._frame % 100 == 1 else b"\x11\x02\x00"
        for number in range(video_packets):
            start = picture + head if number == 0 else b"\x80" + picture[1:]
            marker = int(number == video_packets - 1)
            await self._send("video", self._video, self._frame * 1800, start.ljust(VIDEO_BYTES, b"x"), marker)
            self._video += 1
        await self._send("audio", self._audio, self._audio * 960, bytes(AUDIO_BYTES), 0)
        self._audio += 1

    async def _send(self, kind: str, seq: int, timestamp: int, payload: bytes, marker: int) -> None:
        ssrc, payload_type, mid = self._facts[kind]
        ext = bytes([0x10 | (len(mid) - 1)]) + mid
        ext += bytes([0x20, 30]) if kind == "audio" else b""
        ext += bytes(-len(ext) % 4)
        second = (marker << 7) | payload_type
        clock = timestamp & 0xFFFFFFFF
        fixed = struct.pack("!BBHLLHH", 0x90, second, seq & 0xFFFF, clock, ssrc, 0xBEDE, len(ext) // 4)
        await self.dtls._send_rtp(fixed + ext + payload)


def count_packets(protocol: Any, packet: Callable[[bytes], object]) -> None:
    """Media that reaches one of aioice's sockets goes to `packet` and no further; the rest goes its way."""
    passed_on = protocol.datagram_received

    def received(data: bytes, address: Any) -> None:
        if not (len(data) > 12 and data[0] & 0xC0 == 0x80):
            passed_on(data, address)
        elif not 192 <= data[1] <= 223:
            packet(data)

    protocol.datagram_received = received


class Player(Peer):
    """Plays one publication: counts packets and holes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__(http)
        self.packets = 0
        self.holes = 0
        self._next: dict[bytes, int] = {}

    async def play(self, room: str, publication: str) -> None:
        for kind in ("audio", "video"):
            self.pc.addTransceiver(kind, direction="recvonly")
        await self._connect(f"/whep/{room}/{publication}")
        for protocol in self.dtls.transport._connection._protocols:
            count_packets(protocol, self._packet)

    def _packet(self, data: bytes) -> None:
        self.packets += 1
        ssrc, seq = data[8:12], data[2] << 8 | data[3]
        ahead = (seq - self._next.get(ssrc, seq)) & 0xFFFF
        if ahead < 0x8000:
            self.holes += ahead
            self._next[ssrc] = (seq + 1) & 0xFFFF


class Everybody:
    """The peers of a run, closed at its end."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60.0)
        self.publishers: list[Publisher] = []
        self.players: dict[Player, Publisher] = {}

    async def __aenter__(self) -> "Everybody":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for peer in [*self.players, *self.publishers]:
            await peer.vanish()
        await self._http.aclose()

    async def publisher(self, room: str) -> Publisher:
        peer = Publisher(self._http)
        await peer.publish(room)
        self.publishers.append(peer)
        return peer

    async def player(self, room: str, publisher: Publisher) -> Player:
        peer = Player(self._http)
        await peer.play(room, publisher.ident)
        self.players[peer] = publisher
        return peer

    async def get(self, path: str) -> Any:
        return (await self._http.get(path)).json()
