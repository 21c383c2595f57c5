"""One chaos run: a world, a crowd, a plan of faults, and the questions asked at the end."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rooms.log_postgres import PostgresLog
from tests.chaos import plan
from tests.chaos.auditor import Auditor
from tests.chaos.crowd import Crowd, classes, content_of, crowd
from tests.chaos.faults import inject
from tests.chaos.ledger import Ledger
from tests.chaos.peers import Spec
from tests.chaos.plan import Fault
from tests.chaos.world import World, world

WARM_SECONDS = 30.0
"""For everybody to see somebody else's edit at the start."""
HEAL_SECONDS = 45.0
"""For edits to flow again in every room after a fault."""
SETTLE_SECONDS = 90.0
"""For everybody to hold the same at the end."""
POLL_SECONDS = 0.02
SLOW_SECONDS = 8.0
"""When edits took longer than any fault lasts, the run says whose."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    seed: int = 1
    faults: int = 60
    seconds: float = 1800.0
    """No new fault is begun after so long."""
    gateways: int = 2
    workers: int = 2
    rooms: int = 4
    people: int = 5
    gap: float = 0.25
    breath: float = 0.3
    """Seconds between the end of one fault and the next."""
    keep: Path | None = None
    """Logs of all processes go here."""
    only: str = ""
    """Only kinds of faults whose name contains this."""


@dataclass(slots=True)
class Outcome:
    """What a run found. Times in seconds."""

    options: Options
    injected: dict[str, int] = field(default_factory=dict[str, int])
    edits: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list[str])
    evidence: list[str] = field(default_factory=list[str])
    """What was seen when a promise was found broken."""
    """Broken promises: edits that were called saved and were not in the log at that moment, or are not now."""
    missing: list[str] = field(default_factory=list[str])
    """Edits of clients that stayed, which are nowhere at the end."""
    doubled: list[str] = field(default_factory=list[str])
    apart: list[str] = field(default_factory=list[str])
    """Clients (also late joiners, and the log) that do not hold what the others hold."""
    unhealed: list[str] = field(default_factory=list[str])
    """Documents in which somebody saw no fresh edit for too long after a fault."""
    stuck: dict[str, str] = field(default_factory=dict[str, str])
    clients: int = 0
    audits: int = 0
    failover: list[float] = field(default_factory=list[float])
    """From kill -9 of a room's owner to the first edit made after it that somebody else saw, per room."""
    failover_all: list[float] = field(default_factory=list[float])
    """The same until every client of the room had seen one."""
    outage: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    """By kind of fault that did not overlap: the longest an edit made in its time took to others, per room."""
    ack_delays: list[float] = field(default_factory=list[float])
    closes: dict[int, int] = field(default_factory=dict[int, int])
    late: list[float] = field(default_factory=list[float])
    """How late the measuring process itself ran: with much of it the times above say little about the server."""
    trouble: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not (self.lost or self.missing or self.doubled or self.apart or self.unhealed or self.stuck)


async def chaos(options: Options, say: Say) -> Outcome:
    """Run it; ``say(line)`` hears how it goes."""
    outcome = Outcome(options)
    started = time.monotonic()
    async with world(options.gateways, options.workers, options.seed, options.keep) as made:
        ledger = Ledger()
        async with crowd(made, ledger) as people, PostgresLog(made.postgres.dsn) as log:
            people.join(classes(people, options.rooms, options.people, options.gap, options.seed))
            auditor = Auditor(log, ledger, made.tenant, people.places, people.story)
            async with asyncio.TaskGroup() as tasks:
                auditing = tasks.create_task(auditor.run())
                run = Run(made, people, outcome, say)
                await run.healthy(time.monotonic(), WARM_SECONDS)
                say(f"{len(people.specs)} clients edit in {options.rooms} rooms")
                await run.faults(options)
                await run.end(auditor)
                auditing.cancel()
            outcome.late = people.peers.late
            outcome.trouble = made.fleet.trouble + people.peers.said
    outcome.seconds = time.monotonic() - started
    return outcome


