"""The servers that are measured, each started fresh for a run: Lyceum as people run it, and its peers from npm.

Lyceum runs with everything on: tokens, limits, validation, the log in its own PostgreSQL. The peers run in memory with
their default settings, as their documentation starts them.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from loadtests.collab.crowd import LoadError
from loadtests.collab.doors import Door, HocuspocusDoor, NativeDoor, YjsDoor
from loadtests.collab.run import Target
from realtime.grants import Grant, mint
from realtime.roles import Role

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "loadtests" / "peers"
OUT = ROOT / "var" / "bench"
START_SECONDS = 90.0
STOP_SECONDS = 30.0
TOKEN_SECONDS = 24 * 3600.0
PEOPLE_A_TEACHER = 50
DOORS: Mapping[str, Door] = {"yjs": YjsDoor(), "hocuspocus": HocuspocusDoor(), "native": NativeDoor()}


@dataclass(frozen=True, slots=True)
class Contender:
    """How to start one server; ``{port}`` in its command and environment is the port it is given."""

    name: str
    command: tuple[str, ...]
    door: Door
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    target: Target
    pid: int


PEER_SERVERS = {
    "y-websocket": Contender(
        "y-websocket",
        ("node", str(PEERS / "node_modules/@y/websocket-server/src/server.js")),
        YjsDoor("/{room}"),
        {"HOST": "127.0.0.1", "PORT": "{port}"},
    ),
    "hocuspocus": Contender(
        "hocuspocus", ("node", str(PEERS / "hocuspocus.mjs")), HocuspocusDoor("/", "{room}"), {"PORT": "{port}"}
    ),
}


def lyceum(door: str = "yjs", workers: int = 0, environment: Mapping[str, str] | None = None) -> Contender:
    """``lyceum up``, met at one of its doors."""
    more = ("--workers", str(workers)) if workers else ()
    command = (sys.executable, "-m", "lyceum", "up", "--port", "{port}", *more)
    name = "lyceum" + ("" if door == "yjs" else f"/{door}") + (f"/workers{workers}" if workers else "")
    return Contender(name, command, DOORS[door], dict(environment or {}), is_ours=True)


@contextmanager
def running(contender: Contender) -> Iterator[Running]:
    """Start it, wait until it answers, stop it; raises `LoadError` when it does not start."""
    OUT.mkdir(parents=True, exist_ok=True)
    port, folder = _free_port(), Path(tempfile.mkdtemp(prefix="data-", dir=OUT))
    secret = secrets.token_hex(16)
    command = [part.replace("{port}", str(port)) for part in contender.command]
    environment = {name: value.replace("{port}", str(port)) for name, value in contender.environment.items()}
    if contender.is_ours:
        command += ["--data-dir", str(folder)]
        environment |= {"LYCEUM_SECRET": secret, "LYCEUM_LOG_LEVEL": "warning"}
    log = _log(contender).open("wb")
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    try:
        _wait(contender, process, port)
        sign = _people(secret) if contender.is_ours else None
        yield Running(Target("127.0.0.1", port, contender.door, sign=sign), process.pid)
    finally:
        _stop(process)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _people(secret: str) -> Callable[[int], str]:
    """Tokens of as many people: one in fifty teaches."""

    def sign(number: int) -> str:
        role = Role.STUDENT if number % PEOPLE_A_TEACHER else Role.TEACHER
        return mint(Grant("*", f"p{number}", role, name=f"Person {number}"), secret, time.time(), TOKEN_SECONDS)

    return sign


def _log(contender: Contender) -> Path:
    return OUT / f"{contender.name.replace('/', '-')}.log"


def _wait(contender: Contender, process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port, contender.is_ours):
        if process.poll() is not None or time.monotonic() > deadline:
            last = _log(contender).read_text(errors="replace").strip().splitlines()[-1:]
            raise LoadError(f"{contender.name} did not start: {''.join(last) or 'it said nothing'}")
        time.sleep(0.05)
    time.sleep(0.5)


def _answers(port: int, ours: bool) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as link:
            if not ours:
                return True
            link.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return link.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
