"""`run_workers` as a process: real services, real children in the place of the planes, one port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lyceum.ports import listen
from tests.lyceum.conftest import copied, environment_for_tests, wait_for_end

PLANE = Path(__file__).with_name("plane.py")
PATIENCE = 60.0
UP = f"""
import sys, uvloop
from pathlib import Path
from lyceum.cli import _fail
from lyceum.errors import LyceumError
from lyceum.settings import Settings
from lyceum.workers import run_workers
settings = Settings(data_dir=Path(sys.argv[1]), port=int(sys.argv[2]))
command = lambda name: [sys.executable, {str(PLANE)!r}, name.plane]
try:
    uvloop.run(run_workers(settings, 2, command))
except LyceumError as error:
    sys.exit(_fail(error))
"""


@contextmanager
def _up(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", UP, str(folder), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment_for_tests(),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _free_port() -> int:
    with listen("127.0.0.1", 0) as opened:
        return opened.getsockname()[1]


def _ask(port: int) -> tuple[str, int, str] | None:
    """Name and pid of the gateway that answered, and the version of its database."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            name, pid, version = connection.makefile().readline().split()
            return name, int(pid), version
    except (OSError, ValueError):
        return None


def _both(port: int) -> dict[str, int]:
    """Wait until both gateways have answered; pids by name."""
    found: dict[str, int] = {}
    deadline = time.monotonic() + PATIENCE
    while len(found) < 2:
        assert time.monotonic() < deadline
        answer = _ask(port)
        if answer is not None:
            found[answer[0]] = answer[1]
            assert answer[2] != ""
        else:
            time.sleep(0.02)
    return found


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


def test_a_fleet_on_one_port_refuses_a_second_survives_its_members_and_ends_clean(
    folder: Path, made_folder: Path
) -> None:
    port = _free_port()
    with _up(folder, port) as up:
        first = _both(port)
        assert sorted(first) == ["gateway-1", "gateway-2"]
        assert _refusal(folder, _free_port()) == 5
        assert _refusal(copied(made_folder, folder.with_name("other")), port) == 3
        assert _both(port) == first
        os.kill(first["gateway-1"], signal.SIGKILL)
        wait_for_end(first["gateway-1"])
        again = _both(port)
        assert again["gateway-1"] != first["gateway-1"]
        assert again["gateway-2"] == first["gateway-2"]
        members = _descendants(up.pid)
        assert len(members) >= 6, "two gateways, two rooms, PostgreSQL and Redis"
        up.send_signal(signal.SIGTERM)
        _, errors = up.communicate(timeout=PATIENCE)
        assert up.returncode == 0, errors
    assert [pid for pid in members if Path(f"/proc/{pid}").exists()] == []
    assert sorted(path.name for path in (folder / "run").iterdir()) == []


def _refusal(folder: Path, port: int) -> int:
    """Exit code of one more `up`, which says one line."""
    with _up(folder, port) as second:
        _, errors = second.communicate(timeout=PATIENCE)
    assert errors.startswith("lyceum: ")
    assert errors.count("\n") == 1
    return second.returncode


def test_kill_9_of_the_parent_leaves_nothing_running(folder: Path) -> None:
    port = _free_port()
    with _up(folder, port) as up:
        _both(port)
        members = _descendants(up.pid)
        up.kill()
    for pid in members:
        wait_for_end(pid)
    assert _ask(port) is None
