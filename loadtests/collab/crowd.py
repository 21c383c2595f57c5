"""Many clients on one epoll: raw sockets, no task and no object a message, so that one core drives thousands.

What readers of one room receive is the same bytes: each chunk is taken apart once and remembered, so that a delivery
costs one `recv` and two look-ups.
"""

import select
import socket
import time
from collections.abc import Callable

from loadtests.collab import ws_wire
from loadtests.collab.doors import Door, Said, cursor_entry
from loadtests.collab.ledger import Ledger, Reader, now
from loadtests.collab.swarm import FIRST_CLIENT
from loadtests.collab.yjs_wire import typing
from realtime.lib0 import uint

CHUNK = 256 * 1024
REMEMBERED = 4096
REMEMBERED_BYTES = 8192
SLOW_READER_BYTES = 4096
"""A stalled client's receive buffer: what a server sends it soon piles up at the server."""


class LoadError(Exception):
    """The server refused, or could not be reached, in a way no scenario means."""


class Client:
    """One connection. ``number`` over all rooms; its room is ``number // clients a room``."""

    __slots__ = (
        "closed", "head", "is_open", "joined_at", "missing", "moves", "n", "number", "out", "parts", "reader", "recv",
        "room", "socket", "stalled", "synced", "synced_at", "synced_bytes", "token",
        "typed",
    )  # fmt: skip

    def __init__(self, number: int, room: str, stalled: bool) -> None:
        self.number, self.room, self.stalled = number, room, stalled
        self.reader = Reader(number)
        self.token = ""
        self.head = self.out = b""
        self.parts: list[bytes] = []
        """The beginning of a frame that is still coming; ``missing`` bytes at least."""
        self.missing = 0
        self.typed = self.moves = self.n = self.synced_bytes = 0
        self.is_open = self.synced = self.closed = False
        self.joined_at = self.synced_at = 0.0
        self.socket: socket.socket
        self.recv: Callable[[int], bytes]


