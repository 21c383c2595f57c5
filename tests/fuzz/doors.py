"""Frames that no honest client sends, on every door with and without rights, into sessions on a real hub and worker.

The sessions are those the sockets have; the sockets alone are left out, so that the cost is the server's. A class with
an honest bystander is made anew every `FRAMES_A_CLASS` frames; what one leaves behind shows as growth.
"""

import asyncio
import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.connection import Connection
from random import Random

from realtime.limits import Limits
from realtime.roles import Role
from tests.fuzz.memory import Memory, resident
from tests.gateway.test_hostile import DOCUMENTED, DOORS, ROLES, Bystander, attacker, gone, makers
from tests.interop.live_class import LiveClass, live_class

LIMITS = Limits(frame_bytes=64 * 1024, update_bytes=32 * 1024, connections_per_user=1_000)
FRAMES_A_CLASS = 20_000
WARM_SHARE = 0.2
TURN = 64
"""Frames between two turns of the loop."""


@dataclass(frozen=True)
class DoorsTally:
    """``closed`` counts sessions that were ended with a documented code; ``failure`` is empty when all went well."""

    frames: int
    closed: int
    memory: Memory
    failure: str = ""


def run(count: int, seed: int, *, progress: bool = False) -> DoorsTally:
    """``count`` frames in a child process, so that a crash is a result."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_child, args=(count, seed, progress, theirs))
    child.start()
    theirs.close()
    try:
        tally: DoorsTally = ours.recv()
    except EOFError:
        child.join()
        return DoorsTally(0, 0, Memory(0, 0), f"the process ended with {child.exitcode}, seed {seed}")
    child.join()
    return tally


def _child(count: int, seed: int, progress: bool, out: Connection) -> None:
    try:
        out.send(asyncio.run(_all(count, seed, progress)))
    except BaseException as error:
        out.send(DoorsTally(0, 0, Memory(0, 0), f"{type(error).__name__}: {error}, seed {seed}"))
    out.close()
    os._exit(0)


async def _all(count: int, seed: int, progress: bool) -> DoorsTally:
    done = closed = before = 0
    while done < count:
        part = min(FRAMES_A_CLASS, count - done)
        async with live_class(limits=LIMITS) as live:
            closed += await _class(live, part, Random(f"{seed}/{done}"))
        done += part
        if not before and done >= count * WARM_SHARE:
            before = resident()
        if progress:
            print(f"{done} frames, {closed} sessions closed, {resident() / 2**20:.0f} MB", flush=True)
    return DoorsTally(done, closed, Memory(before, resident()))


async def _class(live: LiveClass, count: int, random: Random) -> int:
    """Every door by every kind of token in turn; how many sessions were closed."""
    bystander, closed = Bystander(live), 0
    kinds = [(door, role) for door in DOORS for role in ROLES]
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(bystander.watch())
        for index, (door, role) in enumerate(kinds):
            share = count // len(kinds) + (index < count % len(kinds))
            closed += await _attack(live, door, role, share, random)
            assert role is Role.STUDENT or not bystander.updates, "an edit without rights was seen"
            await asyncio.sleep(0.05 if role is Role.STUDENT else 0)
            bystander.updates.clear()
        watching.cancel()
    await gone(live)
    return closed


async def _attack(live: LiveClass, door: str, role: Role | None, count: int, random: Random) -> int:
    token = live.token(user="mallory", role=role) if role else None
    makes, closed = makers(door), 0
    socket, session = attacker(live, door, token)
    for number in range(count):
        if socket.closed is not None:
            assert socket.closed.code in DOCUMENTED, f"closed with {socket.closed.code}"
            closed += 1
            socket, session = attacker(live, door, token)
        session.receive(random.choice(makes)(random), live.clock.monotonic())
        socket.writes.clear()
        if number % TURN == 0:
            await asyncio.sleep(0)
    session.gone()
    return closed
