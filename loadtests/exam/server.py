"""``lyceum up`` as a process that may be killed and started again, on a database that outlives it."""

import asyncio
import os
import sys
from pathlib import Path

READY_SECONDS = 180.0


class Server:
    """One ``lyceum up``; `kill` is SIGKILL."""

    def __init__(self, dsn: str, secret: str, folder: Path, port: int) -> None:
        told = {"LYCEUM_DATABASE_URL": dsn, "LYCEUM_SECRET": secret, "LYCEUM_LOG_LEVEL": "warning"}
        self._environment = os.environ | told
        self._command = [sys.executable, "-m", "lyceum", "up", "--port", str(port), "--data-dir", str(folder)]
        self.port = port
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        self._process = await asyncio.create_subprocess_exec(*self._command, env=self._environment)
        async with asyncio.timeout(READY_SECONDS):
            while not await self._is_ready():
                await asyncio.sleep(0.05)

    async def _is_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return (await reader.read(64)).startswith(b"HTTP/1.1 200")
        finally:
            writer.close()

    async def kill(self) -> None:
        """End it without a warning."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """End it as people do."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
