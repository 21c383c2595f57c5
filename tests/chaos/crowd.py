"""Everybody who edits: stock clients under Node and native ones, several a document."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pycrdt

from crdt.state_vector import decode_state_vector
from tests.chaos.ledger import Ledger
from tests.chaos.native import NativeClient
from tests.chaos.peers import Peers, Spec, View
from tests.chaos.world import HOST, World

DOORS: Sequence[str] = ("yjs", "hocuspocus", "native", "hocuspocus", "yjs", "native")
"""The doors of a document's clients, in this order, over again."""
DOC = "notes"
LOOK_AGAIN_SECONDS = 0.5
Content = tuple[list[str], list[Any], dict[str, Any]]


class Crowd:
    """``specs`` are there from the start; `join` brings more."""

    def __init__(self, world: World, ledger: Ledger, peers: Peers, tasks: asyncio.TaskGroup) -> None:
        self.ledger = ledger
        self.peers = peers
        self.specs: dict[str, Spec] = {}
        self.natives: dict[str, NativeClient] = {}
        self._world = world
        self._tasks = tasks
        self._running: dict[str, asyncio.Task[None]] = {}

    def spec(self, name: str, door: str, room: str, gap: float, seed: int = 0, port: int | None = None) -> Spec:
        """A client of the world's front, or of the gateway behind ``port``."""
        token = self._world.token(room, name)
        return Spec(name, door, f"ws://{HOST}:{port or self._world.port}", room, DOC, token, gap, seed)

    def join(self, specs: Sequence[Spec]) -> None:
        self.specs |= {spec.id: spec for spec in specs}
        self.peers.join([spec for spec in specs if spec.door != "native"])
        for spec in specs:
            if spec.door == "native":
                client = self.natives[spec.id] = NativeClient(spec, self.ledger)
                self._running[spec.id] = self._tasks.create_task(client.run())

    def rest(self) -> None:
        """Everybody stops editing and stays."""
        self.peers.rest()
        for native in self.natives.values():
            native.rest()

    def leave(self) -> None:
        for task in self._running.values():
            task.cancel()

    @property
    def places(self) -> list[str]:
        return sorted({spec.place for spec in self.specs.values()})

    def story(self, name: str) -> Iterable[str]:
        """What a client sent and heard lately, if it is one of ours."""
        return self.natives[name].story if name in self.natives else ()

    async def look(self) -> Mapping[str, View]:
        """What everybody holds now."""
        natives = {name: client.view() for name, client in self.natives.items()}
        return {**await self.peers.look(), **natives}

    async def settled(self, seconds: float) -> tuple[Mapping[str, View], list[str]]:
        """Wait until all clients of each document hold the same, every promise given; who is behind in the end."""
        views: Mapping[str, View] = {}
        behind = list(self.specs)
        try:
            async with asyncio.timeout(seconds):
                while behind:
                    views = await self.look()
                    behind = self._waiting(views) or await asyncio.to_thread(self._different, views)
                    if behind:
                        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except TimeoutError:
            pass
        return views, behind

    def _waiting(self, views: Mapping[str, View]) -> list[str]:
        """Clients without a connection, still owed a promise, or that have not got as far as the first of their
        document."""
        first: dict[str, dict[int, int]] = {}
        waiting: list[str] = []
        for name, view in views.items():
            spec = self.specs[name]
            vector = decode_state_vector(view.vector, len(view.vector))
            promised = spec.door == "yjs" or self.ledger.authors[name].watermark >= view.made
            if not view.live or not promised or vector != first.setdefault(spec.place, vector):
                waiting.append(name)
        return waiting

    def _different(self, views: Mapping[str, View]) -> list[str]:
        """Clients whose document says something else than that of the first. Takes long: not for the loop."""
        first: dict[str, Content] = {}
        contents = {name: content_of([view.update]) for name, view in views.items()}
        return [
            name for name, content in contents.items() if content != first.setdefault(self.specs[name].place, content)
        ]


def content_of(updates: Sequence[bytes]) -> Content:
    """What a document says, in one engine's words, whoever held it."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    log, text, table = (
        doc.get("log", type=pycrdt.Array),
        doc.get("text", type=pycrdt.Text),
        doc.get("map", type=pycrdt.Map),
    )
    for update in updates:
        doc.apply_update(update)
    return list(log), list(text.diff()), dict(table)


@asynccontextmanager
async def crowd(world: World, ledger: Ledger) -> AsyncIterator[Crowd]:
    """An empty crowd; leaving the block sends everybody away."""
    async with Peers(ledger) as peers, asyncio.TaskGroup() as tasks:
        made = Crowd(world, ledger, peers, tasks)
        try:
            yield made
        finally:
            made.leave()


def classes(made: Crowd, rooms: int, people: int, gap: float, seed: int) -> list[Spec]:
    """``people`` clients in each of ``rooms`` rooms, over all doors."""
    return [
        made.spec(
            f"{DOORS[number % len(DOORS)][0]}{room}.{number}",
            DOORS[number % len(DOORS)],
            f"room-{room}",
            gap,
            seed * 1000 + room * 50 + number,
        )
        for room in range(1, rooms + 1)
        for number in range(people)
    ]
