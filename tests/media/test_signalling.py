"""Requests and news of media signalling, through a service on the bus, with an aiortc browser where media flows."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import requests
from media.node import NodeConfig
from media.service import MediaService
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import FromMedia, Message, StageSet, ToMedia, media_inbox, outlet
from realtime.frames.client import Signal
from realtime.frames.state import Stage
from realtime.grants import Grant
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from tests.media.clients import Player, Publisher, until, vp8
from tests.media.sdp_samples import OFFER

ROOM = "default/algebra"


class Hall:
    """A gateway's side: sends requests of connections, keeps what comes back for each."""

    def __init__(self, bus: MemoryBus, service: MediaService) -> None:
        self.bus = bus
        self.service = service
        self.inbox: dict[str, list[tuple[int, str, Any]]] = {}
        self.asked = 0

    def take(self, messages: list[Message]) -> None:
        for message in messages:
            assert isinstance(message, FromMedia)
            for conn in message.to or []:
                entry = (message.frame.n, message.frame.kind, msgspec.msgpack.decode(message.frame.body))
                self.inbox.setdefault(conn, []).append(entry)

    def tell(self, conn: str, frame: Signal | None, role: Role = Role.STUDENT) -> None:
        grant = Grant("algebra", conn.partition("#")[0], role)
        self.bus.publish(media_inbox(self.service.id), ToMedia(ROOM, "g1", conn, grant, frame))

    async def ask(self, conn: str, kind: str, role: Role = Role.STUDENT, **body: object) -> Any:
        self.asked += 1
        n = self.asked
        self.tell(conn, Signal(n, kind, msgspec.Raw(msgspec.msgpack.encode(body))), role)

        def answers() -> list[Any]:
            return [(k, b) for m, k, b in self.inbox.get(conn, []) if m == n]

        await until(answers)
        answered, content = answers()[0]
        assert answered in (kind, "error")
        return content

    def decide(self, turn: int, stage: Stage, **more: Any) -> None:
        """What the room's owner says holds now."""
        self.bus.publish(media_inbox(self.service.id), StageSet(ROOM, 1, turn, stage, **more))

    def news(self, conn: str, kind: str) -> list[Any]:
        return [body for n, k, body in self.inbox.get(conn, []) if n == 0 and k == kind]


@contextlib.asynccontextmanager
async def hall() -> AsyncIterator[Hall]:
    bus, registry = MemoryBus(), MemoryRegistry(SystemClock())
    async with MediaService("m1", bus, registry, NodeConfig(hosts=["127.0.0.1"])) as service:
        assert [n.id for n in await registry.nodes("media")] == ["m1"]
        place = Hall(bus, service)
        await bus.subscribe(outlet("g1"), place.take)
        yield place
    assert await registry.nodes("media") == []


async def test_joining_tells_what_is_published_and_brings_news() -> None:
    async with hall() as place:
        joined = await place.ask("eve", "join")
        every = ["camera", "microphone", "screen", "screen-audio"]
        assert joined == {"publications": [], "speakers": [], "spotlight": "", "may": every, "ice_servers": []}
        made = await place.ask("ada", "publish", sdp=OFFER, sources={"1": "screen"})
        await until(lambda: place.news("eve", "published"))
        (news,) = place.news("eve", "published")
        assert news["publication"] == made["publication"]
        assert [t["source"] for t in news["tracks"]] == ["microphone", "screen"]
        late = await place.ask("bob", "join")
        assert [p["publication"] for p in late["publications"]] == [made["publication"]]
        place.tell("ada", None)
        await until(lambda: place.news("eve", "unpublished"))
        assert (await place.ask("bob", "join"))["publications"] == []


