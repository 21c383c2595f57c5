"""5,000 frames that no honest client sends, on every door, with and without a token, against a real gateway and room.

Whatever comes, the process lives, each socket ends with a documented code (or is answered in the protocol's own words),
a bystander in the same room sees nothing of it, and nothing is kept. Most of the frames are handed to the sessions
directly, a socket each as soon as one is closed; some hundreds travel over real sockets.
"""

import asyncio
import gc
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any, cast

import msgpack
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.frames import Frame, Opcode

from gateway.edge import DoorSession
from gateway.session_hocuspocus import HocuspocusSession
from gateway.session_native import NativeSession
from gateway.session_yjs import YjsSession
from realtime.close_codes import CloseCode
from realtime.lib0 import span, text, uint
from realtime.limits import Limits
from realtime.roles import Role
from tests.gateway.rig import WireTap
from tests.interop.live_class import LiveClass, live_class

DOCUMENTED = {code.code for code in CloseCode}
FRAMES = 1_700
"""On each door, for each of three kinds of token: 15,300 in all."""
SOCKETS = 24
A_SOCKET = 20
DOORS = ("native", "yjs", "hocuspocus")
ROOM, DOC = "algebra", "notes"
Make = Callable[[Random], bytes]


@pytest.fixture
async def live() -> AsyncIterator[LiveClass]:
    limits = Limits(frame_bytes=64 * 1024, update_bytes=32 * 1024, connections_per_user=1_000)
    async with live_class(limits=limits) as running:
        yield running


# what no honest client sends


def noise(random: Random) -> bytes:
    return random.randbytes(random.choice([0, 1, 2, 3, 7, 20, 200, 3_000]))


def nested(random: Random) -> bytes:
    """Deep in whatever this door would parse: MessagePack arrays, and an update of nested values."""
    depth = random.choice([100, 5_000, 20_000])
    value = b"u\x01" * depth + b"\x7d\x00"
    update = b"\x01\x01\x05\x00\x08\x01\x01t\x01" + value + b"\x00"
    return random.choice([b"\x91" * depth, b"\x94\x04\xa5notes\x01\xc6" + len(update).to_bytes(4, "big") + update])


def huge_claims(random: Random) -> bytes:
    """Lengths and counts that are not there."""
    claim = random.choice([b"\xff\xff\xff\xff\x0f", uint(2**52), uint(10**6), b"\x80" * 12])
    return random.choice(
        [
            b"\x00\x02" + claim + b"x",
            b"\x00\x00" + span(claim),
            b"\x00\x02" + span(b"\x01" + claim + b"\x05\x00"),
            b"\x00\x02" + span(b"\x01\x01\x05\x00\x04\x01\x01t" + claim),
            b"\x01" + span(claim + b"\x01\x01\x02{}"),
            b"\xdd\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff",
            b"\x94\x04\xd9\xffx",
        ]
    )


def mutated(base: list[bytes]) -> Make:
    """A proper message with bytes changed, cut or doubled."""

    def make(random: Random) -> bytes:
        data = bytearray(random.choice(base))
        for _ in range(random.randint(1, 4)):
            where = random.randrange(len(data) + 1)
            data[where : where + random.randint(0, 3)] = random.randbytes(random.randint(0, 3))
        return bytes(data[: random.randint(0, len(data))] if random.random() < 0.3 else data)

    return make


def too_big(random: Random) -> bytes:
    return bytes(random.choice([33 * 1024, 65 * 1024, 200 * 1024]))


EDIT = b"\x01\x01\x05\x00\x04\x01\x01t\x01x\x00"
YJS = [b"\x00\x00\x01\x00", b"\x00\x01\x02\x00\x00", b"\x00\x02" + span(EDIT), b"\x01" + span(b"\x01\x05\x01\x02{}")]
NAME = text(f"{ROOM}/{DOC}")
HOCUSPOCUS = [NAME + said for said in [*YJS, b"\x05" + text("{}"), b"\x03", b"\x02\x00" + text("x")]]
NATIVE: list[Any] = [
    [2, DOC, b"\x00"],
    [3, DOC],
    [4, DOC, 1, EDIT],
    [5, DOC, 2, b"\x00\x00"],
    [6, DOC, b"\x01\x05\x01\x02{}"],
    [7, 3, ["say", "hi"]],
    [7, 4, ["hand", True]],
    [7, 5, ["vote", 1, [0]]],
    [8, 0],
    [9, 1],
    [10, 1, "offer", {}],
]


