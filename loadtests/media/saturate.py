# pyright: standard
"""How many audio+video subscriptions one core carries: driven to it, not extrapolated.

    python -m loadtests.media.saturate --steps 50 200 400 600 --seconds 8 [--publishers 10] [--p99 50] [--loss 0.1]

A node of its own on one core, everybody else in this process on another. At each step receivers join (CPU a join,
memory a receiver), then every publisher sends 1.5 Mbit/s of video and 50 kbit/s of audio, as a browser's encoder would,
and what comes is counted. It ends after the first step that broke: more than `--loss` per cent missing, p99 over
`--p99` ms, or this generator itself too slow (its own losses are told apart). Receivers report (RR, REMB) every second
and check connectivity every five; a packet reaches the node's process over loopback, so that its kernel work for the
sending side, and for delivering, is the node's. `waited %` is how long the node stood ready without its core: while
that is not near 0 the machine was not quiet, and neither latency nor the end that was found is the node's.
"""

import argparse
import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

from loadtests.media.floor import Floor, Probe, unwatch, watch
from loadtests.media.source import Source
from loadtests.media.thin import Person, own_socket, send_from
from media import rtcp

PROBES = 4
CHECK_EVERY = 5
START_SECONDS = 60.0
DRAIN_SECONDS, QUIET_SECONDS = 4.0, 0.4
ROOM = "saturate"
COLUMNS = (
    "subs",
    "packets/s",
    "us/packet",
    "CPU %",
    "waited %",
    "p50 ms",
    "p99 ms",
    "lost %",
    "join ms",
    "KB/sub",
    "generator %",
)


