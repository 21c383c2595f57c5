"""Carries faults out on the world. Each returns when the fault is over and what it hit is there again."""

import asyncio
import signal

from tests.chaos import plan
from tests.chaos.plan import Fault
from tests.chaos.world import World


async def inject(world: World, fault: Fault) -> None:
    match fault.verb:
        case plan.KILL:
            await world.fleet.replace(fault.target, signal.SIGKILL)
        case plan.TERM:
            await world.fleet.replace(fault.target, signal.SIGTERM)
        case plan.PAUSE:
            await _pause(world, fault)
        case plan.REDIS:
            await world.redis.restart(keep_data=fault.target == "keep")
        case plan.POSTGRES:
            await world.postgres.restart("fast" if fault.target == "fast" else "immediate")
        case _:
            await _disturb(world, fault)


async def _pause(world: World, fault: Fault) -> None:
    world.fleet.send(fault.target, signal.SIGSTOP)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        world.fleet.send(fault.target, signal.SIGCONT)


async def _disturb(world: World, fault: Fault) -> None:
    link = world.links[fault.target]
    match fault.verb:
        case plan.CUT:
            link.cut()
        case plan.HOLD:
            link.hold()
        case _:
            link.slow(plan.SLOW_SECONDS)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        link.open()
