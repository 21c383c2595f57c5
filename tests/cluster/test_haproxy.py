"""Sticky routing and drain, with Debian's HAProxy and two gateways behind it."""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from realtime.frames.client import Hello
from realtime.frames.codec import decode_server, encode
from realtime.frames.server import Goodbye, ServerFrame, Welcome
from realtime.ids import gateway_of
from tests.chaos.stage import Stage
from tests.chaos.world import HOST, World
from tests.cluster.haproxy import haproxy, no_haproxy, status

pytestmark = [pytest.mark.slow, pytest.mark.skipif(no_haproxy() is not None, reason=str(no_haproxy()))]
FRAME = 1 << 24
PAUSE = 0.2
"""Between two tries, seconds."""


async def enter(made: World, port: int, room: str, user: str) -> tuple[ClientConnection, str]:
    """A person in a room, and the gateway they got. They try again, like a browser, while one goes."""
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError, EOFError, WebSocketException):
                socket = await connect(f"ws://{HOST}:{port}/ws/rooms/{room}", compression=None)
                return socket, await welcomed(socket, made.token(room, user))
            await asyncio.sleep(PAUSE)


async def welcomed(socket: ClientConnection, token: str) -> str:
    await socket.send(encode(Hello(token)))
    while True:
        frame = decode_server(await socket.recv(decode=False), FRAME)
        if isinstance(frame, Welcome):
            return gateway_of(frame.conn)


async def rest_of(socket: ClientConnection) -> list[ServerFrame]:
    """What still comes, until the socket ends in whatever way."""
    frames: list[ServerFrame] = []
    with suppress(ConnectionClosed):
        while True:
            frames.append(decode_server(await socket.recv(decode=False), FRAME))
    return frames


async def enter_and_leave(made: World, port: int, room: str, user: str) -> str:
    socket, gateway = await enter(made, port, room, user)
    await socket.close()
    return gateway


def test_a_room_is_one_gateway_and_rooms_are_spread(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with haproxy(made) as port:
            met = {
                room: {await enter_and_leave(made, port, room, f"u{n}") for n in range(4)}
                for room in (f"room-{n}" for n in range(12))
            }
        assert all(len(gateways) == 1 for gateways in met.values()), met
        assert len(set.union(*met.values())) == 2, "all rooms on one gateway"

    cluster.play(scene)


def test_what_is_not_for_people_is_not_reached(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with haproxy(made) as port:
            assert [await status(port, path) for path in ("/metrics", "/readyz", "/healthz")] == [404, 404, 200]

    cluster.play(scene)


def test_a_gateway_that_drains_says_goodbye_and_its_people_find_the_other(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with haproxy(made) as port, AsyncExitStack() as stack:
            socket, first = await enter(made, port, "moving", "ann")
            stack.push_async_callback(socket.close)
            names = {await enter_and_leave(made, at, "moving", name): name for name, at in made.ports.items()}
            replacing = await stack.enter_async_context(asyncio.TaskGroup())
            replaced = replacing.create_task(made.fleet.replace(names[first], signal.SIGTERM))
            frames = await rest_of(socket)
            assert any(isinstance(frame, Goodbye) and frame.retry for frame in frames)
            assert socket.close_code == 1012
            again, second = await enter(made, port, "moving", "ann")
            stack.push_async_callback(again.close)
            assert second != first
            assert await replaced == 0

    cluster.play(scene)


def test_people_of_a_gateway_that_froze_are_cut_off_and_find_the_other(cluster: Stage) -> None:
    async def scene(made: World) -> None:
        async with haproxy(made) as port:
            socket, first = await enter(made, port, "frozen", "bob")
            names = {await enter_and_leave(made, at, "frozen", name): name for name, at in made.ports.items()}
            made.fleet.send(names[first], signal.SIGSTOP)
            try:
                await rest_of(socket)
                again, second = await enter(made, port, "frozen", "bob")
                await again.close()
            finally:
                made.fleet.send(names[first], signal.SIGCONT)
            assert second != first

    cluster.play(scene)
