"""`Supervisor` with real processes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lyceum.supervise import Supervisor
from lyceum.supervision import ChildName, fleet
from tests.lyceum.conftest import environment_for_tests, wait_for_end

CHILD = Path(__file__).with_name("child.py")
PATIENCE = 30.0


class Fleet:
    """A running supervisor and what its children say."""

    def __init__(self, supervisor: Supervisor, said: asyncio.StreamReader) -> None:
        self.supervisor = supervisor
        self.said = said
        self.stop = asyncio.Event()

    async def hear(self, *words: str) -> dict[str, int]:
        """Wait until each of ``words`` (such as ``gateway-1 up``) was said, in whatever order; pids by name."""
        missing, pids = set(words), dict[str, int]()
        async with asyncio.timeout(PATIENCE):
            while missing:
                name, word, pid = (await self.said.readline()).decode().split()
                missing.discard(f"{name} {word}")
                pids[name] = int(pid)
        return pids


@asynccontextmanager
async def _fleet(names: Sequence[ChildName], manner: str = "polite", drain: float = PATIENCE) -> AsyncIterator[Fleet]:
    read, write = os.pipe()
    os.set_inheritable(write, True)
    said = asyncio.StreamReader()
    with os.fdopen(read, "rb") as pipe:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(said), pipe
        )
        link = f"/proc/{os.getpid()}/fd/{write}"
        supervisor = Supervisor(
            names, {}, drain, lambda name: ["/bin/sh", "-c", SHELL, sys.executable, str(CHILD), manner, link]
        )
        try:
            yield Fleet(supervisor, said)
        finally:
            os.close(write)
            transport.close()


SHELL = 'exec 9>"$3"; exec "$0" "$1" 9 "$2"'
"""File descriptors are not inherited over a spawn; the child opens the pipe by the path of ours."""


async def test_a_killed_child_comes_back_and_the_drain_is_in_order() -> None:
    async with _fleet(fleet(1, media=False)) as now, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(now.supervisor.run(now.stop))
        first = await now.hear("gateway-1 up", "rooms-1 up", "jobs-1 up")
        assert now.supervisor.pids == first
        os.kill(first["rooms-1"], signal.SIGKILL)
        again = await now.hear("rooms-1 up")
        assert again["rooms-1"] != first["rooms-1"]
        now.stop.set()
        order = [(await now.said.readline()).split()[0] for _ in range(3)]
        assert order[0] == b"gateway-1"
        assert set(order[1:]) == {b"rooms-1", b"jobs-1"}
        assert await running == 0
    for pid in (*first.values(), *again.values()):
        assert not Path(f"/proc/{pid}").exists()


async def test_who_does_not_end_is_killed() -> None:
    async with _fleet(fleet(1, media=False), "stubborn", drain=0.05) as now, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(now.supervisor.run(now.stop))
        pids = await now.hear("gateway-1 up", "rooms-1 up", "jobs-1 up")
        now.stop.set()
        assert await running == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids.values())


async def test_wrong_settings_end_the_fleet_with_code_2() -> None:
    async with _fleet(fleet(2, media=False), "wrong") as now, asyncio.timeout(PATIENCE):
        assert await now.supervisor.run(now.stop) == 2


async def test_a_stop_while_children_are_being_made() -> None:
    async with _fleet(fleet(3, media=True)) as now, asyncio.timeout(PATIENCE):
        now.stop.set()
        assert await now.supervisor.run(now.stop) == 0
    assert now.supervisor.pids == {}


async def test_cancelling_the_supervisor_leaves_nobody() -> None:
    pids: dict[str, int] = {}
    async with _fleet(fleet(1, media=False)) as now:
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(now.supervisor.run(now.stop))
                pids = await now.hear("gateway-1 up", "rooms-1 up", "jobs-1 up")
                running.cancel()
                await running
    for pid in pids.values():
        wait_for_end(pid)


PARENT = """
import asyncio
from lyceum.logging import configure
from lyceum.settings import Settings
from lyceum.supervise import Supervisor
from lyceum.supervision import fleet
configure(Settings())
command = ["/bin/sh", "-c", "echo $$; exec sleep 600"]
asyncio.run(Supervisor(fleet(1, media=False), {}, 5.0, lambda name: command).run(asyncio.Event()))
"""


def test_children_die_with_a_supervisor_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment_for_tests(),
    )
    with parent:
        assert parent.stdout is not None
        pids = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
    for pid in pids:
        wait_for_end(pid)