@dataclass(frozen=True)
class NodeProcess:
    """One that runs: where its doors are, and whose CPU is counted."""

    url: str
    pid: int

    def cpu(self) -> float:
        return scheduled(self.pid)[0]

    def waited(self) -> float:
        return scheduled(self.pid)[1]

    def rss(self) -> int:
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def scheduled(pid: int) -> tuple[float, float]:
    """Seconds that all threads have been on a core, and have waited for one, exact to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    figures = [(task / "schedstat").read_text().split() for task in tasks]
    return sum(int(it[0]) for it in figures) / 1e9, sum(int(it[1]) for it in figures) / 1e9


@asynccontextmanager
async def node_on(core: int | None, *more: str) -> AsyncIterator[NodeProcess]:
    """A media node as a process of its own, kept on one core."""
    command = ["-m", "loadtests.media.serve", "--port", "0", "--host", "127.0.0.1", *more]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
        found = re.search(r"http (\S+)", line)
        if found is None:
            raise RuntimeError(f"the node did not start: {line!r}")
        yield NodeProcess(f"http://{found[1]}", process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@dataclass
class Step:
    """What one number of subscriptions came to."""

    subs: int
    seconds: float
    packets: int
    expected: int
    cpu: float
    waited: float
    """Seconds that the node waited for its core. Where that is much, latency is the machine's and not the node's."""
    own_cpu: float
    ages: list[float]
    bad: int
    dropped_here: int
    join_ms: float
    rss: float
    """Bytes a receiver."""

    @property
    def lost(self) -> float:
        """Per cent that the node did not deliver."""
        return 100 * max(0, self.expected - self.packets - self.dropped_here) / max(1, self.expected)

    def age(self, share: float) -> float:
        """Milliseconds."""
        return 1000 * self.ages[min(len(self.ages) - 1, int(share * len(self.ages)))] if self.ages else 0.0

    def broke(self, loss: float, p99: float) -> str:
        """Why it does not count, or empty."""
        if self.bad:
            return f"{self.bad} packets could not be read"
        if self.dropped_here:
            return f"the generator was too slow ({self.dropped_here} packets)"
        if self.lost > loss:
            return f"{self.lost:.2f} % lost"
        if self.age(0.99) > p99:
            return f"p99 {self.age(0.99):.1f} ms"
        return ""

    def row(self) -> str:
        cells = (
            self.subs, round(self.packets / self.seconds), f"{1e6 * self.cpu / max(1, self.packets):.2f}",
            f"{100 * self.cpu / self.seconds:.0f}",
            f"{100 * self.waited / self.seconds:.0f}", f"{self.age(0.5):.2f}", f"{self.age(0.99):.2f}",
            f"{self.lost:.3f}", f"{self.join_ms:.2f}", f"{self.rss / 1000:.0f}",
            f"{100 * self.own_cpu / self.seconds:.0f}",
        )  # fmt: skip
        return "| " + " | ".join(map(str, cells)) + " |"


class Crowd:
    """The people of a run."""

    def __init__(self, node: NodeProcess, http: httpx.AsyncClient) -> None:
        self.node = node
        self.http = http
        self.floor = Floor()
        self.sources: list[Source] = []
        self.people: list[tuple[Person, bytes]] = []
        self.probes: list[Probe] = []
        self._made = 0
        watch(self.floor)

    def _address(self) -> tuple[str, int]:
        self._made += 1
        return f"127.1.{self._made >> 7}.{1 + (self._made & 127)}", self.floor.port

    async def publish(self, count: int) -> None:
        for _ in range(count):
            source = Source(Person(self.http, self._address()))
            await source.publish(ROOM)
            self.sources.append(source)

    async def join_until(self, subs: int) -> None:
        """Receivers, dealt out to the publishers in turn."""
        while len(self.people) < subs:
            source = self.sources[len(self.people) % len(self.sources)]
            person = Person(self.http, self._address())
            await person.connect(f"/whep/{ROOM}/{source.ident}", "recvonly")
            person.release()
            if len(self.probes) < PROBES:
                await asyncio.sleep(0.05)
                self.probes.append(Probe(own_socket(person.address, person.node), person.rx))
                watch(self.probes[-1])
            self.people.append((person, reports(person)))

    async def keep_alive(self) -> None:
        """For ever: each receiver's reports once a second, its check every fifth; all spread evenly."""
        turn = 0
        while True:
            began = time.monotonic()
            for index, (person, report) in enumerate(list(self.people)):
                if index % 10 == 0:
                    share = index / max(1, len(self.people))
                    await asyncio.sleep(max(0.0, began + share - time.monotonic()))
                self._say(person, person.tx.protect_rtcp(report))
                if (turn + index) % CHECK_EVERY == 0:
                    self._say(person, person.check())
            for source in self.sources:
                source.check()
            turn += 1
            await asyncio.sleep(max(0.01, began + 1.0 - time.monotonic()))

    def _say(self, person: Person, data: bytes) -> None:
        send_from(self.floor.sock, person.address[0], person.node, data)

    def media(self) -> int:
        return self.floor.media + sum(probe.media for probe in self.probes)

    async def send(self, seconds: float) -> None:
        """All publishers at once, each in a phase of its own."""
        async with asyncio.TaskGroup() as group:
            for index, source in enumerate(self.sources):
                group.create_task(source.send(seconds, index / len(self.sources)))
        await self._drained()

    async def _drained(self) -> None:
        """Until nothing more has come for a moment: what is late is late, not lost."""
        until = time.monotonic() + DRAIN_SECONDS
        before = -1
        while before != self.media() and time.monotonic() < until:
            before = self.media()
            await asyncio.sleep(QUIET_SECONDS)

    def end(self) -> None:
        for reader in (self.floor, *self.probes):
            unwatch(reader)
        for person in [p for p, _ in self.people] + [source.person for source in self.sources]:
            person.end()


def reports(person: Person) -> bytes:
    """A receiver that misses nothing and could take 20 Mbit/s."""
    blocks = [rtcp.Block(ssrc, 0, 0, 0, 0, 0, 0) for ssrc in person.ssrcs[:2]]
    return rtcp.pack_rr(1, blocks) + rtcp.pack_cname(1, b"thin") + rtcp.pack_remb(1, 20_000_000, person.ssrcs[1:2])


