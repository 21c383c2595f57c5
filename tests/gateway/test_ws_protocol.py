"""A connection between a transport and its session: opening, closing, keeping in touch, not reading, not being read."""

import asyncio
from random import Random
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from gateway.gateway import Gateway
from gateway.ws_protocol import Connection
from realtime.clock import ManualClock
from realtime.close_codes import CloseCode
from realtime.envelopes import FromRoom, first_of
from realtime.frames import codec, server
from realtime.frames.client import ClientFrame, Do, Open, Ping
from realtime.frames.commands import Hand
from realtime.frames.events import Left
from realtime.grants import Grant, TokenRefused
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from tests.gateway.rig import EMPTY, TapBus, messages

ROOM = "default/room"


class Pipe(asyncio.Transport):
    """A transport whose other end is the test. What is written counts as unsent until `drain`."""

    def __init__(self) -> None:
        super().__init__({"peername": ("198.51.100.7", 4711)})
        self.written = b""
        self.unsent = 0
        self.high, self.low = 1 << 16, 1 << 14
        self.reading = True
        self.closed = False
        self.aborted = False
        self.keep = False
        """Whether writes stay unsent."""
        self.protocol: Connection

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data
        if self.keep:
            before, self.unsent = self.unsent, self.unsent + len(data)
            if before <= self.high < self.unsent:
                self.protocol.pause_writing()

    def drain(self, to: int = 0) -> None:
        was, self.unsent = self.unsent, to
        if was > self.high and to <= self.low:
            self.protocol.resume_writing()

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.high, self.low = high or 0, low or 0

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True

    def read(self) -> bytes:
        data, self.written = self.written, b""
        return data

    def close_code(self) -> int | None:
        """Of the close frame in what was written."""
        at = self.written.rfind(b"\x88")
        return int.from_bytes(self.written[at + 2 : at + 4], "big") if at >= 0 else None


class Door:
    """A gateway on a hand-driven clock, and connections to it."""

    def __init__(self, limits: Limits) -> None:
        self.clock = ManualClock()
        self.later: list[tuple[float, Any]] = []
        bus, leases, registry = TapBus(), MemoryLeases(self.clock), MemoryRegistry(self.clock)
        random = Random(7)
        self.gateway = Gateway("g", bus, registry, leases, self._verify, limits, self.clock, random)
        self.gateway.call_later = lambda seconds, callback: self.later.append((seconds, callback))  # type: ignore[method-assign]
        self._link = 0

    def _verify(self, token: str | None, room: str) -> Grant:
        if not token:
            raise TokenRefused("token-missing", "No.")
        return Grant(room, token, expires=self.clock.wall() + 7200)

    def connect(self, target: str = "/ws/rooms/room?token=ann", **headers: str) -> Pipe:
        pipe = Pipe()
        pipe.protocol = Connection(self.gateway)
        pipe.protocol.connection_made(pipe)
        pipe.protocol.data_received(upgrade(target, **headers))
        return pipe

    def room_says(self, *frames: server.ServerFrame, to: list[str] | None = None) -> None:
        room = self.gateway.hub.rooms[ROOM]
        if not self._link:
            room.attach("w", 1, self.clock.monotonic())
            self._link = first_of(1)
        for frame in frames:
            self.gateway.hub.take([FromRoom(ROOM, 1, self._link, self._link, frame, to)])
            self._link += 1

    def pass_time(self, seconds: float) -> None:
        """In steps, with what the gateway does meanwhile."""
        for _ in range(int(seconds * 2)):
            self.clock.advance(0.5)
            self.gateway.look_after_connections()

    def run_later(self) -> None:
        later, self.later = self.later, []
        for _, callback in later:
            callback()


def upgrade(target: str, **headers: str) -> bytes:
    lines = {"Host": "x", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    lines |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} | headers
    head = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode()


def sent(*frames: ClientFrame) -> bytes:
    return b"".join(Frame(Opcode.BINARY, codec.encode(frame)).serialize(mask=True) for frame in frames)


def control(opcode: Opcode, payload: bytes = b"") -> bytes:
    return Frame(opcode, payload).serialize(mask=True)


@pytest.fixture
def door() -> Door:
    return Door(Limits(outbox_bytes=10_000, outbox_events_bytes=5_000))


