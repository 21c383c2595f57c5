"""The whole path with real handshakes on loopback: aiortc clients publish to and play from an `Sfu`."""

import contextlib
import gc
import socket
import weakref
from collections.abc import AsyncIterator

import pytest
from aiortc.rtp import RtcpPsfbPacket, RtcpSrPacket

from media import rtcp
from media.errors import Forbidden, NoSuchPublication
from media.limits import MediaLimits
from media.model import Event, Published, Renegotiate, Speaking, Unpublished, Want, Who
from media.node import NodeConfig
from media.sfu import Sfu
from tests.media.clients import Player, Publisher, until, vp8

pytestmark = pytest.mark.usefixtures("loopback")
TEACHER = Who("teacher", "Ada", staff=True)
ROOM = "default/algebra"


class Stage:
    """An SFU with clients that are closed at the end."""

    def __init__(self, sfu: Sfu, news: list[Event]) -> None:
        self.sfu = sfu
        self.news = news
        self.clients: list[Publisher | Player] = []
        self.sockets: list[socket.socket] = []

    async def publisher(self, who: Who = TEACHER) -> tuple[Publisher, str]:
        client = Publisher()
        self.clients.append(client)
        ident, answer = self.sfu.publish(ROOM, await client.offer(), who)
        await client.take(answer)
        await client.connected()
        return client, ident

    async def player(self, publication: str, who: Who = TEACHER) -> tuple[Player, str]:
        client = Player()
        self.clients.append(client)
        ident, answer = self.sfu.play(ROOM, publication, await client.offer(), who)
        await client.take(answer)
        await client.connected()
        await until(lambda: self.sfu.receivers[ident].peer.connected)
        return client, ident

    def ssrc(self, receiver: str, kind: str) -> int:
        lines = self.sfu.receivers[receiver].lines
        return next(x.down.ssrc for x in lines if x.kind == kind and x.down is not None)


@contextlib.asynccontextmanager
async def stage(way: str = "auto", limits: MediaLimits | None = None) -> AsyncIterator[Stage]:
    news: list[Event] = []
    config = NodeConfig(hosts=["127.0.0.1"], way=way, limits=limits or MediaLimits())
    async with Sfu(config, news.append) as sfu:
        scene = Stage(sfu, news)
        try:
            yield scene
        finally:
            for client in scene.clients:
                await client.close()
            for sock in scene.sockets:
                sock.close()


@pytest.mark.parametrize("way", ["gso", "mmsg", "plain"])
async def test_packets_reach_every_player_with_their_payload_and_order(way: str) -> None:
    async with stage(way) as scene:
        publisher, publication = await scene.publisher()
        players = [await scene.player(publication) for _ in range(3)]
        for i in range(40):
            await publisher.send("audio", 100 + i, 960 * i, b"opus%03d" % i)
            await publisher.send("video", 60_000 + i, 3000 * i, vp8(i, i == 0, b"v" * (200 + i % 3) + b"%03d" % i))
        for player, ident in players:
            video, audio = scene.ssrc(ident, "video"), scene.ssrc(ident, "audio")
            await until(lambda p=player, a=audio, v=video: len(p.got(v)) == 40 and len(p.got(a)) == 40)
            assert [p.payload[-3:] for p in player.got(video)] == [b"%03d" % i for i in range(40)]
            assert [p.payload for p in player.got(audio)] == [b"opus%03d" % i for i in range(40)]
            for ssrc in (video, audio):
                seqs = [p.sequence_number for p in player.got(ssrc)]
                assert seqs == list(range(seqs[0], seqs[0] + 40))
            assert player.got(audio)[5].extensions.audio_level == (False, 30)
        assert scene.sfu.node.counters.forwarded == 240


async def test_a_late_player_begins_with_a_keyframe_that_was_asked_for() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        for i in range(5):
            await publisher.send("video", i, 3000 * i, vp8(i, i == 0, b"x"))
        player, ident = await scene.player(publication)
        await until(lambda: any(isinstance(p, RtcpPsfbPacket) and p.fmt == 1 for p in publisher.rtcp))
        for i in range(5, 15):
            await publisher.send("video", i, 3000 * i, vp8(i, i == 10, b"x"))
        ssrc = scene.ssrc(ident, "video")
        await until(lambda: len(player.got(ssrc)) == 5)
        assert player.got(ssrc)[0].payload == vp8(10, True, b"x")


