"""A node that takes a room over lets nobody in before the room's owner has said what holds there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from media import untold
from media.errors import NotReady
from media.node import NodeConfig
from media.policy import Policy
from media.service import MediaService
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import StageSet, outlet
from realtime.frames.client import Signal
from realtime.frames.state import Stage
from realtime.grants import Grant
from realtime.registry.registry import Node
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from tests.media.clients import until
from tests.media.sdp_samples import OFFER
from tests.media.test_signalling import ROOM, Hall


class Asked(Hall):
    """A gateway whose node has a room owner to ask: `asked` are the rooms, the answer comes by `decide`."""

    def __init__(self, bus: MemoryBus, service: MediaService, rooms: list[str]) -> None:
        super().__init__(bus, service)
        self.asked_about = rooms

    def request(self, conn: str, kind: str, **body: Any) -> "asyncio.Task[Any]":
        return asyncio.create_task(self.ask(conn, kind, **body))


@contextlib.asynccontextmanager
async def hall() -> AsyncIterator[Asked]:
    bus, registry, rooms = MemoryBus(), MemoryRegistry(SystemClock()), list[str]()

    async def ask(room: str) -> None:
        rooms.append(room)

    async with MediaService("m1", bus, registry, NodeConfig(hosts=["127.0.0.1"]), ask_owner=ask) as service:
        place = Asked(bus, service, rooms)
        await bus.subscribe(outlet("g1"), place.take)
        yield place


async def test_requests_wait_for_the_owner_and_then_follow_what_it_says() -> None:
    async with hall() as place:
        removed, student = place.request("sam#1", "join"), place.request("ana#1", "join")
        publish = place.request("ana#1", "publish", sdp=OFFER)
        await until(lambda: place.asked_about)
        assert not place.inbox, "nobody is answered from a grant alone"
        assert place.service.sfu.rooms == {}
        place.decide(0, Stage(sources=["microphone"]), removed=["sam"])
        assert (await removed)["code"] == "forbidden"
        assert (await student)["may"] == ["microphone"]
        assert (await publish)["code"] == "forbidden", "the camera of the offer is not allowed"
        assert (await place.ask("ana#2", "join"))["publications"] == []


async def test_an_owner_that_stays_silent_is_asked_again_and_then_it_is_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(untold, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(untold, "PATIENCE_SECONDS", 0.1)
    async with hall() as place:
        assert (await place.ask("ana#1", "join"))["code"] == "not_ready"
        assert len(place.asked_about) > 1
        again = place.request("ana#1", "join")
        place.decide(0, Stage())
        assert (await again)["publications"] == []


async def test_who_is_gone_meanwhile_is_not_let_in_afterwards() -> None:
    async with hall() as place:
        for conn in ("ana#1", "sam#1"):
            place.tell(conn, _join(1))
        place.tell("ana#1", None)
        await until(lambda: place.asked_about)
        place.decide(0, Stage())
        await until(lambda: place.inbox)
        assert list(place.inbox) == ["sam#1"]


async def test_what_waits_is_bounded() -> None:
    async with hall() as place:
        for n in range(untold.MOST_OF_ONE + 1):
            place.tell("ana#1", _join(n + 1))
        await until(lambda: place.inbox)
        ((n, kind, body),) = place.inbox["ana#1"]
        assert (n, kind, body["code"]) == (untold.MOST_OF_ONE + 1, "error", "limit_reached")


async def test_whip_and_whep_can_wait_for_it_too() -> None:
    async with hall() as place:
        waiting = asyncio.create_task(place.service.told(ROOM))
        await until(lambda: place.asked_about)
        assert not waiting.done()
        place.decide(0, Stage())
        await waiting
        await place.service.told(ROOM)


async def test_a_node_that_ends_leaves_nobody_waiting() -> None:
    async with hall() as place:
        waiting = asyncio.create_task(place.service.told(ROOM))
        await until(lambda: place.asked_about)
    await waiting


async def test_a_room_that_became_another_nodes_is_asked_about_anew() -> None:
    async with hall() as place:
        place.decide(0, Stage())
        await place.ask("ana#1", "join")
        registry, policy = place.service._registry, place.service.sfu.policy
        for number in range(8):  # one of them has the better hash
            await registry.announce(Node(f"other-{number}", "media"))
        await place.service._look_around()
        assert not policy.knows(ROOM)


def test_nothing_is_allowed_before_the_owner_has_spoken() -> None:
    policy = Policy()
    policy.waits = True
    grant = Grant("algebra", "tess", Role.TEACHER)
    with pytest.raises(NotReady):
        policy.enter(ROOM, grant)
    policy.take(StageSet(ROOM, 1, 0, Stage()))
    who = policy.enter(ROOM, grant)
    assert "screen" in policy.may_send(ROOM, who)
    policy.forget(ROOM)
    assert not policy.may_send(ROOM, who)
    assert not policy.admits(ROOM, who)


def _join(n: int) -> Signal:
    return Signal(n, "join", msgspec.Raw(msgspec.msgpack.encode({})))
