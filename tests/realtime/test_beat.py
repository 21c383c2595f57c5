"""Loops of one process look after things at the same moments."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise

from realtime.beat import PHASE, beat, beat_or
from tests.simulation.virtual_time import run_virtual


async def moments(times: int, wait: Callable[[], Coroutine[None, None, None]]) -> list[float]:
    """When a loop looked."""
    loop = asyncio.get_running_loop()
    seen: list[float] = []
    for _ in range(times):
        await wait()
        seen.append(loop.time())
    return seen


def test_loops_that_began_at_different_times_meet() -> None:
    async def played() -> tuple[list[float], list[float]]:
        first = asyncio.create_task(moments(4, lambda: beat(0.5)))
        await asyncio.sleep(0.3)
        return await moments(2, lambda: beat(1.0)), await first

    seldom, often = run_virtual(played())
    assert set(seldom) <= set(often)
    assert [round(later - sooner, 6) for sooner, later in pairwise(often)] == [0.5] * 3


def test_the_next_moment_is_not_too_soon() -> None:
    async def played() -> float:
        await asyncio.sleep(0.9)
        began = asyncio.get_running_loop().time()
        await beat(1.0)
        return asyncio.get_running_loop().time() - began

    assert round(run_virtual(played()), 6) == 1.1


def test_what_is_started_in_another_phase_has_moments_of_its_own() -> None:
    async def played() -> list[float]:
        return [await moment(phase) for phase in (0.0, 0.25, 0.5)]

    async def moment(phase: float) -> float:
        PHASE.set(phase)
        ((when,),) = await asyncio.gather(moments(1, lambda: beat(1.0)))
        return round(when % 1.0, 6)

    assert run_virtual(played()) == [0.0, 0.75, 0.5]


def test_a_hurry_ends_the_wait_once() -> None:
    async def played() -> list[float]:
        hurry, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.call_later(0.4, hurry.set)
        began = loop.time()
        return [round(when - began, 6) for when in await moments(3, lambda: beat_or(1.0, hurry))]

    assert run_virtual(played()) == [0.4, 1.0, 2.0]
