"""A world that stands for all tests of a module, on an event loop of its own: no debug mode, uvloop, one start."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvloop

from tests.chaos.world import World, world

T = TypeVar("T")
START_SECONDS = 150.0
SCENE_SECONDS = 360.0


class Stage:
    """`play` runs a scene on the world's loop and waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, made: World) -> None:
        self._loop = loop
        self.world = made

    def play(self, scene: Callable[[World], Coroutine[Any, Any, T]]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(SCENE_SECONDS):
                return await scene(self.world)

        return asyncio.run_coroutine_threadsafe(bounded(), self._loop).result()


@contextmanager
def stage(gateways: int, workers: int) -> Iterator[Stage]:
    """A world for the block."""
    ready: list[Stage] = []
    failed: list[BaseException] = []
    turn = threading.Event()
    over: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        ended = asyncio.Event()
        over.append((asyncio.get_running_loop(), ended))
        async with world(gateways, workers) as made:
            ready.append(Stage(asyncio.get_running_loop(), made))
            turn.set()
            await ended.wait()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(main())
        except BaseException as error:
            failed.append(error)
        finally:
            turn.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        turn.wait(START_SECONDS)
        if failed:
            raise failed[0]
        yield ready[0]
    finally:
        loop, ended = over[0]
        loop.call_soon_threadsafe(ended.set) if not loop.is_closed() else None
        thread.join()
    if failed:
        raise failed[0]
