"""PostgreSQL 18 as a child process, on a folder of ours.

It listens on a Unix socket in a folder only this user may enter, and on no port, so any number of users and data
folders share a machine. It is restarted when it dies, shut down cleanly at the end, and told by the kernel to shut
down cleanly when this process is killed.
"""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal

import asyncpg

from lyceum.embedded.cluster import DATABASE, SOCKET_NAME, Cluster, explain
from lyceum.embedded.daemon import Daemon, Program
from lyceum.embedded.folder import (
    check_space,
    drop_socket_folder,
    held,
    make_private,
    readable_errors,
    socket_folder,
)
from lyceum.embedded.identity import choose_identity
from lyceum.embedded.programs import postgres_program

How = Literal["fast", "immediate", "kill"]
SIGNALS: dict[How, signal.Signals] = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "kill": signal.SIGKILL}


class EmbeddedPostgres:
    """``async with EmbeddedPostgres(folder) as pg: pg.dsn``

    Holds the data folder (`DataFolderInUse` when another live process does), makes the cluster and the database
    ``lyceum`` when they are missing, and raises a `ServiceError` of one clear line when it cannot run.
    """

    def __init__(self, data_dir: Path) -> None:
        self._asked_for = data_dir
        self._stack = AsyncExitStack()
        self._cluster: Cluster | None = None
        self._daemon: Daemon | None = None

    @property
    def dsn(self) -> str:
        """Stays the same over restarts."""
        assert self._cluster is not None
        return self._cluster.dsn()

    @property
    def pid(self) -> int:
        """The postmaster's process id; 0 while it is down."""
        return self._daemon.pid if self._daemon is not None else 0

    async def restart(self, how: How = "fast") -> None:
        """End the server and wait until it answers again: ``fast`` shuts down, ``immediate`` and ``kill`` crash it."""
        assert self._daemon is not None
        await self._daemon.restart(lambda child: child.send(SIGNALS[how]))

    async def __aenter__(self) -> "EmbeddedPostgres":
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
        self._stack.enter_context(held(folder))
        self._stack.callback(drop_socket_folder, folder, SOCKET_NAME)
        cluster = self._cluster = await asyncio.to_thread(prepare, folder)
        self._daemon = await self._stack.enter_async_context(Daemon(_program(cluster)))
        await _ensure_database(cluster)


def prepare(folder: Path, *, sync: bool = True) -> Cluster:
    """The cluster inside the data folder ``folder``, made if need be. Blocks for about a second the first time."""
    check_space(folder)
    sockets = socket_folder(folder, SOCKET_NAME)
    path = folder / "postgres"
    with readable_errors(folder):
        cluster = Cluster(path, sockets, choose_identity(postgres_program("postgres"), path, sockets))
        cluster.ensure(sync=sync)
        cluster.heal()
    return cluster


def _program(cluster: Cluster) -> Program:
    async def answers() -> bool:
        return await _answers(cluster)

    def command() -> list[str]:
        cluster.forget_reused_pid()
        return cluster.command()

    return Program(
        name="postgres",
        command=command,
        answers=answers,
        explain=lambda output: explain(output, cluster.path),
        identity=cluster.identity,
        stop_signal=signal.SIGINT,
    )


async def _answers(cluster: Cluster) -> bool:
    """Whether a connection can be made: not before recovery has finished."""
    try:
        connection = await asyncpg.connect(cluster.dsn("postgres"), timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


async def _ensure_database(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn("postgres"))
    try:
        with suppress(asyncpg.DuplicateDatabaseError):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()
