"""ICE-TCP: a whole session over one TCP connection, and what else may connect to that port."""

import asyncio
import struct

import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from media.node import NodeConfig
from media.sdp import read
from media.sfu import Sfu
from media.tcp import Listener
from tests.media.clients import Player, until, vp8
from tests.media.sdp_samples import FINGERPRINT, OFFER
from tests.media.test_sfu import ROOM, TEACHER
from tests.media.test_stun import check

pytestmark = pytest.mark.usefixtures("loopback")


class TcpLink:
    """A browser's end of ICE-TCP under aiortc's DTLS transport, as its client."""

    role = "controlling"
    state = "completed"

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def _send(self, data: bytes) -> None:
        self.writer.write(struct.pack("!H", len(data)) + data)

    async def _recv(self) -> bytes:
        try:
            size = struct.unpack("!H", await self.reader.readexactly(2))[0]
            return await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise ConnectionError from None

    async def stun(self, username: str, pwd: str) -> bytes:
        await self._send(check(username, pwd, nominate=True))
        return await self._recv()


async def connect(sfu: Sfu) -> TcpLink:
    return TcpLink(*await asyncio.open_connection("127.0.0.1", sfu.node.port))


async def test_a_session_over_tcp_reaches_a_player_over_udp() -> None:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"])) as sfu:
        certificate = RTCCertificate.generateCertificate()
        mine = next(f.value for f in certificate.getFingerprints() if f.algorithm == "sha-256")
        publication, answer = sfu.publish(ROOM, OFFER.replace(FINGERPRINT, mine), TEACHER)
        assert "tcptype passive" in answer
        theirs = read(answer)
        link = await connect(sfu)
        response = await link.stun(f"{theirs.ufrag}:abcd", theirs.pwd)
        assert response[:2] == b"\x01\x01"
        dtls = RTCDtlsTransport(link, [certificate])  # type: ignore[arg-type]
        dtls._set_role("client")
        fingerprint = RTCDtlsFingerprint(*theirs.fingerprints[0])
        await dtls.start(RTCDtlsParameters([fingerprint], "server"))
        assert dtls.state == "connected"
        player = Player()
        ident, played = sfu.play(ROOM, publication, await player.offer(), TEACHER)
        await player.take(played)
        await player.connected()
        await until(lambda: sfu.receivers[ident].peer.connected)
        for i in range(3):
            head = struct.pack("!BBHLLHH", 0x90, 0x80 | 96, i, 3000 * i, 77, 0xBEDE, 2)
            mid_and_rid = bytes([0x40, ord("1"), 0xA0, ord("q")]).ljust(8, b"\0")
            await dtls._send_rtp(head + mid_and_rid + vp8(i, i == 0, b"tcp"))
        await until(lambda: len(player.packets) == 3)
        assert player.packets[-1].payload.endswith(b"tcp")
        sfu.close(publication)
        await until(lambda: dtls.state == "closed")
        await player.close()
        await dtls.stop()
        link.writer.close()


async def test_packets_to_a_player_over_tcp_are_framed() -> None:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"])) as sfu:
        _, answer = sfu.publish(ROOM, OFFER, TEACHER)
        theirs = read(answer)
        link = await connect(sfu)
        for _ in range(3):
            assert (await link.stun(f"{theirs.ufrag}:abcd", theirs.pwd))[:2] == b"\x01\x01"
        link.writer.close()


async def test_strangers_noise_and_giant_frames_end_the_connection_or_nothing() -> None:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"])) as sfu:
        listener = sfu.node.tcp
        assert isinstance(listener, Listener)
        noisy = await connect(sfu)
        noisy.writer.write(struct.pack("!H", 5) + b"\x80abcd" + struct.pack("!H", 0) + struct.pack("!H", 3) + b"\x16ab")
        await until(lambda: sfu.node.counters.received >= 3)
        assert len(listener.connections) == 1
        noisy.writer.write(struct.pack("!H", 40_000) + bytes(100))
        await until(lambda: not listener.connections)
        noisy.writer.close()


async def test_connections_are_bounded() -> None:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"])) as sfu:
        listener = sfu.node.tcp
        assert listener is not None
        listener.limits = sfu.node.limits.__class__(tcp_connections=2)
        links = [await connect(sfu) for _ in range(4)]
        ended = [asyncio.ensure_future(link.reader.read()) for link in links]
        await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
        await until(lambda: sum(e.done() for e in ended) == 2)
        assert len(listener.connections) == 2
        for link in links:
            link.writer.close()
    await asyncio.gather(*ended, return_exceptions=True)


async def test_a_slow_connection_loses_packets_and_keeps_nothing() -> None:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"])) as sfu:
        _, answer = sfu.publish(ROOM, OFFER, TEACHER)
        theirs = read(answer)
        link = await connect(sfu)
        await link.stun(f"{theirs.ufrag}:abcd", theirs.pwd)
        listener = sfu.node.tcp
        assert listener is not None
        (connection,) = listener.connections
        out = listener.outbox
        for _ in range(30_000):
            start = out.reserve(1000)
            out.add(connection.path, start, [(0, 1000, 1000)], start + 1000)
            out.flush()
        assert out.dropped > 0
        assert connection.transport is not None
        assert connection.transport.get_write_buffer_size() <= sfu.node.limits.tcp_queue_bytes
        link.writer.close()
