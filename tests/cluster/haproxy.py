"""Debian's HAProxy on the configuration of deploy/, in front of the gateways of a world."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lyceum.embedded.identity import SAME, launch_command
from lyceum.ports import listen
from tests.chaos.world import HOST, World

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "haproxy" / "haproxy.cfg"
START_SECONDS = 20.0


def no_haproxy() -> str | None:
    """Why these tests cannot run, or None."""
    return None if shutil.which("haproxy") else "proxy tests: no HAProxy (sudo apt-get install haproxy)"


def free_port() -> int:
    with listen(HOST, 0) as opened:
        return opened.getsockname()[1]


@asynccontextmanager
async def haproxy(made: World) -> AsyncIterator[int]:
    """The port people come in by."""
    port = free_port()
    gateways = {f"LYCEUM_GATEWAY_{n}": f"{HOST}:{at}" for n, at in enumerate(made.ports.values(), start=1)}
    told = {
        "PATH": os.defpath,
        "LYCEUM_PROXY_BIND": f"{HOST}:{port}",
        "LYCEUM_PROXY_METRICS": f"{HOST}:{free_port()}",
        "LYCEUM_PROXY_SLOWSTART": "1s",
        "LYCEUM_PROXY_MAXCONN": "500",
        **gateways,
    }
    program = shutil.which("haproxy")
    assert program is not None
    process = await asyncio.create_subprocess_exec(
        *launch_command(SAME, signal.SIGKILL, [program, "-db", "-f", str(CONFIGURATION)]),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=told,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            while await status(port, "/healthz") != 200:
                assert process.returncode is None, "HAProxy did not start"
                await asyncio.sleep(0.05)
        yield port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def status(port: int, path: str) -> int:
    """The status of a GET; 0 when nobody answers."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: lyceum\r\nConnection: close\r\n\r\n".encode())
        line = await reader.readline()
        writer.close()
        return int(line.split()[1])
    except (OSError, IndexError):
        return 0