def packed(*frame: Any) -> bytes:
    data: Any = msgpack.packb(list(frame))
    return data


PROPER: dict[str, list[bytes]] = {
    "native": [packed(*frame) for frame in NATIVE],
    "yjs": YJS,
    "hocuspocus": HOCUSPOCUS,
}


def makers(door: str) -> list[Make]:
    return [noise, nested, huge_claims, mutated(PROPER[door]), mutated(PROPER[door]), too_big]


# sockets


def url(live: LiveClass, door: str, token: str | None) -> str:
    query = f"?token={token}" if token else ""
    paths = {"native": f"ws/rooms/{ROOM}", "yjs": f"yjs/{ROOM}/{DOC}", "hocuspocus": "hocuspocus"}
    return f"{live.base}/{paths[door]}{query if door != 'hocuspocus' else ''}"


async def attack(live: LiveClass, door: str, token: str | None, random: Random) -> int | str:
    """One socket's worth; its close code, or ``open`` when it was let be."""
    async with connect(url(live, door, token), max_size=None, ping_interval=None) as socket:
        try:
            if door == "hocuspocus" and token:
                await socket.send(NAME + b"\x02\x00" + text(token) + text("4"))
            for _ in range(A_SOCKET):
                await socket.send(random.choice(makers(door))(random))
            await drain(socket)
        except ConnectionClosed:
            pass
        return socket.close_code if socket.close_code is not None else "open"


async def drain(socket: ClientConnection) -> None:
    """Until the server has taken everything: it answers a ping in turn."""
    await (await socket.ping())


class Bystander:
    """An honest person in the same document, who notes what reaches them."""

    def __init__(self, live: LiveClass) -> None:
        self._url = url(live, "yjs", live.token(user="bystander"))
        self.updates: list[bytes] = []

    async def watch(self) -> None:
        async with connect(self._url, max_size=None, ping_interval=None) as socket:
            await socket.send(YJS[0])
            async for message in socket:
                assert isinstance(message, bytes)
                if message[:2] == b"\x00\x02":
                    self.updates.append(message)


ROLES = [None, Role.OBSERVER, Role.STUDENT]


@pytest.mark.parametrize("role", ROLES)
async def test_hostile_frames_end_in_documented_codes_and_touch_nobody(live: LiveClass, role: Role | None) -> None:
    bystander = Bystander(live)
    ends: Counter[int | str] = Counter()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(bystander.watch())
        for index in range(SOCKETS):
            token = live.token(user="mallory", role=role) if role else None
            ends[await attack(live, DOORS[index % 3], token, Random(index))] += 1
        watching.cancel()
    assert set(ends) - {"open"} <= DOCUMENTED, ends
    if role is not Role.STUDENT:  # a student may edit: what happened to be a proper edit is one
        assert not bystander.updates
    await gone(live)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("door", DOORS)
async def test_thousands_of_frames(live: LiveClass, door: str, role: Role | None) -> None:
    """As fast as they can be taken, without the sockets between."""
    bystander = Bystander(live)
    token = live.token(user="mallory", role=role) if role else None
    random = Random(f"{door} {role}")
    make = makers(door)
    socket, session = attacker(live, door, token)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(bystander.watch())
        for count in range(FRAMES):
            if socket.closed is not None:
                assert socket.closed.code in DOCUMENTED
                socket, session = attacker(live, door, token)
            session.receive(random.choice(make)(random), live.clock.monotonic())
            socket.writes.clear()
            if count % 64 == 0:
                await asyncio.sleep(0)
        watching.cancel()
    session.gone()
    if role is not Role.STUDENT:
        assert not bystander.updates
    await gone(live)


