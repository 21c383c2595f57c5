"""One child process: started as some identity, ended with its parent, with the last of what it said."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from lyceum.embedded.identity import Identity, launch_command

TAIL_BYTES = 8192
LAST_WORDS_SECONDS = 0.5
PLAIN_ENVIRONMENT: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""What an embedded program sees of the environment: nothing of ours, so no secret."""


@dataclass(slots=True)
class Child:
    """A running program. `listen` must run for as long as it lives, or the child blocks on a full pipe."""

    process: asyncio.subprocess.Process
    _tail: bytes = b""
    _silent: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def start(cls, program: Sequence[str], identity: Identity, death_signal: signal.Signals) -> "Child":
        """Start ``program`` in a session of its own, so that Ctrl-C in a terminal reaches only the parent."""
        process = await asyncio.create_subprocess_exec(
            *launch_command(identity, death_signal, list(program)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=PLAIN_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    async def last_words(self) -> str:
        """The last of its output, once it has ended: what it left behind may hold the pipe open a little longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._silent.wait()
        return self._tail.decode("utf-8", "replace")

    async def listen(self) -> None:
        """Take its output in until it ends; only the last `TAIL_BYTES` are kept."""
        assert self.process.stdout is not None
        while chunk := await self.process.stdout.read(TAIL_BYTES):
            self._tail = (self._tail + chunk)[-TAIL_BYTES:]
        self._silent.set()

    async def ended(self) -> int:
        """Its exit code, or minus the signal that ended it."""
        return await self.process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send ``number``; nothing when it has ended."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    async def stop(self, number: signal.Signals, grace: float) -> None:
        """Ask it to end by ``number``; after ``grace`` seconds kill it."""
        self.send(number)
        try:
            async with asyncio.timeout(grace):
                await self.ended()
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.ended()
