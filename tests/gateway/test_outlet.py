"""Fan-outs past the transport: the order of bytes, whatever the reader does, and a descriptor that is only lent."""

import asyncio
import gc
import os
import socket
from collections.abc import Callable, Iterator
from random import Random
from typing import cast

import pytest
import uvloop

from gateway.outlet import DirectOutlet, ThroughOutlet, outlet_of, send_all


class Transport(asyncio.WriteTransport):
    """One end of a pair of sockets, which remembers what was written through it instead of sending it."""

    def __init__(self, end: socket.socket) -> None:
        super().__init__({"socket": end})
        self.waiting = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.waiting += data

    def get_write_buffer_size(self) -> int:
        return len(self.waiting)


class Pair:
    def __init__(self) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.far.setblocking(False)
        self.transport = Transport(self.near)
        outlet = outlet_of(self.transport)
        assert isinstance(outlet, DirectOutlet)
        self.outlet = outlet

    def fill(self) -> int:
        """Until the kernel takes no more."""
        before = len(self.transport.waiting)
        sent = 0
        while len(self.transport.waiting) == before:
            send_all([self.outlet], b"x" * 70_000)
            sent += 70_000
        return sent

    def read(self) -> bytes:
        found = b""
        try:
            while data := self.far.recv(1 << 20):
                found += data
        except BlockingIOError:
            pass
        return found


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.outlet.end()
    pair.near.close()
    pair.far.close()


def test_it_goes_past_the_transport(pair: Pair) -> None:
    send_all([pair.outlet], b"one")
    send_all([pair.outlet], b"two")
    assert pair.read() == b"onetwo"
    assert not pair.transport.waiting


def test_what_the_kernel_does_not_take_waits_in_the_transport_and_all_after_it(pair: Pair) -> None:
    sent = pair.fill()
    rest = len(pair.transport.waiting)
    assert 0 < rest <= 70_000
    assert len(pair.read()) == sent - rest
    send_all([pair.outlet], b"later")
    assert pair.transport.waiting == b"x" * rest + b"later", "the kernel has room, but this would overtake the rest"
    assert not pair.read()


def test_it_is_direct_again_once_the_transport_is_empty(pair: Pair) -> None:
    pair.fill()
    pair.read()
    pair.transport.waiting = b""
    send_all([pair.outlet], b"again")
    assert pair.read() == b"again"
    assert not pair.transport.waiting


def test_a_peer_that_is_gone_is_the_transports_to_find(pair: Pair) -> None:
    pair.far.close()
    send_all([pair.outlet], b"anybody?")
    assert pair.transport.waiting == b"anybody?"


def test_the_others_get_theirs_when_one_is_gone(pair: Pair) -> None:
    other = Pair()
    pair.far.close()
    send_all([pair.outlet, other.outlet], b"hello")
    assert other.read() == b"hello"
    other.outlet.end()
    other.near.close()
    other.far.close()


def test_a_descriptor_that_was_given_back_is_not_used(pair: Pair) -> None:
    """Its number may be another connection's by then."""
    pair.outlet.end()
    send_all([pair.outlet], b"for nobody")
    assert not pair.read()
    assert pair.transport.waiting == b"for nobody"
    pair.transport.waiting = b""
    send_all([pair.outlet], b"for nobody")
    assert not pair.read()


def test_an_outlet_that_is_forgotten_leaves_the_descriptor_open() -> None:
    near, far = socket.socketpair()
    outlet = outlet_of(Transport(near))
    send_all([outlet], b"here")
    del outlet
    gc.collect()
    os.fstat(near.fileno())
    near.send(b" and still")
    assert far.recv(100) == b"here and still"
    near.close()
    far.close()


def test_what_must_pass_through_the_transport_does() -> None:
    near, far = socket.socketpair()
    transport = Transport(near)
    transport._extra["ssl_object"] = object()  # type: ignore[attr-defined]
    for outlet in (outlet_of(transport), outlet_of(Transport.__new__(NoSocket))):
        assert isinstance(outlet, ThroughOutlet)
    send_all([outlet_of(transport)], b"sealed")
    assert transport.waiting == b"sealed"
    near.close()
    far.close()


class NoSocket(Transport):
    def get_extra_info(self, name: str, default: object = None) -> object:
        return default


class Server(asyncio.Protocol):
    """The near end of a real connection."""

    def __init__(self, opened: asyncio.Future["Server"]) -> None:
        self._opened = opened
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.outlet = outlet_of(self.transport)
        self._opened.set_result(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.outlet.end()
        self.lost.set_result(None)


async def _reading_at_will(random: Random) -> tuple[bytes, bytes, int]:
    """Write to a reader that reads when it likes; what was written, what came, turns in which the kernel was full."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[Server] = loop.create_future()
    listening = await loop.create_server(lambda: Server(opened), "127.0.0.1", 0)
    client = socket.socket()
    client.setblocking(False)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 17)
    await loop.sock_connect(client, listening.sockets[0].getsockname())
    server = await opened
    assert isinstance(server.outlet, DirectOutlet)
    server.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 15)
    written, came, full = bytearray(), bytearray(), 0
    for turn in range(400):
        for _ in range(random.randrange(4)):
            data = turn.to_bytes(2, "big") * random.choice((1, 20, 9_000))
            send_all([server.outlet], data)
            written += data
        full += server.transport.get_write_buffer_size() > 0
        if random.random() < 0.7:
            await asyncio.sleep(0)
        elif len(came) < len(written):
            came += await loop.sock_recv(client, random.choice((100, 20_000, 1 << 20)))
    while len(came) < len(written):
        came += await loop.sock_recv(client, 1 << 20)
    client.close()
    server.transport.close()
    await server.lost
    listening.close()
    await listening.wait_closed()
    return bytes(written), bytes(came), full


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("seed", range(8))
def test_bytes_keep_their_order(new_loop: Callable[[], asyncio.AbstractEventLoop], seed: int) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        written, came, full = runner.run(_reading_at_will(Random(seed)))
    assert came == written
    assert full > 20, "the reader was never slow: this showed nothing"
