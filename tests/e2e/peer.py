"""Members without a browser: they speak the native protocol and read documents with an engine of their own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pycrdt import Doc
from websockets.asyncio.client import ClientConnection, connect

from realtime.frames import client, commands, server
from realtime.frames.codec import decode_server, encode
from realtime.grants import DEFAULT_TENANT
from realtime.ids import room_key
from realtime.roles import Role
from rooms.log import Entry
from rooms.log_postgres import PostgresLog
from tests.e2e.lyceum_process import LyceumProcess

LARGEST = 64 * 2**20


async def read_document(lyceum: LyceumProcess, room: str, doc: str) -> Doc:
    """The document as the server hands it to somebody new."""
    async with connect(_url(lyceum, room), max_size=LARGEST) as socket:
        await socket.send(encode(client.Hello(lyceum.token(room, "peer", Role.OBSERVER))))
        await socket.send(encode(client.Open(doc, b"\x00")))
        async for message in socket:
            assert isinstance(message, bytes)
            frame = decode_server(message, LARGEST)
            if isinstance(frame, server.Opened) and frame.doc == doc:
                read: Doc = Doc()
                read.apply_update(frame.update)
                return read
    raise AssertionError(f"the server closed before it opened {doc}")


@asynccontextmanager
async def crowd(lyceum: LyceumProcess, room: str, count: int) -> AsyncIterator[None]:
    """So many students of ``room`` while the body runs; the first of them has a hand up."""
    sockets = await asyncio.gather(*(_student(lyceum, room, number) for number in range(count)))
    try:
        await sockets[0].send(encode(client.Do(1, commands.Hand(up=True))))
        yield
    finally:
        for socket in sockets:
            socket.transport.abort()


async def _student(lyceum: LyceumProcess, room: str, number: int) -> ClientConnection:
    socket = await connect(_url(lyceum, room), max_size=LARGEST)
    token = lyceum.token(room, f"s{number}", Role.STUDENT, f"Student {number:03}")
    await socket.send(encode(client.Hello(token)))
    return socket


async def damage(lyceum: LyceumProcess, room: str, doc: str) -> None:
    """Store what is no update as ``doc`` of a room that nobody has opened yet."""
    key = room_key(DEFAULT_TENANT, room)
    async with PostgresLog(lyceum.dsn) as log:
        opening = await log.open(key, "nobody")
        await log.append([Entry(key, opening.epoch, 1, doc, b"no update", (), time.time())])


def _url(lyceum: LyceumProcess, room: str) -> str:
    return f"{lyceum.url.replace('http', 'ws')}/ws/rooms/{room}"
