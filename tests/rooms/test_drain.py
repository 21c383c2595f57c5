"""How a worker ends: a drain while a service it would tell is away, and work that was not begun yet."""

import asyncio

import pytest

from realtime.envelopes import Moved
from realtime.frames import client, server
from realtime.registry.registry import Node
from tests.rooms.scene import Pen
from tests.rooms.world import ROOM, World, moment, opened, play


def test_a_drain_that_nobody_can_be_told_of_saves_what_was_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(node: Node) -> None:
        raise ConnectionError("as the test wishes")

    async def scene(world: World) -> None:
        worker, gateway = await opened(world)
        world.log.takes = 0.5
        pen = Pen()
        for n in range(1, 11):
            gateway.send("g1.1", client.Update("notes", n, pen.write("x")))
            await asyncio.sleep(0.01)
        monkeypatch.setattr(world.registry, "announce", away)
        monkeypatch.setattr(world.registry, "withdraw", away)
        await worker.drain()
        await moment()
        assert gateway.frames(server.Saved)[-1] == server.Saved(10)
        assert gateway.of(Moved) == [Moved(ROOM, 1, "")]
        assert not worker.shells

    play(scene)


def test_what_a_worker_had_not_begun_when_it_ends_is_put_away_without_a_word(recwarn: pytest.WarningsRecorder) -> None:
    async def scene(world: World) -> None:
        async with world.passing_worker("w1") as worker:
            worker.ownership.release(ROOM)
        worker.ownership.release("school/late")

    play(scene)
    assert not recwarn.list