def test_it_opens_and_answers(door: Door) -> None:
    pipe = door.connect()
    assert pipe.read().startswith(b"HTTP/1.1 101 ")
    pipe.protocol.data_received(sent(Ping(3)) + control(Opcode.PING, b"still there?"))
    assert pipe.read() == b"\x82\x03\x92K\x03" + b"\x8a\x0cstill there?"
    assert door.gateway.counts.connections["native"] == 1


def test_a_path_without_a_door(door: Door) -> None:
    pipe = door.connect("/elsewhere")
    assert pipe.read().startswith(b"HTTP/1.1 404 ")
    assert pipe.closed
    assert door.gateway.census.sockets == 0


def test_a_lost_connection_is_forgotten(door: Door) -> None:
    pipe = door.connect()
    assert door.gateway.hub.rooms
    pipe.protocol.connection_lost(None)
    assert not door.gateway.hub.rooms
    assert door.gateway.census.sockets == 0
    door.pass_time(60)
    assert not pipe.aborted


def test_closing_waits_for_the_peers_answer(door: Door) -> None:
    pipe = door.connect()
    pipe.protocol.close(CloseCode.REMOVED)
    assert pipe.close_code() == 4410
    pipe.protocol.data_received(sent(Ping(1), Ping(2)))
    assert not pipe.closed
    pipe.protocol.data_received(control(Opcode.CLOSE, b"\x11\x3a"))
    assert pipe.closed
    assert not pipe.aborted


def test_closing_does_not_wait_for_ever(door: Door) -> None:
    pipe = door.connect()
    pipe.protocol.close(CloseCode.REMOVED)
    door.pass_time(4)
    assert pipe.aborted


def test_a_peer_that_closes_gets_its_code_back(door: Door) -> None:
    pipe = door.connect()
    pipe.read()
    pipe.protocol.data_received(control(Opcode.CLOSE, b"\x03\xe8bye"))
    assert pipe.read() == b"\x88\x02\x03\xe8"
    assert pipe.closed
    assert not door.gateway.hub.rooms


def test_text_is_no_message_of_this_protocol(door: Door) -> None:
    pipe = door.connect()
    pipe.protocol.data_received(control(Opcode.TEXT, b"hello"))
    assert pipe.close_code() == 4400


def test_everybody_is_pinged_and_who_is_silent_is_dropped(door: Door) -> None:
    silent, alive = door.connect(), door.connect(target="/ws/rooms/room?token=bob")
    silent.read()
    for _ in range(6):
        door.pass_time(10)
        alive.protocol.data_received(control(Opcode.PONG))
    assert silent.read().count(b"\x89\x00") >= 2
    assert silent.aborted
    assert not alive.closed


def test_a_crowd_is_looked_at_some_at_a_time_and_all_of_it() -> None:
    door = Door(Limits(connections_per_address=1_000, connections_per_user=1_000))
    crowd = [door.connect() for _ in range(300)]
    for pipe in crowd:
        pipe.read()
        pipe.protocol.close(CloseCode.REMOVED)
    door.clock.advance(5)
    aborted = list[int]()
    for _ in range(6):
        door.gateway.look_after_connections()
        aborted.append(sum(pipe.aborted for pipe in crowd))
    assert aborted == [50, 100, 150, 200, 250, 300]


def test_a_stock_client_is_sent_a_message_in_time(door: Door) -> None:
    pipe = door.connect("/yjs/room/doc?token=ann")
    for _ in range(4):
        pipe.read()
        door.pass_time(20)
        pipe.protocol.data_received(control(Opcode.PONG))
        assert messages(pipe.written)


def test_hello_must_come_in_time(door: Door) -> None:
    pipe = door.connect("/ws/rooms/room")
    door.pass_time(12)
    assert pipe.close_code() == 4408


def test_a_slow_reader_who_reads_is_alive_and_one_who_does_not_is_not(door: Door) -> None:
    slow, stuck = door.connect(), door.connect("/ws/rooms/room?token=bob")
    for pipe in (slow, stuck):
        pipe.keep = True
        pipe.write(bytes(9_000))
    for step in range(12):
        door.pass_time(10)
        slow.unsent = 9_000 - step * 500
    assert not slow.aborted
    assert stuck.aborted


