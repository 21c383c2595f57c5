"""A link can be cut, held and slowed, and says nothing of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.chaos.link import Link, Stream, dial_unix, on_socket


@asynccontextmanager
async def echo(folder: Path) -> AsyncIterator[tuple[Link, Path]]:
    """A server that sends back what it gets, behind a link."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(100):
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_unix_server(answer, folder / "far")
    link = Link("test", dial_unix(folder / "far"))
    async with server, on_socket(link, folder / "near"):
        yield link, folder / "near"


async def said(stream: Stream, word: bytes) -> bytes:
    reader, writer = stream
    writer.write(word)
    return await reader.read(100)


async def is_over(stream: Stream) -> bool:
    try:
        return await stream[0].read(100) == b""
    except ConnectionError:
        return True


async def test_open_then_cut_then_open_again(tmp_path: Path) -> None:
    async with echo(tmp_path) as (link, near):
        stream = await asyncio.open_unix_connection(near)
        assert await said(stream, b"hello") == b"hello"
        link.cut()
        assert await is_over(stream)
        stream[1].close()
        refused = await asyncio.open_unix_connection(near)
        assert await is_over(refused)
        refused[1].close()
        link.open()
        again = await asyncio.open_unix_connection(near)
        assert await said(again, b"back") == b"back"
        again[1].close()


async def test_what_is_held_comes_late_and_whole(tmp_path: Path) -> None:
    async with echo(tmp_path) as (link, near):
        reader, writer = await asyncio.open_unix_connection(near)
        assert await said((reader, writer), b"one") == b"one"
        carried = link.bytes_carried
        link.hold()
        writer.write(b"two")
        for _ in range(50):
            await asyncio.sleep(0)
        assert link.bytes_carried == carried
        link.open()
        assert await reader.read(100) == b"two"
        writer.close()


async def test_an_end_is_passed_on(tmp_path: Path) -> None:
    async with echo(tmp_path) as (_, near):
        reader, writer = await asyncio.open_unix_connection(near)
        assert await said((reader, writer), b"bye") == b"bye"
        writer.write_eof()
        assert await reader.read(100) == b""
        writer.close()
