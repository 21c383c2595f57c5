"""Processes of Lyceum under this one: started, signalled, started again when they end. Only our own are touched."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from lyceum.embedded.identity import SAME, launch_command

AGAIN_SECONDS = 0.2
"""From the end of a process to its next life, as a supervisor would."""
READY = "ready"
TROUBLE = ("error", "critical")
MOST_TROUBLE = 200


@dataclass(slots=True)
class Member:
    """A place in the fleet and whoever fills it now."""

    name: str
    plane: str
    process: asyncio.subprocess.Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the life that runs now is over; a fresh one for each life."""
    lives: int = 0
    wanted: bool = True

    @property
    def pid(self) -> int:
        return self.process.pid if self.process is not None else 0


class Fleet:
    """Use as an async context manager; leaving it kills what runs. ``environment(name)`` is what a member sees."""

    def __init__(self, names: Sequence[tuple[str, str]], environment: Callable[[str], Mapping[str, str]], logs: Path):
        self.members = {name: Member(name, plane) for name, plane in names}
        self.trouble: list[str] = []
        """Lines of error that members logged."""
        self._environment = environment
        self._logs = logs
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> "Fleet":
        await self._tasks.__aenter__()
        self._running = [self._tasks.create_task(self._keep(member)) for member in self.members.values()]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member in self.members.values():
            member.wanted = False
        for task in self._running:
            task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def of_plane(self, plane: str) -> list[str]:
        return [name for name, member in self.members.items() if member.plane == plane]

    async def all_ready(self) -> None:
        for member in self.members.values():
            await member.ready.wait()

    def send(self, name: str, number: signal.Signals) -> bool:
        """Signal a member; whether there was one to be signalled."""
        process = self.members[name].process
        if process is None or process.returncode is not None:
            return False
        with suppress(ProcessLookupError):
            process.send_signal(number)
        return True

    async def replace(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal a member, wait until it has ended and its next life is ready; its exit code."""
        member = self.members[name]
        await member.ready.wait()
        ended, process = member.ended, member.process
        assert process is not None
        self.send(name, number)
        await ended.wait()
        await member.ready.wait()
        assert process.returncode is not None
        return process.returncode

    async def _keep(self, member: Member) -> None:
        while member.wanted:
            await self._live(member)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _live(self, member: Member) -> None:
        """One life of one member."""
        ended = member.ended = asyncio.Event()
        process = member.process = await self._spawn(member)
        member.lives += 1
        try:
            await self._listen(member, process)
            await process.wait()
        finally:
            member.ready.clear()
            if process.returncode is None:
                process.kill()
                await process.wait()
            ended.set()

    async def _spawn(self, member: Member) -> asyncio.subprocess.Process:
        """Without site-wide settings of ours leaking in; killed by the kernel when this process ends."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("LYCEUM_")}
        return await asyncio.create_subprocess_exec(
            *launch_command(SAME, signal.SIGKILL, [sys.executable, "-m", "lyceum", member.plane]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**ours, **self._environment(member.name), "LYCEUM_PROCESS": member.name},
            start_new_session=True,
            limit=2**20,
        )

    async def _listen(self, member: Member, process: asyncio.subprocess.Process) -> None:
        """Keep its log; hear when it is ready, and of trouble."""
        assert process.stdout is not None
        with (self._logs / f"{member.name}.log").open("ab") as log:
            log.write(f"--- life {member.lives}, pid {process.pid}, at {time.monotonic():.3f}\n".encode())
            while line := await process.stdout.readline():
                log.write(line)
                log.flush()
                self._read(member, line)

    def _read(self, member: Member, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {"level": "error", "event": line.decode("utf-8", "replace").rstrip()}
        if entry.get("event") == READY:
            member.ready.set()
        elif entry.get("level") in TROUBLE and len(self.trouble) < MOST_TROUBLE:
            self.trouble.append(f"{member.name}: {entry.get('event')} {entry.get('exception', '')}".strip())