async def test_a_lost_packet_is_sent_again_as_rtx_when_asked_for() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        ssrc = scene.ssrc(ident, "video")
        for i in range(10):
            await publisher.send("video", i, 3000 * i, vp8(i, i == 0, b"n%d" % i))
        await until(lambda: len(player.got(ssrc)) == 10)
        lost = player.got(ssrc)[4]
        await player.send_rtcp(rtcp.pack_nack(1, ssrc, [lost.sequence_number]))
        await until(lambda: len(player.packets) == 11)
        again = player.packets[-1]
        assert again.ssrc != ssrc
        assert again.payload == lost.sequence_number.to_bytes(2, "big") + lost.payload
        assert again.timestamp == lost.timestamp


async def test_repairs_take_no_more_than_their_share_of_what_a_receiver_can_take() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        ssrc, peer = scene.ssrc(ident, "video"), scene.sfu.receivers[ident].peer
        stats = peer.downs[ssrc].stats
        for i in range(10):
            await publisher.send("video", i, 3000 * i, vp8(i, i == 0, b"n%d" % i * 500))
        await until(lambda: len(player.got(ssrc)) == 10)
        lost = [p.sequence_number for p in player.got(ssrc)]

        async def repaired(bits: int) -> int:
            """Of 40 kilobytes asked for by somebody who can take ``bits`` a second."""
            await player.send_rtcp(rtcp.pack_remb(1, bits, [ssrc]))
            nacks, before = stats["nacks"], stats["retransmitted"]
            for _ in range(4):
                await player.send_rtcp(rtcp.pack_nack(1, ssrc, lost))
            await until(lambda: stats["nacks"] == nacks + 40)
            return stats["retransmitted"] - before

        assert await repaired(10_000_000) == 40
        assert await repaired(80_000) <= 5, "5 kilobytes a second"
        assert peer.downs[ssrc].missed.share(10, 10.0) == 1.0, "counted, whether repaired or not"


async def test_a_gap_from_the_publisher_is_asked_for() -> None:
    async with stage() as scene:
        publisher, _ = await scene.publisher()
        for seq in (1, 2, 4):
            await publisher.send("video", seq, 3000 * seq, vp8(seq, seq == 1, b"x"))
        await until(lambda: any(getattr(p, "lost", None) == [3] for p in publisher.rtcp))


async def test_players_are_told_the_clock() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)

        def told() -> bool:
            return any(isinstance(p, RtcpSrPacket) and p.ssrc == scene.ssrc(ident, "audio") for p in player.rtcp)

        for i in range(300):
            await publisher.send("audio", i, 960 * i, b"o")
            await until(lambda i=i: len(player.packets) > i)
            if told():
                break
        await until(told)


async def test_a_receiver_of_a_class_gets_offers_without_glare() -> None:
    async with stage() as scene:
        publisher, first = await scene.publisher()
        tracks = [t["id"] for t in scene.sfu.tracks(ROOM)[0]["tracks"]]  # type: ignore[index]
        player = Player()
        scene.clients.append(player)
        ident = scene.sfu.open_receiver(ROOM, Who("student", owner="c1"))
        offer = scene.sfu.want(ident, [Want(t) for t in tracks[:1]])
        assert offer is not None
        assert scene.sfu.want(ident, [Want(t) for t in tracks]) is None, "one offer at a time"
        second = scene.sfu.answer(ident, await player.answer_to(offer))
        assert second is not None
        assert second.count("\r\nm=") == 2
        assert scene.sfu.answer(ident, await player.answer_to(second)) is None
        await player.connected()
        for i in range(200):
            await publisher.send("audio", i, 960 * i, b"o")
            await publisher.send("video", i, 3000 * i, vp8(i, i % 5 == 0, b"x"))
            if {scene.ssrc(ident, "audio"), scene.ssrc(ident, "video")} <= {p.ssrc for p in player.packets}:
                break
            await until(lambda n=scene.sfu.node.counters.received: scene.sfu.node.counters.received > n)
        assert {p.ssrc for p in player.packets} >= {scene.ssrc(ident, "audio"), scene.ssrc(ident, "video")}
        scene.sfu.unpublish(first)
        await until(lambda: any(isinstance(e, Renegotiate) for e in scene.news))
        offer = next(e.sdp for e in scene.news if isinstance(e, Renegotiate))
        assert offer.count("a=inactive") == 2
        assert scene.sfu.answer(ident, await player.answer_to(offer)) is None


async def test_a_freed_line_is_used_again() -> None:
    async with stage() as scene:
        _, first = await scene.publisher()
        _, second = await scene.publisher()
        by_publication = {p["publication"]: [t["id"] for t in p["tracks"]] for p in scene.sfu.tracks(ROOM)}  # type: ignore[index,union-attr]
        player = Player()
        scene.clients.append(player)
        ident = scene.sfu.open_receiver(ROOM, Who("student"))
        offer = scene.sfu.want(ident, [Want(t) for t in by_publication[first]])
        assert offer is not None
        scene.sfu.answer(ident, await player.answer_to(offer))
        offer = scene.sfu.want(ident, [Want(t) for t in by_publication[second]])
        assert offer is not None
        assert offer.count("\r\nm=") == 2
        assert all(t in offer for t in by_publication[second])
        assert scene.sfu.answer(ident, await player.answer_to(offer)) is None


