"""Which child process to start, ask to end or kill, and when. Pure: time and events in, effects out.

::

    waiting ──due──▶ running ──ended──▶ waiting (after a backoff)
                        │ drain: phase by phase, gateways before rooms
                        ▼
                    stopping ──ended──▶ gone        (killed at the deadline)

A drain asks the children of one phase to end, and goes on to the next when all of them are gone: gateways first, so
that people are moved while the rooms still answer, then everything that serves the gateways.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from lyceum.backoff import Backoff
from lyceum.errors import SettingsError

PHASES: Sequence[frozenset[str]] = (frozenset({"gateway", "rest"}), frozenset({"rooms", "media", "jobs"}))
NEVER_AGAIN = SettingsError.exit_code
"""A child that ends with this code was told something wrong: starting it again will not help."""


@dataclass(frozen=True, slots=True)
class ChildName:
    """One place in the fleet: ``gateway-1`` is the first process of the plane ``gateway``."""

    plane: str
    number: int

    def __str__(self) -> str:
        return f"{self.plane}-{self.number}"


class Do(enum.Enum):
    START = "start"
    ASK = "ask to end"
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Effect:
    do: Do
    child: ChildName


class State(enum.Enum):
    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    GONE = "gone"


@dataclass(slots=True)
class _Child:
    name: ChildName
    state: State = State.WAITING
    due: float = 0.0
    """While waiting: when to start. While stopping: when to kill."""
    started: float = 0.0
    killed: bool = False
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(slots=True)
class Supervision:
    """``drain_seconds``: how long each phase of a drain may take."""

    names: Sequence[ChildName]
    drain_seconds: float
    exit_code: int = 0
    """Not 0 when a child said that starting it again will not help."""
    _children: dict[ChildName, _Child] = field(init=False)
    _draining: bool = False

    def __post_init__(self) -> None:
        unknown = {name.plane for name in self.names}.difference(*PHASES)
        if unknown:
            raise ValueError(f"no phase ends {sorted(unknown)}")
        self._children = {name: _Child(name) for name in self.names}

    @property
    def finished(self) -> bool:
        """Whether nothing runs and nothing will."""
        return all(child.state is State.GONE for child in self._children.values())

    def wake_at(self) -> float | None:
        """When `tick` has something to do, unless something else happens first."""
        waits = [child.due for child in self._children.values() if self._waits(child)]
        return min(waits, default=None)

    def state(self, name: ChildName) -> State:
        return self._children[name].state

    def tick(self, now: float) -> list[Effect]:
        """Start who is due; kill who was asked to end and did not."""
        due = [child for child in self._children.values() if self._waits(child) and child.due <= now]
        return [self._start(child, now) if child.state is State.WAITING else self._kill(child) for child in due]

    def ended(self, name: ChildName, code: int, now: float) -> list[Effect]:
        """A child's process ended with ``code``."""
        child = self._children[name]
        if self._draining:
            child.state = State.GONE
            return self._next_phase(now)
        child.state = State.WAITING
        child.due = now + child.backoff.delay(now - child.started)
        if code == NEVER_AGAIN:
            self.exit_code = code
            return self.drain(now)
        return []

    def drain(self, now: float) -> list[Effect]:
        """Begin to end everything; nothing is started any more."""
        if self._draining:
            return []
        self._draining = True
        for child in self._children.values():
            if child.state is State.WAITING:
                child.state = State.GONE
        return self._next_phase(now)

    def _next_phase(self, now: float) -> list[Effect]:
        """Ask the first phase that still has somebody; nothing while an earlier one is at it."""
        for phase in PHASES:
            members = [child for child in self._children.values() if child.name.plane in phase]
            if any(child.state is not State.GONE for child in members):
                return [self._ask(child, now) for child in members if child.state is State.RUNNING]
        return []

    def _waits(self, child: _Child) -> bool:
        return child.state is State.WAITING or (child.state is State.STOPPING and not child.killed)

    def _start(self, child: _Child, now: float) -> Effect:
        child.state, child.started, child.killed = State.RUNNING, now, False
        return Effect(Do.START, child.name)

    def _ask(self, child: _Child, now: float) -> Effect:
        child.state, child.due = State.STOPPING, now + self.drain_seconds
        return Effect(Do.ASK, child.name)

    def _kill(self, child: _Child) -> Effect:
        child.killed = True
        return Effect(Do.KILL, child.name)


def fleet(workers: int, *, media: bool) -> list[ChildName]:
    """Of ``lyceum up --workers N``: N gateways (with the REST tier), N room workers, a job worker, perhaps N media
    nodes, so that the rooms of one that dies move at once."""
    planes = [("gateway", workers), ("rooms", workers), ("media", workers if media else 0), ("jobs", 1)]
    return [ChildName(plane, number) for plane, count in planes for number in range(1, count + 1)]