def open_document(door: Door, pipe: Pipe, conn: str = "g.1") -> None:
    pipe.protocol.data_received(sent(Open("doc", b"\x00")))
    door.room_says(
        server.Welcome(conn, "ann", "ann", "student", 0, 0), server.Opened("doc", b"\x00", EMPTY, True), to=[conn]
    )
    pipe.read()


def test_doc_5_a_stalled_reader_of_a_document_costs_no_more_than_its_outbox(door: Door) -> None:
    pipe = door.connect()
    open_document(door, pipe)
    pipe.keep = True
    for _ in range(100):
        door.room_says(server.Update("doc", bytes(1_000)))
    assert 10_000 < pipe.unsent < 12_000
    assert pipe.close_code() is None
    pipe.drain()
    door.room_says(server.Update("doc", b"difference"), to=["g.1"])
    door.room_says(server.Update("doc", b"next"))
    last = [codec.decode_server(data, 2_000) for data in messages(pipe.read())[-2:]]
    assert last == [server.Update("doc", b"difference"), server.Update("doc", b"next")]


def test_a_stalled_reader_of_events_is_closed_to_come_back(door: Door) -> None:
    pipe = door.connect()
    open_document(door, pipe)
    pipe.keep = True
    for number in range(1_000):
        door.room_says(server.Happened(number, Left("somebody with a rather long name " * 3)))
        door.run_later()
        if pipe.close_code() is not None:
            break
    assert pipe.close_code() == 4508
    assert pipe.unsent < 17_000
    assert not door.gateway.hub.rooms


def test_what_was_asked_for_may_be_large(door: Door) -> None:
    pipe = door.connect()
    pipe.protocol.data_received(sent(Open("doc", b"\x00")))
    pipe.keep = True
    door.room_says(server.Opened("doc", b"\x00", bytes(100_000), True), to=["g.1"])
    door.room_says(server.Happened(1, Left("bob")))
    door.run_later()
    assert pipe.close_code() is None


def test_while_it_does_not_read_it_is_not_read_either(door: Door) -> None:
    pipe = door.connect()
    open_document(door, pipe)
    pipe.keep = True
    pipe.write(bytes(11_000))
    pipe.protocol.data_received(sent(Do(1, Hand(True)), Open("other", b"\x00"), Do(2, Hand(False))))
    assert not pipe.reading
    assert door.gateway.hub.rooms[ROOM].members["g.1"].last_n == 1
    pipe.drain()
    assert pipe.reading
    assert door.gateway.hub.rooms[ROOM].members["g.1"].last_n == 2


def test_limit_2_input_that_comes_too_fast_is_read_later() -> None:
    door = Door(Limits(messages_rate=10, messages_burst=2))
    pipe = door.connect()
    pipe.read()
    pipe.protocol.data_received(sent(Ping(1), Ping(2), Ping(3)) + sent(Ping(4))[:4])
    assert not pipe.reading
    assert len(messages(pipe.read())) == 2
    door.clock.advance(door.later[0][0] + 0.01)
    door.run_later()
    assert pipe.reading
    pipe.protocol.data_received(sent(Ping(4))[:0])
    assert len(messages(pipe.read())) == 1


def test_too_many_from_one_address_come_back_later() -> None:
    door = Door(Limits(connections_per_address=1))
    first, second = door.connect(), door.connect()
    assert (first.close_code(), second.close_code()) == (None, 1013)
    second.protocol.connection_lost(None)
    assert door.gateway.census.sockets == 1
    first.protocol.connection_lost(None)
    assert door.connect().close_code() is None


async def test_draining_moves_everybody_and_takes_nobody(door: Door) -> None:
    pipes = [door.connect(f"/ws/rooms/room?token=u{n}") for n in range(5)]
    for pipe in pipes:
        pipe.read()

    async def answer() -> None:
        while not all(pipe.close_code() for pipe in pipes):
            await asyncio.sleep(0)
        for pipe in pipes:
            pipe.protocol.connection_lost(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(answer())
        await door.gateway.drain(1.0)
    assert not door.gateway.ready
    assert not door.gateway.connections
    for pipe in pipes:
        goodbye = codec.decode_server(messages(pipe.written)[0], 1000)
        assert isinstance(goodbye, server.Goodbye)
        assert (goodbye.code, goodbye.retry) == (1012, True)
        assert pipe.close_code() == 1012
    assert door.connect().written.startswith(b"HTTP/1.1 503 "), "so that a proxy asks another gateway"
