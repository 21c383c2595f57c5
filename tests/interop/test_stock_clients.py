"""Real clients through every door of a real gateway."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from realtime.roles import Role
from rooms.log_memory import MemoryLog
from tests.interop.live_class import LiveClass, live_class
from tests.interop.native_peer import NativePeer
from tests.interop.node_peers import PATIENCE_SECONDS, NodePeers, node_peers

pytestmark = pytest.mark.interop


@pytest.fixture
async def live() -> AsyncIterator[LiveClass]:
    async with live_class() as running:
        yield running


@pytest.fixture
async def node() -> AsyncIterator[NodePeers]:
    async with node_peers() as peers:
        yield peers


async def open_peer(node: NodePeers, live: LiveClass, id: str, door: str, room: str = "algebra", **more: Any) -> None:
    token = more.pop("token", None) or live.token(user=id)
    await node.do("open", id=id, door=door, base=live.base, room=room, doc="notes", token=token, **more)


async def converged(node: NodePeers, ids: list[str], native: list[NativePeer]) -> None:
    """Wait until every copy of the document is the same, and nothing waits in any of them."""
    difference: Any = "never compared"
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while difference is not None:
                await asyncio.sleep(0.1)
                states = await node.states(ids)
                states |= {f"native{i}": b64encode(it.doc.get_update()).decode() for i, it in enumerate(native)}
                difference = await node.do("compare", updates=states)
    except TimeoutError:
        raise AssertionError(f"never the same:\n{difference}") from None


@pytest.mark.parametrize("seed", [1, 2])
async def test_door_1_all_doors_converge_through_disconnects_and_a_restart(
    live: LiveClass, node: NodePeers, seed: int
) -> None:
    random = Random(seed)
    stock = {"y1": "yjs", "y2": "yjs", "h1": "hocuspocus", "h2": "hocuspocus"}
    for id, door in stock.items():
        await open_peer(node, live, id, door)
    await open_peer(node, live, "h3", "hocuspocus", share="one socket")
    await open_peer(node, live, "h4", "hocuspocus", share="one socket")
    ids = [*stock, "h3", "h4"]
    native = [NativePeer(live.base, "algebra", "notes", live.token(user=f"n{i}")) for i in range(2)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(peer.run()) for peer in native]
        for id in ids:
            await node.until(id, synced=True)
        away: set[str] = set()
        for round in range(12):
            for id in random.sample(ids, 3):
                await node.do("edit", id=id, seed=random.randrange(1 << 30), count=random.randint(1, 12))
            await random.choice(native).edit(random, random.randint(1, 10))
            victim = random.choice([*stock, "n"])
            if victim == "n":
                await random.choice(native).cut()
            elif victim in away:
                away.discard(victim)
                await node.do("return", id=victim)
            else:
                away.add(victim)
                await node.do("leave", id=victim)
            if round == 6:
                await live.stop()
                await node.do("edit", id="y1", seed=round, count=5)
                await live.start()
        for id in away:
            await node.do("return", id=id)
        await converged(node, ids, native)
        for id in ("h1", "h2"):
            await node.until(id, unsaved=0)
        await open_peer(node, live, "late yjs", "yjs")
        await open_peer(node, live, "late hocuspocus", "hocuspocus")
        late = NativePeer(live.base, "algebra", "notes", live.token(user="late"))
        tasks.append(group.create_task(late.run()))
        await late.opened.wait()
        await node.until("late yjs", synced=True)
        await node.until("late hocuspocus", synced=True)
        await converged(node, [*ids, "late yjs", "late hocuspocus"], [*native, late])
        for task in tasks:
            task.cancel()


class GatedLog(MemoryLog):
    """Storage that answers when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.open_gate = asyncio.Event()
        self.open_gate.set()

    async def append(self, entries: Any) -> set[str]:
        await self.open_gate.wait()
        return await super().append(entries)


async def test_door_5_a_stock_provider_has_unsaved_changes_until_they_are_durable(node: NodePeers) -> None:
    log = GatedLog()
    async with live_class(log) as live:
        await open_peer(node, live, "writer", "hocuspocus")
        await open_peer(node, live, "reader", "yjs")
        await node.until("writer", synced=True, unsaved=0)
        await node.until("reader", synced=True)
        log.open_gate.clear()
        await node.do("text", id="writer", insert="not saved yet")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await node.do("text", id="reader") != "not saved yet":
                await asyncio.sleep(0.02)
        assert (await node.do("status", id="writer"))["unsaved"] == 1
        log.open_gate.set()
        await node.until("writer", unsaved=0)