async def test_news_of_publishing_talking_and_leaving() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        published = scene.news[0]
        assert isinstance(published, Published)
        assert {t["source"] for t in published.tracks} == {"camera", "microphone"}
        audio = next(t["id"] for t in published.tracks if t["kind"] == "audio")
        for i in range(100):
            await publisher.send("audio", i, 960 * i, b"o", level=0x80 | 20)
            await until(lambda n=i: scene.sfu.node.counters.received > n)
            if any(isinstance(e, Speaking) for e in scene.news):
                break
        room = scene.sfu.rooms[ROOM]
        await until(lambda: room.speakers.order == [audio])
        await publisher.close()
        await until(lambda: not scene.sfu.publications)
        gone = scene.news[-1]
        assert isinstance(gone, Unpublished)
        assert gone.publication == publication
        assert scene.sfu.rooms == {}


async def test_a_muted_track_is_not_forwarded() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        player, ident = await scene.player(publication)
        audio, video = scene.ssrc(ident, "audio"), scene.ssrc(ident, "video")
        track = scene.sfu.receivers[ident].lines[0].down
        assert track is not None
        await publisher.send("audio", 0, 0, b"o0")
        await until(lambda: len(player.got(audio)) == 1)
        scene.sfu.mute(track.track.id, ROOM, muted=True, by_staff=True)
        for i in range(1, 5):
            await publisher.send("audio", i, 960 * i, b"o%d" % i)
        await publisher.send("video", 0, 0, vp8(0, True, b"x"))
        await until(lambda: len(player.got(video)) == 1)
        assert len(player.got(audio)) == 1
        scene.sfu.mute(track.track.id, ROOM, muted=False)
        await publisher.send("audio", 5, 4800, b"o5")
        await until(lambda: len(player.got(audio)) == 2)
        assert player.got(audio)[1].payload == b"o5"
        assert player.got(audio)[1].sequence_number == player.got(audio)[0].sequence_number + 1


async def test_who_may_not_publish_is_refused_and_leaves_nothing() -> None:
    async with stage() as scene:
        client = Publisher()
        scene.clients.append(client)
        with pytest.raises(Forbidden):
            scene.sfu.publish(ROOM, await client.offer(), Who("guest", may_publish=False))
        assert scene.sfu.rooms == {}
        assert scene.sfu.node.peers == {}


async def test_playing_nothing_is_refused_and_leaves_nothing() -> None:
    async with stage() as scene:
        client = Player()
        scene.clients.append(client)
        with pytest.raises(NoSuchPublication):
            scene.sfu.play(ROOM, "", await client.offer(), TEACHER)
        assert scene.sfu.rooms == {}
        assert scene.sfu.node.peers == {}


async def test_an_ice_restart_keeps_the_session() -> None:
    async with stage() as scene:
        publisher, publication = await scene.publisher()
        peer = scene.sfu.publications[publication].peer
        old, pwd = peer.ufrag, peer.pwd
        scene.sfu.restart_by_client(publication, "other")
        assert peer.ufrag != old
        assert peer.pwd != pwd
        assert scene.sfu.node.by_ufrag == {peer.ufrag: peer}
        await publisher.send("audio", 1, 960, b"o")
        stream = next(t for t in scene.sfu.publications[publication].tracks.values() if t.kind == "audio")
        await until(lambda: any(s.packets for s in stream.streams.values()))


async def test_who_left_does_not_wait_for_the_collector() -> None:
    async with stage() as scene:
        _, publication = await scene.publisher()
        _, receiver = await scene.player(publication)
        left = weakref.ref(scene.sfu.receivers[receiver].peer)
        gc.collect()
        gc.disable()
        try:
            scene.sfu.close(receiver)
            await until(lambda: left() is None)
        finally:
            gc.enable()


async def test_a_person_leaves_with_all_sessions() -> None:
    async with stage() as scene:
        who = Who("student", owner="c7")
        _, publication = await scene.publisher(who)
        await scene.player(publication, who)
        scene.sfu.leave("c7")
        assert not scene.sfu.publications
        assert not scene.sfu.receivers
        assert scene.sfu.rooms == {}
        assert scene.sfu.node.peers == {}
        assert scene.sfu.node.by_name == {}
