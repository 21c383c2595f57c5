# pyright: standard
"""People for hundreds at once: WHIP and WHEP by hand-written SDP, one connectivity check, a real DTLS handshake, then
SRTP by libsrtp. No ICE agent, no codecs, no timers of their own: whoever made them calls `keep_alive`.

A person binds an address of 127.0.0.0/8 of their own, all of them the same port. Once connected their socket may be
closed (`release`): what comes then goes to the one socket that is bound to the port on every address (`floor`), so that
a thousand receivers are read by one system call.
"""

import asyncio
import contextlib
import re
import secrets
import socket
import struct
from typing import Any

import httpx
from aioice import stun
from aiortc.rtcdtlstransport import RTCDtlsTransport

from media.aiortc_seams import NodeCertificate, dtls_parameters, new_certificate
from media.dtls import DtlsLink

SDP = {"Content-Type": "application/sdp"}
CONNECT_SECONDS = 20.0
CHECK_SECONDS = 0.5
OPUS, VP8, RTX = 111, 96, 97
MID, LEVEL, ABS = 4, 1, 2

_certificate: NodeCertificate | None = None


def certificate() -> NodeCertificate:
    """One for everybody: making a key pair a person would only cost this process."""
    global _certificate
    if _certificate is None:
        _certificate = new_certificate()
    return _certificate


def offer(ufrag: str, pwd: str, direction: str, ssrcs: tuple[int, int] | None) -> str:
    """Audio (Opus) and video (VP8 with RTX), as a browser words it."""
    transport = [
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=ice-ufrag:{ufrag}",
        f"a=ice-pwd:{pwd}",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {certificate().sha256()}",
        "a=setup:actpass",
        f"a={direction}",
        "a=rtcp-mux",
        f"a=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid",
        f"a=extmap:{LEVEL} urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ]
    audio = ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0", *transport, "a=rtpmap:111 opus/48000/2"]
    video = [
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
        "a=mid:1",
        *transport,
        f"a=extmap:{ABS} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "a=rtpmap:96 VP8/90000",
        *(f"a=rtcp-fb:96 {feedback}" for feedback in ("goog-remb", "ccm fir", "nack", "nack pli")),
        "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96",
    ]
    for lines, ssrc in zip((audio, video), ssrcs or (), strict=False):
        lines.append(f"a=ssrc:{ssrc} cname:thin")
    head = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
    return "\r\n".join([*head, *audio, *video]) + "\r\n"


class _Client(asyncio.DatagramProtocol):
    def __init__(self, person: "Person") -> None:
        self.person = person

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.person.received(data)


class Person:
    """One peer connection. After `connect`: the SRTP sessions `tx` and `rx`, the `ssrcs` that the node named."""

    def __init__(self, http: httpx.AsyncClient, address: tuple[str, int]) -> None:
        self.http = http
        self.address = address
        self.node: tuple[str, int] = ("", 0)
        self.location = ""
        self.ssrcs: list[int] = []
        self.tx: Any = None
        self.rx: Any = None
        self._ufrag, self._pwd = secrets.token_hex(4), secrets.token_hex(16)
        self._theirs = ("", "")
        self._checked = asyncio.Event()
        self._transport: asyncio.DatagramTransport | None = None
        self._link = DtlsLink(self._send, 64)
        self._dtls: RTCDtlsTransport | None = None

    async def connect(self, path: str, direction: str, ssrcs: tuple[int, int] | None = None) -> None:
        """Offer at `path`, check, shake hands. Raises `httpx.HTTPStatusError`, `TimeoutError` or `ConnectionError`."""
        answer = await self.http.post(path, content=offer(self._ufrag, self._pwd, direction, ssrcs), headers=SDP)
        answer.raise_for_status()
        self.location = answer.headers["location"]
        fingerprint = self._read(answer.text)
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Client(self), sock=own_socket(self.address, self.node)
        )
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._check()
            await self._shake(fingerprint)

    def _read(self, sdp: str) -> str:
        """Keep what the answer says; its fingerprint."""

        def found(pattern: str) -> tuple[str, ...]:
            match = re.search(pattern, sdp)
            if match is None:
                raise ConnectionError(f"the answer has no {pattern}")
            return match.groups()

        host, port = found(r"candidate:\d+ 1 udp \d+ (127\.\S+) (\d+)")
        self.node = host, int(port)
        self._theirs = found(r"ice-ufrag:(\S+)")[0], found(r"ice-pwd:(\S+)")[0]
        self.ssrcs = list(dict.fromkeys(int(s) for s in re.findall(r"a=ssrc:(\d+) cname", sdp)))
        return found(r"fingerprint:sha-256 (\S+)")[0]

    def check(self) -> bytes:
        """A connectivity check that nominates."""
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self._theirs[0]}:{self._ufrag}"
        message.attributes["PRIORITY"] = 1
        message.attributes["ICE-CONTROLLING"] = 1
        message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity(self._theirs[1].encode())
        message.add_fingerprint()
        return bytes(message)

    async def _check(self) -> None:
        while not self._checked.is_set():
            self._send(self.check())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await self._checked.wait()

    async def _shake(self, fingerprint: str) -> None:
        dtls = self._dtls = RTCDtlsTransport(self._link, [certificate()])  # type: ignore[arg-type]
        dtls._set_role("client")
        await dtls.start(dtls_parameters([("sha-256", fingerprint)]))
        if dtls.state != "connected":
            raise ConnectionError("the DTLS handshake failed")
        self.tx, self.rx = dtls._tx_srtp, dtls._rx_srtp

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(data)

    def received(self, data: bytes) -> None:
        """Of the handshake; media that comes meanwhile is let go."""
        if data[0] <= 3:
            self._checked.set()
        elif 20 <= data[0] <= 63:
            self._link.feed(data)

    def release(self) -> None:
        """Close the own socket: the floor takes over."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def end(self) -> None:
        """Let everything go, without a goodbye: the node is stopped next."""
        self._link.close()
        self.release()


def own_socket(address: tuple[str, int], node: tuple[str, int]) -> socket.socket:
    """Connected, so that the kernel prefers it to the floor."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setblocking(False)
    sock.bind(address)
    sock.connect(node)
    return sock


def send_from(sock: socket.socket, source: str, to: tuple[str, int], data: bytes) -> None:
    """One datagram of the floor, from one of its addresses (`IP_PKTINFO`). Dropped when the socket is full."""
    control = struct.pack("=i4s4s", 0, socket.inet_aton(source), b"\0\0\0\0")
    with contextlib.suppress(BlockingIOError):
        sock.sendmsg([data], [(socket.IPPROTO_IP, 8, control)], 0, to)
