"""One room on two nodes: the home pipes it, the other serves receivers as if it were its own."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from media import pipe
from media.node import NodeConfig
from media.service import MediaService
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import Relay, outlet
from realtime.registry.registry_memory import MemoryRegistry
from tests.media.clients import Player, Publisher, until, vp8
from tests.media.test_signalling import ROOM, Hall

pytestmark = pytest.mark.usefixtures("loopback")
SECRET = "a secret of the tests"


@contextlib.asynccontextmanager
async def two_nodes() -> AsyncIterator[tuple[Hall, MediaService, MediaService]]:
    """A home that takes one receiver a room and sends the rest to the other node."""
    bus, registry = MemoryBus(), MemoryRegistry(SystemClock())
    config = NodeConfig(hosts=["127.0.0.1"])
    async with (
        MediaService("m1", bus, registry, config, secret=SECRET, spread_above=1) as home,
        MediaService("m2", bus, registry, config, secret=SECRET) as other,
    ):
        await home._look_around()
        place = Hall(bus, home)
        await bus.subscribe(outlet("g1"), place.take)
        yield place, home, other


async def watch(place: Hall, conn: str) -> Player:
    player = Player()
    state = await place.ask(conn, "join")
    tracks = [{"track": t["id"]} for p in state["publications"] for t in p["tracks"]]
    await receive(place, conn, player, tracks)
    await player.connected()
    return player


async def receive(place: Hall, conn: str, player: Player, tracks: list[dict[str, str]]) -> None:
    """Ask for tracks; the offer comes with the answer, or as news once another node has the room."""
    before = len(place.news(conn, "offer"))
    sdp = (await place.ask(conn, "receive", tracks=tracks))["sdp"]
    if sdp is None:
        await until(lambda: len(place.news(conn, "offer")) > before)
        sdp = place.news(conn, "offer")[-1]["sdp"]
    while sdp is not None:
        sdp = (await place.ask(conn, "answer", sdp=await player.answer_to(sdp)))["sdp"]


async def publish(place: Hall, conn: str) -> tuple[Publisher, str]:
    publisher = Publisher()
    made = await place.ask(conn, "publish", sdp=await publisher.offer())
    await publisher.take(made["sdp"])
    await publisher.connected()
    return publisher, made["publication"]


async def send(publisher: Publisher, home: MediaService, players: list[Player], count: int, start: int = 0) -> None:
    """Frames, every fifth a keyframe, until each player has `count` more packets."""
    goal = [len(p.packets) + count for p in players]
    for i in range(start, start + 400):
        before = home.sfu.node.counters.received
        await publisher.send("video", i, 3000 * i, vp8(i & 0x7FFF, i % 5 == 0, b"%d" % i))
        await until(lambda n=before: home.sfu.node.counters.received > n)
        if all(len(p.packets) >= g for p, g in zip(players, goal, strict=True)):
            return
    await until(lambda: all(len(p.packets) >= g for p, g in zip(players, goal, strict=True)))


async def test_a_room_spreads_over_a_second_node_and_back() -> None:
    async with two_nodes() as (place, home, other):
        publisher, publication = await publish(place, "ada")
        near, far = await watch(place, "eve"), await watch(place, "bob")
        try:
            assert len(home.sfu.receivers) == 1
            assert len(other.sfu.receivers) == 1
            await send(publisher, home, [near, far], 10)
            video = [p for p in far.packets if p.payload[:1] == b"\x90"]
            assert [p.sequence_number for p in video] == list(
                range(video[0].sequence_number, video[0].sequence_number + len(video))
            )
            assert video[0].payload[4] == 0x10, "a receiver elsewhere begins with a keyframe too"
            assert other.sfu.publications[publication].home == "m1"
            stats = await place.ask("bob", "stats")
            assert stats["receiver"]["connected"]
            await publisher.close()
            await until(lambda: not other.sfu.publications)
            await until(lambda: place.news("bob", "unpublished"))
            assert len(place.news("bob", "unpublished")) == 1
            await until(lambda: place.news("bob", "offer"))
        finally:
            await near.close()
            await far.close()
            await publisher.close()


async def test_what_is_published_later_reaches_those_elsewhere() -> None:
    async with two_nodes() as (place, home, other):
        first, _ = await publish(place, "ada")
        near, far = await watch(place, "eve"), await watch(place, "bob")
        second, ident = await publish(place, "cyd")
        try:
            await until(lambda: ident in other.sfu.publications)
            tracks = [{"track": t} for t in other.sfu.publications[ident].tracks]
            await receive(place, "bob", far, tracks)
            await send(second, home, [far], 5)
        finally:
            for client in (near, far, first, second):
                await client.close()


async def test_a_dead_home_ends_its_room_elsewhere_and_a_dead_helper_is_replaced() -> None:
    async with two_nodes() as (place, home, other):
        publisher, _ = await publish(place, "ada")
        near, far = await watch(place, "eve"), await watch(place, "bob")
        try:
            assert other.sfu.receivers
            other._node_gone("m1")
            assert not other.sfu.receivers
            assert not other.sfu.publications
            assert not other.sfu.node.peers
            await until(lambda: place.news("bob", "closed"))
            home._node_gone("m2")
            assert not home.cluster.spreads
            again: dict[str, Any] = await place.ask("bob", "receive", tracks=[])
            assert again["receiver"] == ""
        finally:
            for client in (near, far, publisher):
                await client.close()


async def test_relays_that_make_no_sense_change_nothing() -> None:
    async with two_nodes() as (_, home, other):
        for kind, body in (
            ("room", b"\xc0"),
            ("room", b"\x81"),
            ("leave", b"\x01"),
            ("here", b"\x80"),
            ("dance", b"\x80"),
        ):
            other.cluster.take(Relay(ROOM, "m9", kind, msgspec.Raw(body)))
        assert not other.cluster.helped
        assert not home.cluster.spreads


def test_each_direction_of_each_pair_has_its_own_key() -> None:
    keys = {pipe._key("s", a, b) for a, b in (("m1", "m2"), ("m2", "m1"), ("m1", "m3"), ("m", "1m2"))}
    keys |= {pipe._key("t", "m1", "m2")}
    assert len(keys) == 5
    assert {len(k) for k in keys} == {44}
