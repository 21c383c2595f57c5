"""Anything may arrive on the UDP port: the node answers only what holds, keeps nothing, and media goes on."""

import random
import socket

import pytest

from media.model import Who
from tests.media.clients import until, vp8
from tests.media.sdp_samples import OFFER
from tests.media.test_http import PLAY
from tests.media.test_sfu import ROOM, TEACHER, Stage, stage
from tests.media.test_stun import check

pytestmark = pytest.mark.usefixtures("loopback")


class Attacker:
    """A bare socket aimed at the node, in rounds small enough for any receive buffer."""

    def __init__(self, scene: Stage) -> None:
        self.node = scene.sfu.node
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        scene.sockets.append(self.sock)
        self.sock.setblocking(False)
        self.target = ("127.0.0.1", self.node.port)

    async def send(self, datagrams: list[bytes]) -> None:
        for at in range(0, len(datagrams), 100):
            round_of = datagrams[at : at + 100]
            before = self.node.counters.received
            for datagram in round_of:
                self.sock.sendto(datagram, self.target)
            await until(lambda n=before + len(round_of): self.node.counters.received >= n)

    def answers(self) -> int:
        count = 0
        while True:
            try:
                self.sock.recv(2048)
            except BlockingIOError:
                return count
            count += 1


def noise(rng: random.Random) -> bytes:
    """Random bytes that begin like STUN, DTLS, RTP, RTCP or nothing known."""
    first = rng.choice([0, 1, 3, 4, 19, 20, 22, 23, 63, 64, 127, 128, 0x90, 0xBF, 191, 192, 255])
    second = rng.choice([0, 1, 96, 111, 200, 201, 205, 206, rng.randrange(256)])
    return bytes([first, second]) + rng.randbytes(rng.choice([0, 1, 9, 10, 30, 200, 1400]))


async def test_noise_from_strangers_is_dropped_without_an_answer() -> None:
    async with stage() as scene:
        attacker, rng = Attacker(scene), random.Random(1)
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        await attacker.send([noise(rng) for _ in range(4_000)])
        assert attacker.answers() == 0
        assert len(scene.sfu.node.peers) == 2
        assert len(scene.sfu.node.by_name) == 2
        await publisher.send("video", 1, 0, vp8(1, True, b"still here"))
        await until(lambda: len(player.got(scene.ssrc(ident, "video"))) == 1)


async def test_noise_from_a_connected_peer_harms_only_its_own_packets() -> None:
    async with stage() as scene:
        rng = random.Random(2)
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        node = scene.sfu.node
        transport = publisher.dtls.transport
        for _ in range(20):
            before = node.counters.received
            for _ in range(50):
                data = noise(rng)
                if not 20 <= data[0] <= 63:  # a broken DTLS record may end the association, as it should
                    await transport._send(data)
            await until(lambda n=before: node.counters.received > n)
        await publisher.send("video", 1, 0, vp8(1, True, b"still here"))
        await until(lambda: len(player.got(scene.ssrc(ident, "video"))) == 1)
        ingress = scene.sfu.publications[publication].peer.ingress
        assert ingress is not None
        assert len(ingress.by_ssrc) <= 4
        assert ingress.failures > 0


async def test_replayed_and_damaged_packets_are_not_forwarded() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        connection = publisher.dtls.transport
        wire: list[bytes] = []
        original = connection._send

        async def spy(data: bytes) -> None:
            wire.append(data)
            await original(data)

        connection._send = spy
        for i in range(20):
            await publisher.send("video", i, 3000 * i, vp8(i, i == 0, b"x"))
        ssrc = scene.ssrc(ident, "video")
        await until(lambda: len(player.got(ssrc)) == 20)
        node, before = scene.sfu.node, scene.sfu.node.counters.received
        for data in wire[:20]:
            await original(data)
            await original(data[:-1])
            await original(data[:30])
            await original(bytes([data[0], data[1] ^ 0x80]) + data[2:])
        await until(lambda: node.counters.received >= before + 80)
        await publisher.send("video", 20, 60_000, vp8(20, False, b"x"))
        await until(lambda: len(player.got(ssrc)) == 21)
        assert [p.sequence_number for p in player.got(ssrc)] == list(range(21))


async def test_packets_with_a_spoofed_source_reach_nobody() -> None:
    """A recorded packet of a peer, sent from another address."""
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        attacker = Attacker(scene)
        connection = publisher.dtls.transport
        wire: list[bytes] = []

        async def steal(data: bytes) -> None:
            wire.append(data)

        original, connection._send = connection._send, steal
        await publisher.send("video", 1, 0, vp8(1, True, b"stolen"))
        connection._send = original
        strays = scene.sfu.node.counters.strays
        await attacker.send(wire)
        assert scene.sfu.node.counters.strays == strays + 1
        await publisher.send("video", 2, 3000, vp8(2, True, b"mine"))
        await until(lambda: player.got(scene.ssrc(ident, "video")))
        assert [p.payload for p in player.packets] == [vp8(2, True, b"mine")]


async def test_a_stun_flood_is_answered_within_its_budget_and_moves_no_path() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        peer = scene.sfu.publications[publication].peer
        path, attacker = peer.path, Attacker(scene)
        await attacker.send([check(f"nobody{i}:x", "guess", True) for i in range(1_000)])
        await attacker.send([check(peer.username(), "guess", True) for _ in range(1_000)])
        assert attacker.answers() == 0
        assert peer.path is path
        assert scene.sfu.node.counters.stun_refused >= 2_000
        assert len(peer.paths) == 1
        await publisher.send("video", 1, 0, vp8(1, True, b"x"))
        await until(lambda: len(player.got(scene.ssrc(ident, "video"))) == 1)


async def test_valid_checks_are_limited_too() -> None:
    async with stage() as scene:
        ident, _ = scene.sfu.publish(ROOM, OFFER, TEACHER)
        peer = scene.sfu.publications[ident].peer
        attacker = Attacker(scene)
        await attacker.send([check(peer.username(), peer.pwd) for _ in range(400)])
        limit = scene.sfu.node.limits.stun_per_second
        assert 0 < attacker.answers() <= 2 * limit + 100


async def test_a_handshake_flood_keeps_a_bounded_queue() -> None:
    async with stage() as scene:
        ident, _ = scene.sfu.publish(ROOM, OFFER, TEACHER)
        peer = scene.sfu.publications[ident].peer
        attacker = Attacker(scene)
        await attacker.send([check(peer.username(), peer.pwd, True)])
        rng = random.Random(3)
        await attacker.send([bytes([22, 254, 253]) + rng.randbytes(600) for _ in range(500)])
        assert len(peer.handshake.link._waiting) <= scene.sfu.node.limits.dtls_queue


async def test_sessions_nobody_connects_to_are_ended_by_time() -> None:
    async with stage() as scene:
        clock = scene.sfu.node.clock
        for _ in range(5):
            scene.sfu.publish(ROOM, OFFER, Who("ada"))
        scene.sfu.play(ROOM, "", PLAY, Who("eve"))
        assert len(scene.sfu.node.peers) == 6
        late = clock() + scene.sfu.node.limits.consent_seconds + 1
        for _ in range(50):
            scene.sfu.node.tick(late)
        assert scene.sfu.node.peers == {}
        assert scene.sfu.rooms == {}
        assert scene.sfu.node.counters.expired == 6