async def test_grant_6_observers_change_nothing_and_are_told(live: LiveClass, node: NodePeers) -> None:
    await open_peer(node, live, "teacher", "yjs", token=live.token(user="kim", role=Role.TEACHER))
    await node.do("text", id="teacher", insert="read this")
    for door in ("yjs", "hocuspocus"):
        await open_peer(node, live, door, door, token=live.token(user=f"eve {door}", role=Role.OBSERVER))
        await node.until(door, synced=True)
        await node.do("text", id=door, insert=" SCRIBBLE")
    await node.until("yjs", told=1)
    await node.until("hocuspocus", scope="readonly", unsaved=1)
    await node.do("leave", id="yjs")  # hides it in the sync step 2 of a new connection
    await node.do("return", id="yjs")
    await node.until("yjs", told=2)
    await open_peer(node, live, "witness", "yjs")
    await node.until("witness", synced=True)
    assert await node.do("text", id="witness") == "read this"
    assert await node.do("text", id="teacher") == "read this"


async def test_an_observer_of_a_document_with_deletions_is_not_told_off(live: LiveClass, node: NodePeers) -> None:
    await open_peer(node, live, "teacher", "yjs", token=live.token(user="kim", role=Role.TEACHER))
    await node.until("teacher", synced=True)
    await node.do("edit", id="teacher", seed=5, count=60)
    await open_peer(node, live, "yjs", "yjs", token=live.token(user="eve", role=Role.OBSERVER))
    await open_peer(node, live, "hocus", "hocuspocus", token=live.token(user="eve", role=Role.OBSERVER))
    await node.until("hocus", synced=True, unsaved=0)
    await node.until("yjs", synced=True, told=0)
    await converged(node, ["teacher", "yjs", "hocus"], [])


async def test_door_2_refused_tokens_reach_stock_clients(live: LiveClass, node: NodePeers) -> None:
    expired = live.token(user="ann", ttl=-5)
    elsewhere = live.token(room="geometry", user="ann")
    for id, token, code in (
        ("none", "", 4401),
        ("bad", "x.y.z", 4401),
        ("old", expired, 4401),
        ("wrong", elsewhere, 4403),
    ):
        await node.do("open", id=id, door="yjs", base=live.base, room="algebra", doc="notes", token=token)
        await node.until(id, closes=[code], stopped=True)
        await node.do("open", id=f"h {id}", door="hocuspocus", base=live.base, room="algebra", doc="notes", token=token)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (await node.do("status", id=f"h {id}"))["denied"]:
                await asyncio.sleep(0.02)
    assert not live.worker.shells


async def test_awareness_reaches_everybody_and_goes_with_its_client(live: LiveClass, node: NodePeers) -> None:
    for id, door in (("a", "yjs"), ("b", "hocuspocus"), ("c", "yjs")):
        await open_peer(node, live, id, door)
        await node.until(id, synced=True)
        await node.do("awareness", id=id, name=id)

    async def sees(id: str, *names: str) -> None:
        seen: Any = None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (seen := await node.do("awareness", id=id)) != list(names):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{id} sees {seen}, not {names}") from None

    for id in "abc":
        await sees(id, "a", "b", "c")
    await node.do("leave", id="a")
    for id in "bc":
        await sees(id, "b", "c")


async def test_ten_rooms_by_ten_clients_at_once(live: LiveClass, node: NodePeers) -> None:
    ids = [f"{room}/{number}" for room in range(10) for number in range(10)]
    doors = ["yjs", "hocuspocus"]
    for index, id in enumerate(ids):
        await open_peer(node, live, id, doors[index % 2], room=f"class{id.split('/')[0]}")
    for id in ids:
        await node.until(id, synced=True)
    for room in range(10):
        await node.do("text", id=f"{room}/0", insert=f"welcome to {room}")
    for id in ids:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await node.do("text", id=id) != f"welcome to {id.split('/')[0]}":
                await asyncio.sleep(0.02)