@pytest.mark.usefixtures("loopback")
async def test_media_flows_between_two_browsers() -> None:
    async with hall() as place:
        publisher, player = Publisher(), Player()
        try:
            made = await place.ask("ada", "publish", sdp=await publisher.offer())
            await publisher.take(made["sdp"])
            await publisher.connected()
            state = await place.ask("eve", "join")
            tracks = [{"track": t["id"]} for p in state["publications"] for t in p["tracks"]]
            offered = await place.ask("eve", "receive", tracks=tracks)
            assert (await place.ask("eve", "answer", sdp=await player.answer_to(offered["sdp"])))["sdp"] is None
            await player.connected()
            for i in range(100):
                await publisher.send("video", i, 3000 * i, vp8(i, i % 2 == 0, b"x"))
                await until(lambda n=i: place.service.sfu.node.counters.received > n)
                if player.packets:
                    break
            await until(lambda: player.packets)
            stats = await place.ask("eve", "stats")
            assert stats["receiver"]["connected"]
            assert {t["track"] for t in stats["receiver"]["tracks"]} == {t["track"] for t in tracks}
            await place.ask("ada", "unpublish", publication=made["publication"])
            await until(lambda: place.news("eve", "offer"))
            restart = await place.ask("eve", "restart")
            assert "a=ice-ufrag" in restart["sdp"]
        finally:
            await publisher.close()
            await player.close()


async def test_only_owner_and_staff_end_and_mute() -> None:
    async with hall() as place:
        made = await place.ask("ada", "publish", sdp=OFFER)
        track = (await place.ask("eve", "join"))["publications"][0]["tracks"][0]["id"]
        refused = await place.ask("eve", "unpublish", publication=made["publication"])
        assert refused["code"] == "forbidden"
        assert (await place.ask("eve", "mute", track=track, muted=True))["code"] == "forbidden"
        assert await place.ask("tom", "mute", Role.TEACHER, track=track, muted=True) == {}
        await until(lambda: place.news("eve", "muted"))
        assert place.news("eve", "muted") == [{"track": track, "muted": True, "by_staff": True}]
        refused = await place.ask("tom", "mute", Role.TEACHER, track=track, muted=False)
        assert refused["code"] == "forbidden"
        assert await place.ask("ada", "mute", track=track, muted=False) == {}
        assert await place.ask("tom", "unpublish", Role.TEACHER, publication=made["publication"]) == {}
        assert (await place.ask("eve", "join"))["publications"] == []


async def test_staff_mute_everybody_and_tracks_may_begin_muted() -> None:
    async with hall() as place:
        await place.ask("ada", "publish", sdp=OFFER, muted=["1"])
        await place.ask("tom", "publish", Role.TEACHER, sdp=OFFER)
        assert (await place.ask("eve", "mute-all", source="microphone"))["code"] == "forbidden"
        assert await place.ask("tom", "mute-all", Role.TEACHER, source="microphone") == {}
        state = await place.ask("eve", "join")
        muted = {(p["user"], t["source"]): t["muted"] for p in state["publications"] for t in p["tracks"]}
        assert muted == {
            ("ada", "microphone"): True,
            ("ada", "camera"): True,
            ("tom", "microphone"): False,
            ("tom", "camera"): False,
        }


async def test_what_the_room_does_not_allow_any_more_ends_and_its_owner_is_told() -> None:
    async with hall() as place:
        made = await place.ask("ada", "publish", sdp=OFFER)
        assert "publication" in made
        await place.ask("tom", "publish", Role.TEACHER, sdp=OFFER)
        place.decide(1, Stage(sources=["microphone"]))
        await until(lambda: place.news("ada", "ended"))
        assert place.news("ada", "ended")[0]["publication"] == made["publication"]
        assert place.news("ada", "allowed") == [{"may": ["microphone"]}]
        assert place.news("tom", "allowed") == []
        state = await place.ask("ada", "join")
        assert [p["user"] for p in state["publications"]] == ["tom"]
        assert (await place.ask("ada", "publish", sdp=OFFER))["code"] == "forbidden"
        place.decide(2, Stage(sources=["microphone"], people={"ada": ["microphone", "camera"]}))
        assert "sdp" in await place.ask("ada", "publish", sdp=OFFER)
        place.decide(3, Stage(people={"ada": []}))
        assert (await place.ask("ada", "publish", sdp=OFFER))["code"] == "forbidden"
        place.decide(2, Stage())
        assert (await place.ask("ada", "publish", sdp=OFFER))["code"] == "forbidden", "what is old changes nothing"
        place.decide(4, Stage(), roles={"eve": "observer", "olga": "assistant"}, removed=["joe"], revoked={"bob": 5.0})
        assert "sdp" in await place.ask("ada", "publish", sdp=OFFER)
        for gone in ("joe", "bob"):
            assert (await place.ask(gone, "join"))["code"] == "forbidden"
        assert (await place.ask("eve", "publish", sdp=OFFER))["code"] == "forbidden"
        assert await place.ask("olga", "mute-all", source="camera") == {}


