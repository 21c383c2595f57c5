# pyright: standard
"""The handshake of one peer: aiortc's DTLS transport, unmodified, over datagrams that the node hands in."""

import asyncio
from collections import deque
from collections.abc import Callable

from aiortc.rtcdtlstransport import RTCDtlsTransport

from media.aiortc_seams import NodeCertificate, SrtpKeys, dtls_parameters, forget, new_dtls, srtp_keys
from media.limits import MediaLimits

Send = Callable[[bytes], None]


class HandshakeFailed(Exception):
    """DTLS did not complete: wrong fingerprint, no common profile, or the peer went away."""


def _nowhere(_: bytes) -> None:
    pass


class DtlsLink:
    """The transport below `RTCDtlsTransport`: `feed` puts a datagram in, `send` takes them out. Bounded: a peer that
    floods its own handshake loses datagrams, not our memory."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Send, most: int) -> None:
        self._send_datagram = send
        self._waiting: deque[bytes] = deque()
        self._most = most
        self._ready: asyncio.Future[None] | None = None
        self._closed = False
        self.dropped = 0

    def feed(self, data: bytes) -> None:
        if len(self._waiting) >= self._most:
            self.dropped += 1
            return
        self._waiting.append(data)
        self._wake()

    def close(self) -> None:
        self._closed = True
        self._send_datagram = _nowhere
        self._wake()

    def _wake(self) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)

    async def _recv(self) -> bytes:
        while not self._waiting:
            if self._closed:
                raise ConnectionError("the peer is gone")
            self._ready = asyncio.get_running_loop().create_future()
            await self._ready
        return self._waiting.popleft()

    async def _send(self, data: bytes) -> None:
        if self._closed:
            raise ConnectionError("the peer is gone")
        self._send_datagram(data)


class Handshake:
    """One DTLS association, passive unless `role` says otherwise. `run` ends when SRTP keys exist; `on_closed` tells of
    the other side's goodbye."""

    def __init__(self, send: Send, certificate: NodeCertificate, limits: MediaLimits, role: str = "server") -> None:
        self.link = DtlsLink(send, limits.dtls_queue)
        self.dtls: RTCDtlsTransport = new_dtls(self.link, certificate, role)
        self._timeout = limits.handshake_seconds
        self.on_closed: Callable[[], None] | None = None

    async def run(self, fingerprints: list[tuple[str, str]]) -> SrtpKeys:
        """Wait for the client's hello and finish. Raises `HandshakeFailed`."""
        try:
            async with asyncio.timeout(self._timeout):
                await self.dtls.start(dtls_parameters(fingerprints))
        except TimeoutError as problem:
            raise HandshakeFailed("the DTLS handshake took too long") from problem
        if self.dtls.state != "connected":
            raise HandshakeFailed("the DTLS handshake failed")
        self.dtls.on("statechange", self._changed)
        return srtp_keys(self.dtls)

    def _changed(self) -> None:
        if self.dtls.state in ("closed", "failed") and self.on_closed is not None:
            told, self.on_closed = self.on_closed, None
            told()

    async def stop(self) -> None:
        """Say goodbye (close_notify) and let the link go. The keys are of no use any more."""
        self.on_closed = None
        under_way = self.dtls.state == "connecting"
        await self.dtls.stop()
        self.link.close()
        if not under_way:
            self.dtls.remove_all_listeners()
            forget(self.dtls)


async def rehearse(certificate: NodeCertificate, limits: MediaLimits) -> None:
    """Shake hands with oneself. The first handshake of a process reads in 1.5 MB of libraries and takes twice as long:
    done at the start, the first person of a class is served like the second."""
    server = Handshake(lambda data: client.link.feed(data), certificate, limits)
    client = Handshake(lambda data: server.link.feed(data), certificate, limits, "client")
    own = [("sha-256", certificate.sha256())]
    await asyncio.gather(server.run(own), client.run(own))
    await client.stop()
    await server.stop()