async def step(crowd: Crowd, subs: int, seconds: float, rss_before: int, warm_seconds: float = 2.0) -> Step:
    """Join up to `subs`, warm up, measure."""
    node, joined = crowd.node, len(crowd.people)
    cpu = node.cpu()
    await crowd.join_until(subs)
    join_ms = 1000 * (node.cpu() - cpu) / max(1, subs - joined)
    await crowd.send(warm_seconds)
    for probe in crowd.probes:
        probe.ages.clear()
        probe.bad = 0
    got, dropped = crowd.media(), crowd.floor.dropped()
    counted = [s.packets for s in crowd.sources]
    began, cpu, waited, own = time.monotonic(), node.cpu(), node.waited(), time.process_time()
    await crowd.send(seconds)
    waited = node.waited() - waited
    cpu, own, passed = node.cpu() - cpu, time.process_time() - own, time.monotonic() - began - QUIET_SECONDS
    receivers = [0] * len(crowd.sources)
    for index in range(len(crowd.people)):
        receivers[index % len(crowd.sources)] += 1
    expected = sum((s.packets - c) * n for s, c, n in zip(crowd.sources, counted, receivers, strict=True))
    ages = sorted(age for probe in crowd.probes for age in probe.ages)
    return Step(
        subs, passed, crowd.media() - got, expected, cpu, waited, own, ages,
        sum(p.bad for p in crowd.probes), crowd.floor.dropped() - dropped, join_ms, (node.rss() - rss_before) / subs,
    )  # fmt: skip


async def run(args: argparse.Namespace) -> list[Step]:
    cores = sorted(os.sched_getaffinity(0))
    pinned = args.pin and len(cores) > 1
    if pinned:
        os.sched_setaffinity(0, set(cores[1:]))
    done: list[Step] = []
    print("| " + " | ".join(COLUMNS) + " |\n|" + " ---: |" * len(COLUMNS), flush=True)
    async with node_on(cores[0] if pinned else None, *args.node) as node:
        async with httpx.AsyncClient(base_url=node.url, headers={"Authorization": "Bearer x"}, timeout=60.0) as http:
            crowd = Crowd(node, http)
            try:
                await crowd.publish(args.publishers)
                await crowd.send(0.3)
                rss = node.rss()
                keeping = asyncio.create_task(crowd.keep_alive())
                for subs in args.steps:
                    done.append(await step(crowd, subs, args.seconds, rss))
                    print(done[-1].row(), flush=True)
                    if done[-1].broke(args.loss, args.p99):
                        break
                keeping.cancel()
                await asyncio.gather(keeping, return_exceptions=True)
            finally:
                crowd.end()
    return done


def verdict(done: list[Step], loss: float, p99: float) -> str:
    carried = max((s.subs for s in done if not s.broke(loss, p99)), default=0)
    last = done[-1]
    why = last.broke(loss, p99)
    return f"carried {carried}" + (
        f"; broke at {last.subs}: {why}" if why else "; not driven to its end: give more --steps"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publishers", type=int, default=10)
    parser.add_argument("--steps", type=int, nargs="+", default=[50, 200, 300, 400, 500, 600, 700, 800, 1000])
    parser.add_argument("--seconds", type=float, default=8.0, help="measured at each step")
    parser.add_argument("--loss", type=float, default=0.1, help="per cent that may be missing")
    parser.add_argument("--p99", type=float, default=50.0, help="milliseconds")
    parser.add_argument("--must", type=int, default=0, help="exit code 1 when fewer are carried")
    parser.add_argument("--no-pin", dest="pin", action="store_false", help="leave the cores to the scheduler")
    parser.add_argument("--node", nargs=argparse.REMAINDER, default=[], help="more for loadtests.media.serve")
    args = parser.parse_args()
    done = uvloop.run(run(args))
    print(verdict(done, args.loss, args.p99))
    carried = max((s.subs for s in done if not s.broke(args.loss, args.p99)), default=0)
    sys.exit(0 if carried >= args.must else 1)


if __name__ == "__main__":
    main()
