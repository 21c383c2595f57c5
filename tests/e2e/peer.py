"""A member without a browser: speaks the native protocol and reads documents with an engine of its own."""

from pycrdt import Doc
from websockets.asyncio.client import connect

from realtime.frames import client, server
from realtime.frames.codec import decode_server, encode
from realtime.roles import Role
from tests.e2e.lyceum_process import LyceumProcess

LARGEST = 64 * 2**20


async def read_document(lyceum: LyceumProcess, room: str, doc: str) -> Doc:
    """The document as the server hands it to somebody new."""
    url = f"{lyceum.url.replace('http', 'ws')}/ws/rooms/{room}"
    async with connect(url, max_size=LARGEST) as socket:
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
