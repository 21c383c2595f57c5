"""One person's HTTP connection: JSON in, JSON out, as little work as it takes, for the machine is shared."""

import asyncio
import json
from typing import Any


class Unreachable(Exception):
    """The server is away, or answered that it cannot do it now."""


class Refused(Exception):
    """The server understood, and said no."""


class Connection:
    """Kept open between requests, opened again when it is gone."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._address = (host, port)
        self._head = f"Host: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request to ``/api/v1`` + path; raise `Unreachable` or `Refused`."""
        content = b"" if body is None else json.dumps(body).encode()
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"{method} /api/v1{path} HTTP/1.1\r\n{self._head}{more}Content-Length: {len(content)}\r\n\r\n"
        try:
            async with asyncio.timeout(15):
                status, answer = await self._exchange(head.encode() + content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            self.close()
            raise Unreachable(type(error).__name__) from error
        if status >= 500 or status == 429:
            raise Unreachable(str(status))
        if status >= 400:
            raise Refused(f"{status} {answer.decode(errors='replace')[:300]}")
        return json.loads(answer) if answer else None

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0")
        return int(head[9:12]), await reader.readexactly(int(length))

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