def attacker(live: LiveClass, door: str, token: str | None) -> tuple[WireTap, DoorSession]:
    edge, socket = live.gateway.edge, WireTap()
    session: DoorSession
    if door == "native":
        session = NativeSession(edge, socket, ROOM, token)
    elif door == "yjs":
        session = YjsSession(edge, socket, ROOM, DOC, token)
    else:
        session = HocuspocusSession(edge, socket)
    socket.session = session
    session.opened(live.clock.monotonic())
    if door == "hocuspocus" and token:
        session.receive(NAME + b"\x02\x00" + text(token) + text("4"), live.clock.monotonic())
    return socket, session


async def gone(live: LiveClass) -> None:
    """Every socket is forgotten."""
    async with asyncio.timeout(10):
        while live.gateway.counts.connections != {"native": 0, "yjs": 0, "hocuspocus": 0}:
            await asyncio.sleep(0.05)
    assert live.gateway.census.sockets == 0
    assert not live.gateway.hub.rooms


async def test_memory_returns_to_where_it_was(live: LiveClass) -> None:
    async def round(seed: int) -> None:
        for index in range(12):
            door = DOORS[index % 3]
            token = live.token(user="mallory", role=Role.OBSERVER) if index % 2 else None
            await attack(live, door, token, Random(seed + index))
        await gone(live)

    await round(0)
    tracemalloc.start()
    try:
        await round(100)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        await round(200)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 200_000


# below the messages


RAW_FRAMES = [
    Frame(Opcode.BINARY, b"unmasked").serialize(mask=False),
    b"\xc2\x80mask",
    b"\x83\x80mask",
    b"\x80\x80mask",
    b"\x82\xff" + (2**40).to_bytes(8, "big") + b"mask",
    b"\x89\xfe\x01\x00mask",
    Frame(Opcode.TEXT, b"text").serialize(mask=True),
    Frame(Opcode.CLOSE, b"\x00").serialize(mask=True),
]


@pytest.mark.parametrize("raw", RAW_FRAMES, ids=range(len(RAW_FRAMES)))  # masks differ from run to run
async def test_frame_violations_are_answered_by_a_documented_code(live: LiveClass, raw: bytes) -> None:
    async with connect(url(live, "native", live.token()), ping_interval=None) as socket:
        socket.transport.write(raw)
        with pytest.raises(ConnectionClosed):
            while True:
                await socket.recv()
        assert socket.close_code in DOCUMENTED
    await gone(live)


@pytest.mark.parametrize("path", ["", "elsewhere", "ws", "ws/rooms", "yjs/a", "yjs/a/b/c"])
async def test_other_paths_are_not_there(live: LiveClass, path: str) -> None:
    with pytest.raises(WebSocketException, match="404"):
        async with connect(f"{live.base}/{path}"):
            pass


UPGRADE = (
    "GET /ws/rooms/algebra?token={} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def test_a_client_that_asks_again_and_again_and_never_reads_costs_little(live: LiveClass) -> None:
    """What it asks for is not answered faster than it reads."""
    async with connect(url(live, "native", live.token(user="kim")), ping_interval=None, max_size=None) as writer:
        await writer.send(packed(2, DOC, b"\x00"))
        await writer.send(packed(4, DOC, 1, b"\x01\x01\x05\x00\x04\x01\x01t" + span(b"x" * 30_000) + b"\x00"))
        reader, stream = await asyncio.open_connection("127.0.0.1", live.port)
        stream.write(UPGRADE.format(live.token(user="stall")).encode())
        await reader.readuntil(b"\r\n\r\n")
        cast(asyncio.Transport, stream.transport).pause_reading()
        stream.write(Frame(Opcode.BINARY, packed(2, DOC, b"\x00")).serialize(mask=True) * 2_000)
        connections = live.gateway.connections
        async with asyncio.timeout(20):
            while not any(connection.slow for connection in connections):
                await asyncio.sleep(0.01)
        assert max(connection.unsent for connection in connections) < 2 * live.limits.outbox_bytes
        stream.transport.abort()
    await gone(live)
