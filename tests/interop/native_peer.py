"""A client of the native door that shares no code with the server: `websockets`, `msgpack`, `pycrdt`."""

import asyncio
from contextlib import suppress
from random import Random
from typing import Any

import msgpack
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

HELLO, OPEN, UPDATE, ANSWER = 1, 2, 4, 5
WELCOME, OPENED, CHANGED, ASK, SAVED, REFUSED = 64, 67, 68, 69, 71, 72


class NativePeer:
    """One person with one document open. ``run`` keeps it connected until it is cancelled."""

    def __init__(self, base: str, room: str, doc: str, token: str) -> None:
        self._url = f"{base}/ws/rooms/{room}"
        self._name = doc
        self._token = token
        self.doc: Doc[Any] = Doc()
        self.text = self.doc.get("text", type=Text)
        self.list = self.doc.get("list", type=Array)
        self.map = self.doc.get("map", type=Map)
        self.xml = self.doc.get("xml", type=XmlFragment)
        self._socket: ClientConnection | None = None
        self._n = 0
        self.saved = 0
        self.refused: list[list[Any]] = []
        self.opened = asyncio.Event()
        self.closes: list[int] = []
        self._incoming = False
        self._outbox: list[bytes] = []
        self.doc.observe(self._changed)

    @property
    def all_saved(self) -> bool:
        return self.opened.is_set() and self.saved >= self._n

    async def run(self) -> None:
        while True:
            with suppress(OSError, WebSocketException):
                await self._session()
            self.opened.clear()
            await asyncio.sleep(0.05)

    async def cut(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _session(self) -> None:
        self._n = self.saved = 0
        async with connect(self._url, max_size=None, ping_interval=None) as socket:
            self._socket = socket
            await self._send(HELLO, self._token, 0)
            await self._send(OPEN, self._name, self.doc.get_state())
            try:
                async for data in socket:
                    await self._take(msgpack.unpackb(data))
            finally:
                self._socket = None
                self.closes.append(socket.close_code or 0)

    async def _take(self, frame: list[Any]) -> None:
        kind, *fields = frame
        if kind == OPENED:
            self._apply(fields[2])
            await self._answer(fields[1])
            self.opened.set()
        elif kind == CHANGED:
            self._apply(fields[1])
        elif kind == ASK:
            await self._answer(fields[1])
        elif kind == SAVED:
            self.saved = fields[0]
        elif kind == REFUSED:
            self.refused.append(fields)

    def _apply(self, update: bytes) -> None:
        self._incoming = True
        self.doc.apply_update(update)
        self._incoming = False

    def _changed(self, event: Any) -> None:
        if not self._incoming:
            self._outbox.append(event.update)

    async def flush(self) -> None:
        """Send what was edited; what cannot be sent is in the document and comes with the next answer."""
        updates, self._outbox = self._outbox, []
        with suppress(ConnectionClosed):
            for update in updates:
                if self._socket is not None and self.opened.is_set():
                    self._n += 1
                    await self._send(UPDATE, self._name, self._n, update)

    async def _answer(self, state_vector: bytes) -> None:
        self._n += 1
        await self._send(ANSWER, self._name, self._n, self.doc.get_update(state_vector))

    async def _send(self, *frame: Any) -> None:
        if self._socket is not None:
            data: Any = msgpack.packb(list(frame))
            await self._socket.send(data)

    async def edit(self, random: Random, count: int) -> None:
        for _ in range(count):
            random.choice([self._edit_text, self._edit_list, self._edit_map, self._edit_xml])(random)
        await self.flush()

    def _edit_text(self, random: Random) -> None:
        """Between characters: pycrdt counts bytes."""
        text = str(self.text)
        start = random.randint(0, len(text))
        end = min(len(text), start + random.randint(1, 4))
        at, to = len(text[:start].encode()), len(text[:end].encode())
        if at < to and random.random() < 0.3:
            del self.text[at:to]
        else:
            self.text.insert(at, random.choice(["x", "école", "数学"]), {"bold": True})

    def _edit_list(self, random: Random) -> None:
        if len(self.list) and random.random() < 0.3:
            del self.list[random.randrange(len(self.list))]
        else:
            self.list.insert(random.randint(0, len(self.list)), {"n": random.randrange(1000)})

    def _edit_map(self, random: Random) -> None:
        self.map[f"k{random.randrange(6)}"] = [random.random(), "v"]

    def _edit_xml(self, random: Random) -> None:
        if len(self.xml.children) and random.random() < 0.3:
            del self.xml.children[random.randrange(len(self.xml.children))]
        else:
            element = self.xml.children.insert(
                random.randint(0, len(self.xml.children)), XmlElement("li", {"class": "n"}, [XmlText("native")])
            )
            assert element is not None
