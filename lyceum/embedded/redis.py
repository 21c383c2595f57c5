"""Redis as a child process, for several Lyceum processes on one machine.

It holds leases and passes messages on, nothing that has to outlive it: what is saved is in PostgreSQL. So it keeps
nothing on disk, and comes back empty when it dies. It listens on a Unix socket only this user may reach.
"""

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import redis.asyncio
from redis.exceptions import RedisError

from lyceum.embedded.daemon import Daemon, Program
from lyceum.embedded.folder import drop_socket_folder, held, make_private, readable_errors, socket_folder
from lyceum.embedded.identity import SAME
from lyceum.embedded.programs import redis_server
from lyceum.errors import ServiceError, ServiceFailed

SOCKET_NAME = "redis.sock"
SNAPSHOT_NAME = "redis.rdb"
OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "databases": "1",
    "maxmemory": "512mb",
    "maxmemory-policy": "noeviction",
    "save": "",
    "appendonly": "no",
    "dbfilename": SNAPSHOT_NAME,
    "loglevel": "warning",
    "daemonize": "no",
}

READERS = ("--client-output-buffer-limit", "pubsub", "256mb", "256mb", "60")
"""What may wait for one process that listens. Redis' own bound, 32 MB, is less than a few readers of a large document
are sent when they read again: it would cut the connection, all would ask again, and none would ever be served."""


class EmbeddedRedis:
    """``async with EmbeddedRedis(folder) as redis: redis.url``; raises a `ServiceError` when it cannot run."""

    def __init__(self, data_dir: Path) -> None:
        self._asked_for = data_dir
        self._stack = AsyncExitStack()
        self._daemon: Daemon | None = None
        self._socket: Path | None = None
        self._run: Path | None = None
        self._keep = False

    @property
    def url(self) -> str:
        """``unix:///…``; stays the same over restarts."""
        assert self._socket is not None
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int:
        """The server's process id; 0 while it is down."""
        return self._daemon.pid if self._daemon is not None else 0

    async def restart(self, *, keep_data: bool) -> None:
        """End the server and wait until it answers again, with what it held or empty."""
        assert self._daemon is not None
        self._keep = keep_data
        if keep_data:
            await self._save()
        await self._daemon.restart(lambda child: child.send(signal.SIGKILL))

    async def __aenter__(self) -> "EmbeddedRedis":
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        folder = make_private(self._asked_for)
        self._stack.enter_context(held(folder, "redis.lock"))
        self._stack.callback(drop_socket_folder, folder, SOCKET_NAME)
        self._run = folder / "run"
        self._socket = socket_folder(folder, SOCKET_NAME) / SOCKET_NAME
        self._stack.callback(self._clean)
        self._daemon = await self._stack.enter_async_context(Daemon(self._program()))

    def _program(self) -> Program:
        return Program(
            name="redis",
            command=self._command,
            answers=self._answers,
            explain=_explain,
            identity=SAME,
            stop_signal=signal.SIGTERM,
            start_seconds=30.0,
            stop_seconds=5.0,
        )

    def _command(self) -> list[str]:
        """The command line; a snapshot is loaded only by a restart that asked to keep the data."""
        if not self._keep:
            self._clean()
        self._keep = False
        settings = {**OPTIONS, "unixsocket": str(self._socket), "dir": str(self._run)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [str(redis_server()), *options, *READERS]

    def _clean(self) -> None:
        assert self._run is not None
        assert self._socket is not None
        with readable_errors(self._run):
            (self._run / SNAPSHOT_NAME).unlink(missing_ok=True)
            self._socket.unlink(missing_ok=True)

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(5), redis.asyncio.from_url(self.url) as client:
                await client.ping()
        except (RedisError, OSError, TimeoutError):
            return False
        return True

    async def _save(self) -> None:
        async with redis.asyncio.from_url(self.url) as client:
            await client.save()


def _explain(output: str) -> ServiceError:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return ServiceFailed(f"Redis did not start: {lines[-1] if lines else 'it said nothing and did not answer in time'}")