class Run:
    """The steps of one run."""

    def __init__(self, made: World, people: Crowd, outcome: Outcome, say: Say) -> None:
        self._world = made
        self._people = people
        self._ledger = people.ledger
        self._outcome = outcome
        self._say = say
        self._began = time.monotonic()

    # faults

    async def faults(self, options: Options) -> None:
        kinds = [kind for kind in plan.KINDS if options.only in kind.name]
        async with asyncio.TaskGroup() as overlapping:
            for fault in plan.plan(options.seed, options.faults, options.gateways, options.workers, kinds):
                if time.monotonic() - self._began > options.seconds:
                    self._say(f"time is up before {fault}")
                    break
                if fault.overlaps:
                    overlapping.create_task(self._fault(fault))
                    await asyncio.sleep(options.breath)
                else:
                    await self._fault(fault)
                    await asyncio.sleep(options.breath)

    async def _fault(self, fault: Fault) -> None:
        rooms = [place.partition("/")[0] for place in self._people.places]
        before = await self._world.owners(rooms)
        since = time.monotonic()
        await inject(self._world, fault)
        self._outcome.injected[fault.kind] = self._outcome.injected.get(fault.kind, 0) + 1
        over = time.monotonic()
        await self.healthy(over, HEAL_SECONDS)
        slowest = self._figures(fault, since, over, before, await self._world.owners(rooms))
        self._say(f"{since - self._began:7.1f} {fault}: edits took {slowest:.2f} s at most")
        if slowest > SLOW_SECONDS:
            self._say_who_waited(since, over)

    def _say_who_waited(self, since: float, over: float) -> None:
        for place in self._people.places:
            late = self._ledger.laggards(place, since, over, time.monotonic(), SLOW_SECONDS)
            if late:
                self._say(f"        {place}, at {time.monotonic():.1f}: {', '.join(late)}")

    async def healthy(self, since: float, seconds: float) -> None:
        """Wait until every client has seen an edit that somebody else made after ``since``."""
        waiting = set(self._people.places)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while waiting:
                    waiting = {place for place in waiting if self._ledger.last_first_sight(place, since) is None}
                    await asyncio.sleep(POLL_SECONDS)
        if waiting:
            self._outcome.unhealed += [f"{place} within {seconds:.0f} s" for place in sorted(waiting)]
            self._say(f"{', '.join(sorted(waiting))} did not heal within {seconds:.0f} s")

    def _figures(self, fault: Fault, since: float, over: float, before: dict[str, str], after: dict[str, str]) -> float:
        """Note how long edits took in each room; the longest."""
        slowest = 0.0
        for place in self._people.places:
            room = place.partition("/")[0]
            took = self._ledger.slowest_sight(place, since, over, time.monotonic())
            slowest = max(slowest, took)
            if not fault.overlaps:
                self._outcome.outage.setdefault(fault.kind, []).append(took)
            if fault.verb == plan.KILL and fault.target.startswith("rooms") and before.get(room) != after.get(room):
                self._note_failover(place, since)
        return slowest

    def _note_failover(self, place: str, since: float) -> None:
        first, last = self._ledger.first_sight(place, since), self._ledger.last_first_sight(place, since)
        if first is not None and last is not None:
            self._outcome.failover.append(first - since)
            self._outcome.failover_all.append(last - since)

    # the end

    async def end(self, auditor: Auditor) -> None:
        """Everybody rests; then all of them, late joiners and the log are compared."""
        outcome, people = self._outcome, self._people
        people.rest()
        self._say("everybody rests")
        await people.settled(SETTLE_SECONDS)
        joiners = self._late_joiners()
        people.join(joiners)
        views, behind = await people.settled(SETTLE_SECONDS)
        outcome.apart += [f"{name} in {people.specs[name].place}" for name in behind]
        for place in people.places:
            here = [views[name].update for name, spec in people.specs.items() if spec.place == place]
            await self._compare(place, here, auditor)
        outcome.lost, outcome.evidence = auditor.lost, auditor.evidence
        self._sum_up(auditor)

    def _late_joiners(self) -> list[Spec]:
        doors = ("yjs", "hocuspocus", "native")
        rooms = [place.partition("/")[0] for place in self._people.places]
        return [self._people.spec(f"late-{door}-{room}", door, room, 0.0) for room in rooms for door in doors]

    async def _compare(self, place: str, held: Sequence[bytes], auditor: Auditor) -> None:
        """The log against the clients, and both against what was made and promised."""
        await auditor.audit(place)
        stored = await auditor.stored(place)
        content = await asyncio.to_thread(content_of, [stored.doc.get_update()])
        if held and content != await asyncio.to_thread(content_of, [held[0]]):
            self._outcome.apart.append(f"the log of {place}")
        times = Counter(content[0])
        self._outcome.doubled += [name for name, count in times.items() if count > 1]
        for author, entry in self._ledger.authors.items():
            if entry.place == place:
                gone = [n for n in range(1, len(entry.made) + 1) if f"{author}:{n}" not in times]
                self._outcome.missing += [f"{author}:{n}" for n in gone]
                auditor.lost += [f"{author}:{n} in {place} at the end" for n in gone if n <= entry.watermark]

    def _sum_up(self, auditor: Auditor) -> None:
        outcome, ledger = self._outcome, self._ledger
        outcome.edits, outcome.acknowledged = ledger.edits(), ledger.acknowledged()
        outcome.stuck, outcome.closes = dict(ledger.stuck), dict(ledger.closes)
        outcome.clients, outcome.audits = len(self._people.specs), auditor.audits
        outcome.ack_delays = ledger.ack_delays()
