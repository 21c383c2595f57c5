"""One y-websocket client on a blocking socket. Whoever owns it calls `read` in a thread (or greenlet) of its own."""

import json
import time
from urllib.parse import quote

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from loadtests.collab.strokes import Drawer
from loadtests.collab.swarm import Reader, Swarm
from loadtests.collab.yjs_wire import EMPTY_STEP2, STEP1, awareness, edit, typed
from realtime.lib0 import span


class YjsClient:
    """``host`` is the server's origin, such as ``http://127.0.0.1:8000``."""

    def __init__(self, swarm: Swarm, host: str, room: str, doc: str, token: str) -> None:
        origin = host.rstrip("/").replace("http", "ws", 1)
        self._url = f"{origin}/yjs/{room}/{doc}?token={quote(token)}"
        self._swarm = swarm
        self._socket: ClientConnection | None = None
        self._moves = 0
        self.reader = Reader(swarm.new_client())
        self._drawer = Drawer(self.reader.client)
        self.close_code = 0

    def open(self) -> float:
        """Connect and sync; seconds until the document is here."""
        started = time.monotonic()
        self._socket = socket = connect(self._url, max_size=None, compression=None, ping_interval=None)
        socket.send(STEP1)
        while True:
            message = socket.recv()
            assert isinstance(message, bytes)
            if message[:2] == b"\x00\x01":
                break
        for run in typed(message):
            self.reader.known[run[0]] = max(self.reader.known.get(run[0], 0), run[2])
        self.reader.synced_at = time.monotonic()
        return self.reader.synced_at - started

    def read(self) -> None:
        """Take messages until the connection ends."""
        assert self._socket is not None
        try:
            for message in self._socket:
                assert isinstance(message, bytes)
                self._take(message)
        except ConnectionClosed:
            pass
        self.close_code = self._socket.close_code or 0

    def type(self) -> None:
        """One character."""
        assert self._socket is not None
        client = self.reader.client
        self._socket.send(edit(client, self._swarm.send(client, time.monotonic())))

    def draw(self, x: float, y: float) -> None:
        """The pen goes on; for a client that has a board open. Each item of the stroke counts."""
        assert self._socket is not None
        before = self._drawer.clock
        update = self._drawer.stroke(x, y)
        now = time.monotonic()
        for _ in range(self._drawer.clock - before):
            self._swarm.send(self.reader.client, now)
        self._socket.send(b"\x00\x02" + span(update))

    def move(self, x: float, y: float) -> None:
        """The cursor."""
        assert self._socket is not None
        self._moves += 1
        state = json.dumps({"user": {"name": f"Student {self.reader.client % 1000}"}, "cursor": {"x": x, "y": y}})
        self._socket.send(awareness(self.reader.client, self._moves, state))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _take(self, message: bytes) -> None:
        if message[:2] == b"\x00\x00":
            assert self._socket is not None
            self._socket.send(EMPTY_STEP2)
            return
        now = time.monotonic()
        for run in typed(message):
            self._swarm.receive(self.reader, run, now)
