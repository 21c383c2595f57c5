"""The scenarios of `make bench`, as numbers. Each ends by itself."""

from dataclasses import dataclass, replace
from typing import Any

ESSAY = "essay"
"""A document of 260,000 edits (`loadtests.collab.essay`)."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """``mode``: ``text`` (edits), ``aware`` (cursors), ``join`` (all come at once), ``idle`` (nobody does anything)."""

    name: str
    mode: str
    clients: int
    """In each room."""
    rooms: int = 1
    writers: int = 0
    """In each room; they never stall."""
    rate: float = 0.0
    """Edits, or cursor moves, a second of one writer."""
    seconds: float = 8.0
    edit_bytes: int = 1
    together: bool = False
    """All writers at the same instants, instead of evenly spread."""
    stalled: int = 0
    """The last so many of each room stop reading; when all is sent they read again and must reach the exact state."""
    echo: bool = False
    """Cursor changes are sent back, as the stock y-websocket client does."""
    preload: str = ""
    drain_seconds: float = 20.0
    connects_a_second: float = 500.0

    @property
    def people(self) -> int:
        return self.rooms * self.clients


def _text(name: str, clients: int, writers: int, rate: float, seconds: float, **more: Any) -> Scenario:
    return Scenario(name, "text", clients, writers=writers, rate=rate, seconds=seconds, **more)


SCENARIOS = {
    it.name: it
    for it in (
        _text("fan10", 10, 10, 20, 15),
        _text("fan50", 50, 10, 10, 12),
        _text("fan200", 200, 10, 5, 12),
        _text("burst50", 50, 10, 10, 8, together=True),
        _text("rooms100", 4, 4, 2, 8, rooms=100),
        Scenario("aware50", "aware", 50, writers=50, rate=10, seconds=6),
        Scenario("aware50e", "aware", 50, writers=50, rate=1, seconds=6, echo=True),
        Scenario("join200", "join", 200, preload=ESSAY, connects_a_second=1e5),
        Scenario("idle", "idle", 1000, seconds=1),
        _text("stall0", 50, 10, 5, 10, edit_bytes=40_000),
        _text("stall5", 50, 10, 5, 10, edit_bytes=40_000, stalled=5),
        # not beside peers: what must hold of Lyceum alone
        _text("crowd2000", 50, 5, 2, 20, rooms=40),
        _text("fan2000", 2000, 10, 1, 12, connects_a_second=1000),
        Scenario("join500", "join", 500, preload=ESSAY, connects_a_second=500),
        Scenario("open300", "idle", 1, rooms=300, seconds=1, connects_a_second=1e5),
        Scenario("idle10000", "idle", 100, rooms=100, seconds=75, connects_a_second=1000),
    )
}
ALONE = ("crowd2000", "fan2000", "join500", "open300", "idle10000")
BESIDE_PEERS = tuple(name for name in SCENARIOS if name not in ALONE)


def changed(scenario: Scenario, assignments: list[str]) -> Scenario:
    """``scenario`` with ``name=value`` changes; raises ValueError."""
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        if name not in Scenario.__slots__:
            raise ValueError(f"{name} is no part of a scenario; there are {', '.join(Scenario.__slots__)}")
        kind = type(getattr(scenario, name))
        scenario = replace(scenario, **{name: value in ("1", "yes") if kind is bool else kind(value)})
    return scenario
