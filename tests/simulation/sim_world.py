"""A whole deployment in one event loop of virtual time: workers, gateways, people, and everything that can go wrong.

One seed is one story. People act all the time; faults come and go; then everything is mended and the world must come to
rest with every promise kept (design.md, section 4):

* **saved means saved**: at the moment an edit is called saved it is in the log (and stays there to the end);
* **convergence**: every copy of a document is what the log comes to;
* **the class**: everybody has the same chat and hands; what was called done happened once, and nothing happened twice;
* **no client is closed**, and no room breaks.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from crdt.document import Document
from realtime.beat import PHASE
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from rooms.worker import RoomWorker
from tests.simulation.sim_bus import Port, SimBus
from tests.simulation.sim_client import SimClient, content
from tests.simulation.sim_gateway import SimGateway
from tests.simulation.sim_log import SimLog
from tests.simulation.sim_seams import Door, DoorLeases, DoorLog, DoorRegistry, Redis
from tests.simulation.virtual_time import Stuck, VirtualLoop

STORY_SECONDS = 6.0
REST_SECONDS = 90.0
FAULT_SHARE = 0.04
LIMITS = Limits(room_idle_seconds=5.0)


class Violation(AssertionError):
    """A promise was broken; the message is the story so far."""


class Process:
    """A worker or gateway and its task."""

    def __init__(self, name: str, port: Port) -> None:
        self.name = name
        self.port = port
        self.task: asyncio.Task[None] | None = None
        self.log_door = Door()
        self.lease_door = Door()
        self.worker: RoomWorker | None = None
        self.gateway: SimGateway | None = None
        self.hurt = False
        """Paused, cut off or on its way out: one fault at a time."""


class SimWorld:
    """One seed's world."""

    def __init__(self, seed: int, faults: bool = True) -> None:
        self.seed = seed
        self.load = (0.0, 0.0, 0.8, 1.0)[seed % 4]
        """How busy workers find themselves: rooms gather longer where it is much."""
        self.random = Random(seed)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.loop: VirtualLoop = loop
        self.bus = SimBus(self.random)
        self.log = SimLog(self.random)
        self.leases = Redis(MemoryLeases(self.loop))
        self.registry = MemoryRegistry(self.loop)
        self.workers: dict[str, Process] = {}
        self.gateways: dict[str, Process] = {}
        self.clients: list[SimClient] = []
        self.trace: list[str] = []
        self.violations: list[str] = []
        self.faults = 0
        self.saved = 0
        self._with_faults = faults
        self._names = 0
        self._group = asyncio.TaskGroup()

    # the story

    async def run(self) -> None:
        """Raise `Violation` when a promise is broken."""
        with _Listening(self):
            async with self._group:
                try:
                    await self._story()
                finally:
                    for process in [*self.workers.values(), *self.gateways.values()]:
                        self._end(process)
        self._check()

    async def _story(self) -> None:
        for _ in range(self.random.choice((1, 2, 3))):
            await self._start_worker()
        for _ in range(self.random.choice((1, 2))):
            await self._start_gateway()
        self._invite()
        end = self.loop.time() + STORY_SECONDS
        while self.loop.time() < end:
            await asyncio.sleep(self.random.uniform(0.002, 0.06))
            if self._with_faults and self.random.random() < FAULT_SHARE:
                await self._fault()
            else:
                self.random.choice(self.clients).act()
            self._check()
        await self._mend()
        await self._rest()

    def _invite(self) -> None:
        rooms = [f"school/room{number}" for number in range(self.random.choice((1, 1, 2)))]
        docs = self.random.choice((["notes"], ["board"], ["notes", "board"], ["notes", "essay"]))
        for number in range(self.random.randint(2, 5)):
            role = Role.TEACHER if number == 0 else self.random.choice((Role.STUDENT, Role.STUDENT, Role.OBSERVER))
            self.clients.append(SimClient(self, f"p{number}", self.random.choice(rooms), docs, role, self.random))
        for who in self.clients:
            who.connect(self._some_gateway())

    # promises

    def promised(self, who: SimClient, doc: str, update: bytes) -> None:
        """`who` was told that ``update`` is durable."""
        self.saved += 1
        if not self.log.holds(who.room, doc, update):
            self.violate(f"{who.name} was told that an edit of {doc} is saved, and it is not")

    def violate(self, what: str) -> None:
        if not self.violations:
            self.tell(f"VIOLATION {what}")
        self.violations.append(what)

    def tell(self, what: str) -> None:
        self.trace.append(f"{self.loop.time() - 1_000_000:8.4f} {what}")

    def _check(self) -> None:
        for document in self.log.astray:
            self.violate(f"a snapshot of {document} holds what no entry tells")
        if self.violations:
            replay = f"replay: python -m tests.simulation --from {self.seed} --seeds 1"
            raise Violation("\n".join([f"seed {self.seed}: {self.violations[0]}", replay, *self.trace[-80:]]))

    async def _rest(self) -> None:
        """Everything is well again: wait until nothing is owed and everybody agrees."""
        end = self.loop.time() + REST_SECONDS
        reason = ""
        while self.loop.time() < end:
            await asyncio.sleep(0.25)
            for who in self.clients:
                who.nudge()
            self._check()
            reason = self._unrest()
            if not reason:
                break
        else:
            self.violate(f"the world does not come to rest: {reason}")
        self._check_to_the_end()

    def _unrest(self) -> str:
        """What is still owed or differs; empty when nothing is."""
        for who in self.clients:
            if not who.settled:
                return f"{who.name} waits for an answer"
            for doc in who.copies:
                durable = self.log.durable.get((who.room, doc))
                kept = content((durable or Document()).doc)
                if who.content(doc) != kept:
                    return f"{who.name} has {who.content(doc)} in {doc}, the log {kept}"
            classroom = self.log.classes.get(who.room)
            if classroom is not None:
                if {it.id: it.text for it in who.chat.values()} != {it.id: it.text for it in classroom.chat.all()}:
                    return f"{who.name} has another chat than the log"
                if who.hands != [hand.user for hand in classroom.hands.all()]:
                    return f"{who.name} sees the hands {who.hands}, the log has {classroom.hands.all()}"
        return ""

    def _check_to_the_end(self) -> None:
        for who in self.clients:
            for doc, update in who.promised:
                if not self.log.holds(who.room, doc, update):
                    self.violate(f"an edit of {who.name} in {doc} that was saved is gone")
            classroom = self.log.classes.get(who.room)
            texts = [it.text for it in classroom.chat.all()] if classroom else []
            for text, done in who.said.items():
                count = texts.count(text)
                if count > 1 or (done and count != 1):
                    self.violate(f"{who.name} said {text!r} (done: {done}), it stands there {count} times")
        self._check()

    # processes

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    async def _start_worker(self) -> Process:
        name = self._name("w")
        process = self.workers[name] = Process(name, self.bus.port(name))
        worker = RoomWorker(
            name,
            process.port,
            DoorLeases(self.leases, process.lease_door),
            DoorRegistry(self.registry, process.lease_door),
            DoorLog(self.log, process.log_door),
            LIMITS,
            self.loop,
            load=lambda: self.load,
        )
        process.worker = worker
        started = asyncio.Event()

        phase = 0.37 * self._names % 1.0

        async def live() -> None:
            PHASE.set(phase)
            async with worker:
                started.set()
                await asyncio.Event().wait()

        process.task = self._group.create_task(_quietly(live()))
        await started.wait()
        self.tell(f"start {name}")
        return process

    async def _start_gateway(self) -> Process:
        name = self._name("g")
        process = self.gateways[name] = Process(name, self.bus.port(name))
        registry = DoorRegistry(self.registry, process.lease_door)
        process.gateway = SimGateway(name, process.port, registry, self.leases, self.random)
        process.task = self._group.create_task(_quietly(process.gateway.run()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.tell(f"start {name}")
        return process

    def _end(self, process: Process) -> None:
        process.port.die()
        if process.task is not None:
            process.task.cancel()

    def _some_gateway(self) -> SimGateway:
        well = [it.gateway for it in self.gateways.values() if it.gateway is not None and not it.hurt]
        anyone = [it.gateway for it in self.gateways.values() if it.gateway is not None]
        return self.random.choice(well or anyone)

    # faults

    async def _fault(self) -> None:
        self.faults += 1
        name, fault = self.random.choice(self._faults())
        self.tell(name)
        await fault()

    def _faults(self) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        return [
            ("kill a worker", self._kill_worker),
            ("pause a worker", self._pause_worker),
            ("cut a worker off", lambda: self._cut(self.workers)),
            ("cut a gateway off", lambda: self._cut(self.gateways)),
            ("lose messages", self._lose),
            ("lose messages", self._lose),
            ("slow bus", self._slow_bus),
            ("storage away", self._storage_away),
            ("storage lies", self._storage_lies),
            ("storage slow", self._storage_slow),
            ("redis forgets", self._redis_forgets),
            ("kill a gateway", self._kill_gateway),
            ("drain a worker", self._drain_worker),
            ("a worker comes", self._worker_comes),
            ("somebody leaves", self._somebody_leaves),
            ("somebody leaves", self._somebody_leaves),
            ("somebody reads slowly", self._slow_reader),
            ("somebody reads slowly", self._slow_reader),
        ]

    def _later(self, seconds: float, undo: Callable[[], None]) -> None:
        self.loop.call_later(seconds, undo)

    def _pick(self, processes: dict[str, Process]) -> Process | None:
        well = [process for process in processes.values() if not process.hurt]
        return self.random.choice(well) if well else None

    async def _kill_worker(self) -> None:
        process = self._pick(self.workers)
        if process is not None:
            self.tell(f"  {process.name}")
            del self.workers[process.name]
            self._end(process)
            await self._start_worker()

    async def _pause_worker(self) -> None:
        process = self._pick(self.workers)
        if process is None:
            return
        process.hurt = True
        process.port.pause()
        process.log_door.shut()
        process.lease_door.shut()

        def resume() -> None:
            self.tell(f"resume {process.name}")
            process.hurt = False
            process.log_door.open()
            process.lease_door.open()
            process.port.resume()

        seconds = self.random.uniform(0.2, 5.0)
        self.tell(f"  {process.name} for {seconds:.2f}")
        self._later(seconds, resume)

    async def _cut(self, processes: dict[str, Process]) -> None:
        process = self._pick(processes)
        if process is None:
            return
        process.hurt = process.port.cut = True
        process.lease_door.shut()

        def mend() -> None:
            self.tell(f"mend {process.name}")
            process.hurt = False
            process.lease_door.open()
            process.port.mend()

        seconds = self.random.uniform(0.2, 5.0)
        self.tell(f"  {process.name} for {seconds:.2f}")
        self._later(seconds, mend)

    async def _lose(self) -> None:
        self.bus.loss = self.random.choice((0.01, 0.05, 0.2))
        self._later(self.random.uniform(0.2, 2.0), lambda: setattr(self.bus, "loss", 0.0))

    async def _slow_bus(self) -> None:
        self.bus.slowest = self.random.choice((0.02, 0.2))
        self._later(self.random.uniform(0.2, 2.0), lambda: setattr(self.bus, "slowest", 0.002))

    async def _storage_away(self) -> None:
        self.log.away = True
        self._later(self.random.uniform(0.1, 3.0), lambda: setattr(self.log, "away", False))

    async def _storage_lies(self) -> None:
        self.log.liar = 0.5
        self._later(self.random.uniform(0.1, 2.0), lambda: setattr(self.log, "liar", 0.0))

    async def _storage_slow(self) -> None:
        self.log.slowest = 0.3
        self._later(self.random.uniform(0.1, 2.0), lambda: setattr(self.log, "slowest", 0.002))

    async def _redis_forgets(self) -> None:
        """Redis was restarted without its data: no lease is left, and every process was off the bus for a moment."""
        self.leases.inner = MemoryLeases(self.loop)
        for process in [*self.workers.values(), *self.gateways.values()]:
            if not process.hurt:
                process.port.mend()

    async def _kill_gateway(self) -> None:
        process = self._pick(self.gateways)
        if process is None or process.gateway is None:
            return
        self.tell(f"  {process.name}")
        del self.gateways[process.name]
        dead = process.gateway
        self._end(process)
        await self._start_gateway()
        for who in self.clients:
            if who.gateway is dead:
                who.session = None
                self._later(self.random.uniform(0.0, 0.5), lambda who=who: self._come_back(who))

    async def _drain_worker(self) -> None:
        process = self._pick(self.workers)
        if process is None or process.worker is None:
            return
        process.hurt = True
        await self._start_worker()
        worker = process.worker
        self.tell(f"  {process.name}")

        async def drain() -> None:
            await worker.drain()
            await asyncio.sleep(0.01)
            self.tell(f"drained {process.name}")
            self.workers.pop(process.name, None)
            self._end(process)

        self._group.create_task(_quietly(drain()))

    async def _worker_comes(self) -> None:
        if len(self.workers) < 4:
            await self._start_worker()

    async def _somebody_leaves(self) -> None:
        who = self.random.choice(self.clients)
        self.tell(f"  {who.name}")
        who.disconnect()
        self._later(self.random.uniform(0.0, 1.5), lambda: self._come_back(who))

    def _come_back(self, who: SimClient) -> None:
        if not who.connected:
            self.tell(f"{who.name} comes back")
            who.connect(self._some_gateway())

    async def _slow_reader(self) -> None:
        who = self.random.choice(self.clients)
        who.set_slow(True)
        self._later(self.random.uniform(0.1, 2.0), lambda: who.set_slow(False))

    async def _mend(self) -> None:
        """Wait until the last fault is over, and have everybody there."""
        self.tell("mend everything")
        await asyncio.sleep(5.5)
        self.bus.loss, self.bus.slowest = 0.0, 0.002
        self.log.away, self.log.liar, self.log.slowest = False, 0.0, 0.002
        for who in self.clients:
            who.set_slow(False)
            self._come_back(who)


async def play(seed: int, faults: bool = True) -> SimWorld:
    """One seed's story, to its end; raises `Violation`."""
    world = SimWorld(seed, faults)
    try:
        await world.run()
    except BaseExceptionGroup as group:
        broken = group.subgroup(Violation)
        raise (broken.exceptions[0] if broken else group) from None
    return world


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """A killed process is no error of the world."""
    try:
        await work
    except asyncio.CancelledError:
        pass


class _Listening(logging.Handler):
    """Errors that the code under test logs, or that escape into the loop, are violations."""

    def __init__(self, world: SimWorld) -> None:
        super().__init__(logging.ERROR)
        self._world = world
        self._logger = logging.getLogger("rooms")

    def emit(self, record: logging.LogRecord) -> None:
        self._world.violate(self.format(record))

    def _escaped(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._world.violate(f"{context.get('message')}: {context.get('exception')!r}")

    def __enter__(self) -> "_Listening":
        self._logger.addHandler(self)
        self._propagate, self._logger.propagate = self._logger.propagate, False
        asyncio.get_running_loop().set_exception_handler(self._escaped)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = self._propagate


__all__ = ["SimWorld", "Stuck", "Violation", "play"]