class Crowd:
    """The clients of one run against one address; ``token_of`` gives a client's number what opens the door."""

    def __init__(self, host: str, port: int, door: Door, token_of: Callable[[int], str], ledger: Ledger) -> None:
        self._address = (host, port)
        self._door = door
        self._token_of = token_of
        self._ledger = ledger
        self._poll = select.epoll()
        self._by_fd: dict[int, Client] = {}
        self._known: dict[bytes, Said] = {}
        self.echo = self.opaque = self.presence = False
        self.opened = self.synced = self.lost = self.saved = self.echoes = 0

    # coming and going

    def connect(self, client: Client) -> None:
        it = client.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        it.setblocking(False)
        it.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if client.stalled:
            it.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_READER_BYTES)
        client.recv = it.recv
        client.joined_at = now()
        it.connect_ex(self._address)
        client.token = self._token_of(client.number)
        path = self._door.path(client.room, client.token)
        client.out = ws_wire.upgrade(*self._address, path)
        self._by_fd[it.fileno()] = client
        self._poll.register(it.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def stall(self, client: Client) -> None:
        self._poll.modify(client.socket.fileno(), 0)

    def resume(self, client: Client) -> None:
        """Read again, and at full speed."""
        if not client.closed:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CHUNK)
            self._poll.modify(client.socket.fileno(), select.EPOLLIN | (select.EPOLLOUT if client.out else 0))

    def close(self) -> None:
        for client in self._by_fd.values():
            client.socket.close()
        self._by_fd.clear()
        self._poll.close()

    def _gone(self, client: Client) -> None:
        del self._by_fd[client.socket.fileno()]
        client.socket.close()
        client.closed = True
        self.lost += 1

    # saying

    def send(self, client: Client, message: bytes, opcode: int = ws_wire.BINARY) -> None:
        if client.closed:
            return
        data = ws_wire.frame(message, opcode)
        if client.out:
            client.out += data
            return
        try:
            sent = client.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._gone(client)
            return
        if sent < len(data):
            client.out = data[sent:]
            self._poll.modify(client.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def type(self, client: Client, characters: int) -> None:
        """One edit."""
        client.n += 1
        update = typing(FIRST_CLIENT + client.number, client.typed, "x" * characters)
        client.typed += characters
        self._ledger.sent[client.number].append(now())
        self.send(client, self._door.edit(client.room, client.n, update))

    def paste(self, client: Client, update: bytes) -> None:
        """A whole document that somebody else wrote."""
        client.n += 1
        self.send(client, self._door.edit(client.room, client.n, update))

    def move(self, client: Client) -> None:
        """The cursor."""
        client.moves += 1
        self._ledger.moved[client.number].append(now())
        self.send(client, self._door.cursor(client.room, b"\x01" + cursor_entry(client.number, client.moves)))

    # hearing

    def turn(self, seconds: float) -> None:
        """Take what has come, waiting at most so long."""
        for fd, what in self._poll.poll(max(0.0, seconds), 512):
            client = self._by_fd.get(fd)
            if client is None:
                continue
            if what & select.EPOLLOUT:
                self._flush(client)
            if what & ~select.EPOLLOUT and not client.closed:
                self._hear(client)

    def _flush(self, client: Client) -> None:
        try:
            client.out = client.out[client.socket.send(client.out) :]
        except BlockingIOError:
            return
        except OSError:
            self._gone(client)
            return
        if not client.out:
            self._poll.modify(client.socket.fileno(), select.EPOLLIN)

    def _hear(self, client: Client) -> None:
        while True:
            try:
                data = client.recv(CHUNK)
            except BlockingIOError:
                return
            except OSError:
                self._gone(client)
                return
            if not data:
                self._gone(client)
                return
            at = now()
            self._ledger.bytes += len(data)
            said = self._known.get(data) if not client.parts else None
            if said is not None:
                self._ledger.frames += 1
                self._heed(client, said, at)
            else:
                self._take_apart(client, data, at)
            if len(data) < CHUNK or client.closed:
                return

    def _take_apart(self, client: Client, data: bytes, at: float) -> None:
        if not client.is_open:
            data = self._upgraded(client, data)
            if not client.is_open:
                return
        if client.parts:
            client.parts.append(data)
            client.missing -= len(data)
            if client.missing > 0:
                return
            data, client.parts = b"".join(client.parts), []
        found, rest = ws_wire.split(data)
        alone = not rest and len(found) == 1 and len(data) < REMEMBERED_BYTES
        if rest:
            client.parts, client.missing = [rest], ws_wire.missing(rest)
        for opcode, payload in found:
            if opcode == ws_wire.PING:
                self.send(client, payload, ws_wire.PONG)
            elif opcode == ws_wire.CLOSE:
                self._gone(client)
                return
            elif opcode == ws_wire.BINARY:
                self._ledger.frames += 1
                said = self._door.read(client.room, payload, self.opaque)
                if alone and (said.runs or said.states) and not said.is_sync:
                    self._remember(data, said)
                self._heed(client, said, at)

    def _remember(self, data: bytes, said: Said) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[data] = said

    def _upgraded(self, client: Client, data: bytes) -> bytes:
        """The bytes after the answer to the upgrade, when it is here."""
        client.head += data
        head, end, rest = client.head.partition(b"\r\n\r\n")
        if not end:
            return b""
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise LoadError(f"the server refused the upgrade: {head[:120]!r}")
        client.is_open, client.head = True, b""
        self.opened += 1
        for message in self._door.hello(client.room, client.token):
            self.send(client, message)
        return rest

    def _heed(self, client: Client, said: Said, at: float) -> None:
        if said.runs:
            self._ledger.edit_frames += 1
            self._ledger.take(client.reader, said, at)
        elif said.states:
            self._ledger.cursor_frames += 1
            news = self._ledger.take_cursors(client.reader, said, at)
            if news and self.echo:
                self.echoes += 1
                self.send(client, self._door.cursor(client.room, uint(len(news)) + b"".join(news)))
        if said.reply is not None:
            self.send(client, said.reply)
        if said.refused:
            raise LoadError(f"the server refused: {said.refused}")
        self.saved += bool(said.saved)
        if said.is_sync and not client.synced:
            self._synced(client, said, at)

    def _synced(self, client: Client, said: Said, at: float) -> None:
        client.synced, client.synced_at, client.synced_bytes = True, at, said.synced
        self.synced += 1
        if self.presence:
            self.move(client)


def wait_until(crowd: Crowd, done: Callable[[], bool], seconds: float) -> bool:
    """Serve the sockets until ``done``; False when ``seconds`` were not enough."""
    end = time.perf_counter() + seconds
    while not done():
        if time.perf_counter() > end:
            return False
        crowd.turn(0.005)
    return True
