# pyright: standard
"""A media node under load for long: people come and go, memory must stay flat and nothing may be left behind.

    python -m loadtests.media.soak --minutes 60 --publishers 10 --subscribers 20

Starts a node of its own (`loadtests.media.serve`, loopback), prints a line every few seconds, and at the end a verdict:
exit code 0 when memory was flat, every peer gone and no task left beyond those of an idle node.
"""

import argparse
import asyncio
import contextlib
import random
import re
import statistics
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from loadtests.media.swarm import Everybody, Player, offer_only

TICK_SECONDS = 0.02
GROWTH_SHARE = 0.03
GROWTH_BYTES = 4 << 20
"""Memory is flat when the last third's median is above the middle third's by no more than this, whichever is more."""
GONE_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """What a run does. ``churn`` seconds between two people who leave and come."""

    seconds: float
    publishers: int = 10
    subscribers: int = 20
    video_packets: int = 1
    churn: float = 2.0
    every: float = 10.0
    seed: int = 1


@dataclass
class Outcome:
    """What came of it."""

    rss: list[int] = field(default_factory=list)
    """Bytes, one a line."""
    forwarded: int = 0
    packets: int = 0
    holes: int = 0
    joins: int = 0
    lost: int = 0
    """Most peers the node was short of at any moment."""
    peers_left: int = 0
    tasks_left: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Bytes by which the last third is above the middle third."""
        third = len(self.rss) // 3
        if not third:
            return 0.0
        return statistics.median(self.rss[-third:]) - statistics.median(self.rss[third : 2 * third])

    @property
    def is_flat(self) -> bool:
        return self.growth <= max(GROWTH_BYTES, GROWTH_SHARE * (self.rss[0] if self.rss else 0))

    @property
    def is_clean(self) -> bool:
        return not self.peers_left and not self.tasks_left and not self.lost


@contextlib.asynccontextmanager
async def node(*more: str) -> AsyncIterator[str]:
    """A media node as a process of its own, on loopback unless `more` (for `serve`) says where; its doors' URL."""
    where = () if "--host" in more else ("--host", "127.0.0.1")
    command = ["-m", "loadtests.media.serve", "--port", "0", *where, *more]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        found = re.search(r"http (\S+)", line)
        if found is None:
            raise RuntimeError(f"the node did not start: {line!r}")
        yield f"http://{found[1]}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def soak(plan: Plan, say: bool = True) -> Outcome:
    """Run a plan against a node of its own."""
    outcome, chance = Outcome(), random.Random(plan.seed)
    async with node() as url, Everybody(url, "soak") as everybody:
        idle = await everybody.get("/stats")
        for _ in range(plan.publishers):
            publisher = await everybody.publisher("soak")
            for _ in range(plan.subscribers):
                await everybody.player("soak", publisher)
                outcome.joins += 1
        if say:
            print(f"{plan.publishers} publishers, {len(everybody.players)} subscriptions", flush=True)
        async with asyncio.TaskGroup() as group:
            work = [
                group.create_task(_send(everybody, plan)),
                group.create_task(_watch(everybody, plan, outcome, say)),
            ]
            await _churn(everybody, plan, outcome, chance)
            for task in work:
                task.cancel()
        await _leave(everybody, outcome, idle["tasks"])
    return outcome


async def _send(everybody: Everybody, plan: Plan) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        for publisher in list(everybody.publishers):
            with contextlib.suppress(ConnectionError):
                await publisher.send(plan.video_packets)
        due = max(due + TICK_SECONDS, loop.time() - 1.0)
        await asyncio.sleep(max(0.0, due - loop.time()))


async def _churn(everybody: Everybody, plan: Plan, outcome: Outcome, chance: random.Random) -> None:
    """For as long as the plan says: somebody leaves, by the door or without a word, and somebody comes. Nobody is left
    half in: the node would wait for them."""
    loop = asyncio.get_running_loop()
    until = loop.time() + plan.seconds
    while loop.time() < until:
        await asyncio.sleep(min(plan.churn, max(0.0, until - loop.time())))
        player = chance.choice(list(everybody.players))
        publisher = everybody.players[player]
        await (player.leave() if chance.random() < 0.5 else player.vanish())
        del everybody.players[player]
        _count(outcome, player)
        await everybody.player("soak", publisher)
        outcome.joins += 1


async def _watch(everybody: Everybody, plan: Plan, outcome: Outcome, say: bool) -> None:
    before = 0
    while True:
        await asyncio.sleep(plan.every)
        stats = await everybody.get("/stats")
        outcome.rss.append(stats["rss"])
        outcome.forwarded = stats["forwarded"]
        there = len(everybody.players) + len(everybody.publishers)
        outcome.lost = max(outcome.lost, there - 1 - stats["peers"])
        if say:
            rate = (stats["forwarded"] - before) / plan.every
            print(
                f"rss {stats['rss'] / 1e6:7.1f} MB  peers {stats['peers']:4}  tasks {len(stats['tasks']):3}"
                f"  forwarded {rate:7.0f}/s  joins {outcome.joins}",
                flush=True,
            )
        before = stats["forwarded"]


def _count(outcome: Outcome, player: Player) -> None:
    outcome.packets += player.packets
    outcome.holes += player.holes


async def _leave(everybody: Everybody, outcome: Outcome, idle: list[str]) -> None:
    """Everybody goes; wait until the node has noticed, then see what is left."""
    for player in list(everybody.players):
        _count(outcome, player)
        await player.vanish()
    for publisher in everybody.publishers:
        await publisher.leave()
    everybody.players.clear()
    everybody.publishers.clear()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GONE_SECONDS):
            while True:
                stats = await everybody.get("/stats")
                outcome.peers_left = stats["peers"]
                left = list(stats["tasks"])
                for name in idle:
                    if name in left:
                        left.remove(name)
                outcome.tasks_left = left
                if outcome.is_clean:
                    return
                await asyncio.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--publishers", type=int, default=10)
    parser.add_argument("--subscribers", type=int, default=20, help="of each publisher")
    parser.add_argument("--video-packets", type=int, default=1, help="of each publisher, every 20 ms")
    parser.add_argument("--churn", type=float, default=2.0, help="seconds between two people who leave and come")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two lines")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    offer_only("127.0.0.1")
    plan = Plan(
        args.minutes * 60, args.publishers, args.subscribers, args.video_packets, args.churn, args.every, args.seed
    )
    outcome = asyncio.run(soak(plan))
    print(f"forwarded {outcome.forwarded}, received {outcome.packets}, holes {outcome.holes}, joins {outcome.joins}")
    print(f"memory grew {outcome.growth / 1e6:.2f} MB from the middle third to the last: "
          f"{'flat' if outcome.is_flat else 'NOT FLAT'}")  # fmt: skip
    print(f"peers lost while they should have been there: {outcome.lost}")
    print(f"left behind: {outcome.peers_left} peers, tasks {outcome.tasks_left or 'none'}")
    sys.exit(0 if outcome.is_flat and outcome.is_clean else 1)


if __name__ == "__main__":
    main()
