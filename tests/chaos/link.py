"""A stream link that passes through this process, so that it can be cut, held and slowed.

open      bytes pass
cut       every connection is reset and new ones are too: the other side is gone
held      nothing passes and nothing ends: the network swallows everything, until it heals or cuts
slow      each piece is late by so many seconds
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[], Awaitable[Stream]]
PIECE_BYTES = 65536


class Link:
    """One link; ``dial`` reaches the far side. Serve it with `on_socket`, or hand it streams with `carry`."""

    def __init__(self, name: str, dial: Dial) -> None:
        self.name = name
        self._dial = dial
        self._streams: set[asyncio.StreamWriter] = set()
        self._passes = asyncio.Event()
        self._passes.set()
        self._is_cut = False
        self._delay = 0.0
        self.bytes_carried = 0
        self.refused = asyncio.Event()
        """Set whenever a stream found the link cut."""

    # faults

    def open(self) -> None:
        """Everything is well again; what was held goes on its way, late."""
        self._is_cut, self._delay = False, 0.0
        self._passes.set()

    def cut(self) -> None:
        self._is_cut = True
        self._passes.set()
        for writer in list(self._streams):
            writer.transport.abort()

    def hold(self) -> None:
        self._passes.clear()

    def slow(self, delay: float) -> None:
        """``delay`` seconds for each piece, either way."""
        self._delay = delay

    @property
    def is_cut(self) -> bool:
        return self._is_cut

    @property
    def connections(self) -> int:
        return len(self._streams) // 2

    # streams

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a near stream to a fresh far one until either ends."""
        self._streams.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            await self._passes.wait()
            if self._is_cut:
                self.refused.set()
                return
            far_reader, far = await self._dial()
            self._streams.add(far)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far))
                both.create_task(self._pump(far_reader, writer))
        except* (OSError, RuntimeError):  # uvloop tells of a closed handle by the latter
            pass
        finally:
            for end in (writer, far):
                if end is not None:
                    self._streams.discard(end)
                    end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE_BYTES):
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._passes.wait()
            self.bytes_carried += len(data)
            writer.write(data)
            await writer.drain()
        await self._passes.wait()
        if not writer.is_closing():
            writer.write_eof()


@asynccontextmanager
async def on_socket(link: Link, path: Path) -> AsyncIterator[None]:
    """``link`` behind a Unix socket at ``path``."""
    server = await asyncio.start_unix_server(link.carry, path)
    try:
        yield
    finally:
        server.close()
        link.cut()
        with suppress(FileNotFoundError):
            path.unlink()


def dial_unix(path: Path) -> Dial:
    return lambda: asyncio.open_unix_connection(path)


def dial_tcp(host: str, port: int) -> Dial:
    return lambda: asyncio.open_connection(host, port)
