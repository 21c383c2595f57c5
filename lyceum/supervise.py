"""Run a fleet of child processes as `supervision` decides: the shell with the processes, clock and signals."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from lyceum.embedded.identity import SAME, launch_command
from lyceum.supervision import ChildName, Do, Effect, State, Supervision

log = structlog.get_logger("lyceum.supervise")

Command = Callable[[ChildName], Sequence[str]]


def plane_command(name: ChildName) -> Sequence[str]:
    """``lyceum gateway`` and its like, by the interpreter that runs this."""
    return [sys.executable, "-m", "lyceum", name.plane]


class Supervisor:
    """Owns the children of one fleet. A child that dies is started again; all of them end with this process."""

    def __init__(
        self,
        names: Sequence[ChildName],
        environment: Mapping[str, str],
        drain_seconds: float,
        command: Command = plane_command,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._decide = Supervision(names, drain_seconds)
        self._environment = environment
        self._command = command
        self._now = now
        self._running: dict[ChildName, Process] = {}
        self._changed = asyncio.Event()

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the children that run now, by name."""
        return {str(name): process.pid for name, process in self._running.items()}

    async def run(self, stop: asyncio.Event) -> int:
        """Keep the fleet up until ``stop``, then drain it. Return the exit code: 0 unless a child gave up for good."""
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(self._drain_on(stop, tasks))
            try:
                while not self._decide.finished:
                    self._changed.clear()
                    self._carry_out(self._decide.tick(self._now()), tasks)
                    await self._until_something_happens()
            finally:
                waiting.cancel()
        return self._decide.exit_code

    async def _drain_on(self, stop: asyncio.Event, tasks: asyncio.TaskGroup) -> None:
        await stop.wait()
        log.info("stopping", processes=len(self._running))
        self._carry_out(self._decide.drain(self._now()), tasks)
        self._changed.set()

    async def _until_something_happens(self) -> None:
        wake = self._decide.wake_at()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if wake is None else max(0.0, wake - self._now())):
                await self._changed.wait()

    def _carry_out(self, effects: Sequence[Effect], tasks: asyncio.TaskGroup) -> None:
        for effect in effects:
            if effect.do is Do.START:
                tasks.create_task(self._live(effect.child, tasks), name=str(effect.child))
            elif effect.child in self._running:
                self._signal(effect.child, signal.SIGTERM if effect.do is Do.ASK else signal.SIGKILL)

    async def _live(self, name: ChildName, tasks: asyncio.TaskGroup) -> None:
        """One life of one child."""
        try:
            process = self._running[name] = await self._spawn(name)
        except OSError as error:
            log.error("cannot start", child=str(name), reason=str(error))
            code = 1
        else:
            log.info("started", child=str(name), pid=process.pid)
            if self._decide.state(name) is State.STOPPING:  # asked while it was being made
                self._signal(name, signal.SIGTERM)
            code = await self._ended(name, process)
            log.info("ended", child=str(name), code=code)
        self._carry_out(self._decide.ended(name, code, self._now()), tasks)
        self._changed.set()

    async def _ended(self, name: ChildName, process: Process) -> int:
        """Wait for its end; when this is cancelled instead, kill it."""
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                self._signal(name, signal.SIGKILL)
                await process.wait()
            del self._running[name]

    async def _spawn(self, name: ChildName) -> Process:
        """In a session of its own: Ctrl-C in a terminal asks this process alone, which drains in order."""
        return await asyncio.create_subprocess_exec(
            *launch_command(SAME, signal.SIGKILL, list(self._command(name))),
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self._environment, "LYCEUM_PROCESS": str(name)},
            start_new_session=True,
        )

    def _signal(self, name: ChildName, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._running[name].send_signal(number)