async def test_who_waits_gets_no_media() -> None:
    async with hall() as place:
        await place.ask("tom", "publish", Role.TEACHER, sdp=OFFER)
        track = (await place.ask("eve", "join"))["publications"][0]["tracks"][0]["id"]
        await place.ask("eve", "receive", tracks=[{"track": track}])
        await place.ask("bob", "receive", tracks=[{"track": track}])
        place.decide(1, Stage(waiting_room=True), admitted=["bob"])
        for kind in ("join", "receive", "publish", "stats"):
            assert (await place.ask("eve", kind))["code"] == "forbidden"
        assert [r.who.user for r in place.service.sfu.receivers.values()] == ["bob"]
        place.decide(2, Stage(waiting_room=True), admitted=["bob", "eve"])
        assert len((await place.ask("eve", "join"))["publications"]) == 1


async def test_the_spotlight_follows_a_person() -> None:
    async with hall() as place:
        place.decide(1, Stage(spotlight="ada"))
        assert (await place.ask("eve", "join"))["spotlight"] == ""
        camera = (await place.ask("ada", "publish", sdp=OFFER))["publication"]
        await place.ask("tom", "publish", Role.TEACHER, sdp=OFFER)
        assert (await place.ask("eve", "join"))["spotlight"] == camera
        screen = (await place.ask("ada", "publish", sdp=OFFER, sources={"1": "screen"}))["publication"]
        await place.ask("ada", "publish", sdp=OFFER)
        assert (await place.ask("eve", "join"))["spotlight"] == screen
        await place.ask("ada", "unpublish", publication=screen)
        assert place.news("eve", "spotlight")[-1]["publication"] not in ("", screen)
        place.decide(2, Stage())
        await until(lambda: place.news("eve", "spotlight")[-1] == {"publication": ""})


async def test_observers_do_not_publish() -> None:
    async with hall() as place:
        refused = await place.ask("olga", "publish", Role.OBSERVER, sdp=OFFER)
        assert refused["code"] == "forbidden"


async def test_several_tabs_are_several_connections() -> None:
    async with hall() as place:
        first = await place.ask("ada#1", "publish", sdp=OFFER)
        second = await place.ask("ada#2", "publish", sdp=OFFER)
        place.tell("ada#1", None)
        await until(lambda: first["publication"] not in place.service.sfu.publications)
        assert second["publication"] in place.service.sfu.publications


async def test_a_dead_gateway_takes_its_connections_along() -> None:
    async with hall() as place:
        await place.ask("ada", "publish", sdp=OFFER)
        await place.bus.unsubscribe(outlet("g1"))
        place.tell("eve", Signal(1, "join"))
        await until(lambda: not place.service.sfu.publications)


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("dance", {}, "bad_request"),
        ("publish", {}, "bad_request"),
        ("publish", {"sdp": 7}, "bad_request"),
        ("publish", {"sdp": "nonsense"}, "bad_offer"),
        ("answer", {"sdp": OFFER}, "conflict"),
        ("unpublish", {"publication": "p-none"}, "no_such_publication"),
        ("mute", {"track": "t-none", "muted": True}, "no_such_publication"),
    ],
)
async def test_bad_requests_are_answered_in_words(kind: str, body: dict[str, object], code: str) -> None:
    async with hall() as place:
        refused = await place.ask("eve", kind, Role.STUDENT, **body)
        assert refused["code"] == code
        assert len(refused["message"]) > 10


@given(st.sampled_from([*requests.REQUESTS, "x"]), st.binary(max_size=60))
def test_any_body_is_a_request_or_refused(kind: str, body: bytes) -> None:
    with contextlib.suppress(requests.BadRequest):
        requests.decode(kind, body)
