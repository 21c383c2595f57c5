"""WebRTC clients for the tests: aiortc's own peer connections, an implementation that shares only the handshake with
ours.

After a real SDP, ICE and DTLS exchange the data path is driven by hand: the publisher protects RTP packets that the
test writes, the player keeps every packet that it can decrypt.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Any

import pytest
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.rtp import RtcpPacket, RtpPacket


def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice never offers 127.0.0.1 by itself."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])


class Silent(MediaStreamTrack):
    """A track that never yields a frame: nothing is encoded."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def recv(self) -> Any:
        await asyncio.get_running_loop().create_future()


async def until(condition: Callable[[], Any], timeout: float = 10.0) -> None:
    """Let the loop run until `condition` holds."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.005)


class Client:
    """What both ends share."""

    def __init__(self) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.rtcp: list[Any] = []

    async def offer(self) -> str:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def take(self, answer: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))

    async def answer_to(self, offer: str) -> str:
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return self.pc.localDescription.sdp

    async def connected(self) -> None:
        await until(lambda: self.pc.connectionState == "connected")

    @property
    def dtls(self) -> Any:
        transceiver = self.pc.getTransceivers()[0]
        return transceiver.sender.transport

    async def send_rtcp(self, data: bytes) -> None:
        await self.dtls._send_rtp(data)

    async def close(self) -> None:
        await self.pc.close()


class Publisher(Client):
    """Sends VP8-shaped video and Opus-shaped audio."""

    def __init__(self) -> None:
        super().__init__()
        self.pc.addTrack(Silent("audio"))
        self.pc.addTrack(Silent("video"))
        for transceiver in self.pc.getTransceivers():
            transceiver.direction = "sendonly"
            if transceiver.kind == "video":
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences([c for c in codecs if c.mimeType in ("video/VP8", "video/rtx")])

    async def connected(self) -> None:
        await super().connected()
        self.facts = {
            t.kind: (t.sender._ssrc, t._codecs[0].payloadType or 0, (t.mid or "").encode())
            for t in self.pc.getTransceivers()
        }
        for transceiver in self.pc.getTransceivers():
            transceiver.sender._handle_rtcp_packet = self._on_rtcp

    async def _on_rtcp(self, packet: Any) -> None:
        self.rtcp.append(packet)

    async def send(self, kind: str, seq: int, ts: int, payload: bytes, marker: int = 0, level: int = 30) -> None:
        """One packet; `level` is the audio-level byte."""
        ssrc, payload_type, mid = self.facts[kind]
        ext = bytes([0x10 | (len(mid) - 1)]) + mid
        ext += bytes([0x20, level]) if kind == "audio" else b"\x32\x00\x00\x00"
        ext += bytes(-len(ext) % 4)
        head = struct.pack("!BBHLLHH", 0x90, (marker << 7) | payload_type, seq, ts, ssrc, 0xBEDE, len(ext) // 4)
        await self.dtls._send_rtp(head + ext + payload)


def vp8(picture: int, key: bool, tail: bytes) -> bytes:
    """A one-packet VP8 frame with a 15-bit picture id; a keyframe is 320 by 180."""
    frame = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xb4\x00" if key else b"\x11\x02\x00"
    return bytes([0x90, 0x80, 0x80 | ((picture >> 8) & 0x7F), picture & 0xFF]) + frame + tail


class Player(Client):
    """Receives and keeps decrypted packets by kind."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[RtpPacket] = []
        self.failed = 0
        self.blocked: Callable[[RtpPacket], bool] = lambda packet: False

    async def offer(self) -> str:
        if not self.pc.getTransceivers():
            self.pc.addTransceiver("audio", direction="recvonly")
            self.pc.addTransceiver("video", direction="recvonly")
        return await super().offer()

    async def connected(self) -> None:
        await super().connected()
        dtls = self.dtls

        async def keep(data: bytes, arrival_time_ms: int) -> None:
            packet = RtpPacket.parse(data, dtls._rtp_header_extensions_map)
            if not self.blocked(packet):
                self.packets.append(packet)

        async def keep_rtcp(data: bytes) -> None:
            self.rtcp += RtcpPacket.parse(data)

        dtls._handle_rtp_data = keep
        dtls._handle_rtcp_data = keep_rtcp

    def got(self, ssrc: int | None = None) -> list[RtpPacket]:
        return [p for p in self.packets if ssrc is None or p.ssrc == ssrc]
