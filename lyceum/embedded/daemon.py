"""Keep one embedded service alive: start it, wait until it answers, start it again when it dies, stop it."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType

import structlog

from lyceum.backoff import Backoff
from lyceum.embedded.child import Child
from lyceum.embedded.identity import Identity
from lyceum.errors import ServiceError
from lyceum.tasks import background

PROBE_SECONDS = 0.02

log = structlog.get_logger("lyceum.embedded")


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to tell that it runs. Times in seconds."""

    name: str
    command: Callable[[], Sequence[str]]
    """Called before each start; heals what the last run left behind."""
    answers: Callable[[], Awaitable[bool]]
    """Whether it takes requests by now."""
    explain: Callable[[str], ServiceError]
    """From the last of its output to one line."""
    identity: Identity
    stop_signal: signal.Signals
    """Also what the kernel sends when this process dies."""
    start_seconds: float = 120.0
    stop_seconds: float = 30.0


class Daemon:
    """``async with Daemon(program)``: it answers inside the block, and is gone after it."""

    def __init__(self, program: Program, now: Callable[[], float] = time.monotonic) -> None:
        self._program = program
        self._now = now
        self._backoff = Backoff()
        self._child: Child | None = None
        self._up = asyncio.Event()
        self._stopping = False
        self._asked = False
        self._stack = AsyncExitStack()
        self._first: asyncio.Future[None] | None = None

    @property
    def pid(self) -> int:
        """Process id of the running program; 0 between two runs."""
        return self._child.pid if self._child is not None and self._child.running else 0

    async def __aenter__(self) -> "Daemon":
        """Start it; raise the `ServiceError` that explains why it did not."""
        self._first = asyncio.get_running_loop().create_future()
        await self._stack.enter_async_context(background(self._keep()))
        try:
            await self._first
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def restart(self, end: Callable[[Child], object]) -> None:
        """Let ``end`` end it, and wait until it answers again."""
        await self._up.wait()
        assert self._child is not None
        self._up.clear()
        self._asked = True
        end(self._child)
        await self._up.wait()

    async def _stop(self) -> None:
        self._stopping = True
        try:
            if self._child is not None:
                await self._child.stop(self._program.stop_signal, self._program.stop_seconds)
        finally:
            await self._stack.aclose()

    async def _keep(self) -> None:
        while not self._stopping:
            started = self._now()
            await self._run_once()
            if self._stopping:
                return
            await asyncio.sleep(self._pause(self._now() - started))

    def _pause(self, ran_for: float) -> float:
        """Seconds until the next start: none after a restart that was asked for."""
        if self._asked:
            self._asked = False
            return 0.0
        return self._backoff.delay(ran_for)

    async def _run_once(self) -> None:
        """One life of the program, from its start to its end."""
        try:
            child = self._child = await self._start()
            async with background(child.listen()):
                await self._until_it_answers(child)
                self._now_up()
                await child.ended()
                await self._tell_end(child)
        except ServiceError as error:
            self._failed(error)
        finally:
            self._up.clear()
            if self._child is not None and self._child.running:
                self._child.send(signal.SIGKILL)
                await self._child.ended()

    async def _tell_end(self, child: Child) -> None:
        """Log an end nobody asked for."""
        if not (self._stopping or self._asked):
            said = (await child.last_words()).strip().splitlines()[-1:]
            log.warning("embedded service ended", service=self._program.name, code=await child.ended(), said=said)

    async def _start(self) -> Child:
        program = self._program
        return await Child.start(program.command(), program.identity, program.stop_signal)

    async def _until_it_answers(self, child: Child) -> None:
        try:
            async with asyncio.timeout(self._program.start_seconds):
                while child.running:
                    if await self._program.answers():
                        return
                    await asyncio.sleep(PROBE_SECONDS)
        except TimeoutError:
            pass
        raise self._program.explain(await child.last_words())

    def _now_up(self) -> None:
        self._asked = False
        self._up.set()
        if self._first is not None and not self._first.done():
            self._first.set_result(None)

    def _failed(self, error: ServiceError) -> None:
        """The first start fails for the caller to see; a later one is said and tried again."""
        if self._first is not None and not self._first.done():
            self._stopping = True
            self._first.set_exception(error)
        elif not self._stopping:
            log.error("embedded service does not start", service=self._program.name, reason=str(error))
