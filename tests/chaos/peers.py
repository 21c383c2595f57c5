"""Drives the stock clients of peers.mjs: one Node process, commands in, events out into the ledger."""

import asyncio
import base64
import itertools
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from lyceum.embedded.identity import SAME, launch_command
from tests.chaos.ledger import Ledger

PROGRAM = Path(__file__).with_name("peers.mjs")
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Spec:
    """One client to be. ``gap``: mean seconds between two edits; 0: it only reads."""

    id: str
    door: str
    url: str
    room: str
    doc: str
    token: str
    gap: float = 0.0
    seed: int = 0

    @property
    def place(self) -> str:
        return f"{self.room}/{self.doc}"


@dataclass(frozen=True, slots=True)
class View:
    """What a client holds: its whole document as one update, its state vector; whether it counts itself synced."""

    update: bytes
    vector: bytes
    live: bool
    made: int
    unsynced: int


class Peers:
    """Use as an async context manager; leaving it kills the Node process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._asks = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._ready = asyncio.Event()
        self._tasks = asyncio.TaskGroup()
        self.said: list[str] = []
        """What Node printed besides: errors."""
        self.late: list[float] = []
        """How late the Node process ran, in seconds, for each batch of events."""

    async def __aenter__(self) -> "Peers":
        node = shutil.which("node")
        assert node is not None, "Node.js is needed: sudo apt-get install nodejs"
        self._process = await asyncio.create_subprocess_exec(
            *launch_command(SAME, signal.SIGKILL, [node, str(PROGRAM)]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=2**28,
        )
        await self._tasks.__aenter__()
        self._listening = [self._tasks.create_task(self._listen()), self._tasks.create_task(self._hear_errors())]
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._ready.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        await self._process.wait()
        for task in self._listening:
            task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def join(self, specs: Sequence[Spec]) -> None:
        for spec in specs:
            self._ledger.enter(spec.id, spec.place, spec.door)
        self._send(do="join", clients=[msgspec.to_builtins(spec) for spec in specs])

    def rest(self) -> None:
        """Stop editing."""
        self._send(do="rest")

    def leave(self, ids: Sequence[str]) -> None:
        self._send(do="leave", ids=list(ids))

    async def look(self, ids: Sequence[str] | None = None) -> Mapping[str, View]:
        """What clients hold now; None: all of them."""
        ask = next(self._asks)
        answer = self._answers[ask] = asyncio.get_running_loop().create_future()
        self._send(do="look", ids=ids, ask=ask)
        async with asyncio.timeout(ANSWER_SECONDS):
            seen = await answer
        return {
            name: View(
                base64.b64decode(view["update"]),
                base64.b64decode(view["vector"]),
                view["live"],
                view["made"],
                view["unsynced"],
            )
            for name, view in seen.items()
        }

    def _send(self, **command: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(command) + b"\n")

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            message = msgspec.json.decode(line)
            if "ready" in message:
                self._ready.set()
            elif "ask" in message:
                answer = self._answers.pop(message["ask"])
                if not answer.done():  # whoever asked may have given up
                    answer.set_result(message["look"])
            else:
                self.late.append(message["late"])
                for event in message["events"]:
                    self._note(event)

    async def _hear_errors(self) -> None:
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.said.append(line.decode("utf-8", "replace").rstrip())

    def _note(self, event: list[Any]) -> None:
        match event:
            case ["made", client, number, at]:
                self._ledger.made(client, number, at)
            case ["seen", client, author, number, at]:
                self._ledger.saw(client, author, number, at)
            case ["acked", client, number, at]:
                self._ledger.acked(client, number, at)
            case ["status", client, "closed", code]:
                self._ledger.closes[code] += 1
            case ["status", client, word, code]:
                self._ledger.stuck[client] = f"{word} ({code})"
            case _:
                self.said.append(f"unknown event {event}")
