# pyright: standard
"""How long media is away when its node is killed: `lyceum up --workers 2`, two people on the room's WebSocket.

    python -m loadtests.media.failover --times 3

One publishes, one receives, through the gateways; the media node gets SIGKILL; both do what a browser does when told
``moved``. Counted from the kill to the first packet that the receiver gets again.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import websockets
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from loadtests.media.swarm import Publisher, count_packets, offer_only
from realtime.frames import client, codec, server

START_SECONDS = 120.0
BACK_SECONDS = 60.0
ROOM = "failover"
MAX_FRAME = 1 << 24
MEDIA_NODES = 2
SETTLE_SECONDS = 3.0


class Person:
    """A native session that speaks media signalling."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._asked = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.moved = asyncio.Event()
        self.port = 0
        """UDP port of the node it publishes at."""

    async def read(self) -> None:
        async for data in self._socket:
            frame = codec.decode_server(data, MAX_FRAME)
            if isinstance(frame, server.Signal):
                body = msgspec.msgpack.decode(frame.body)
                if frame.n == 0 and frame.kind == "moved":
                    self.moved.set()
                answer = self._answers.pop(frame.n, None)
                if answer is not None and not answer.done():
                    answer.set_result((frame.kind, body))

    async def hello(self, token: str) -> None:
        await self._socket.send(codec.encode(client.Hello(token, 0)))

    async def ask(self, kind: str, **body: object) -> Any:
        self._asked += 1
        n = self._asked
        answer = self._answers[n] = asyncio.get_running_loop().create_future()
        await self._socket.send(codec.encode(client.Signal(n, kind, msgspec.Raw(msgspec.msgpack.encode(body)))))
        async with asyncio.timeout(2.0):
            answered, content = await answer
        if answered == "error":
            raise ConnectionError(content["message"])
        return content


class Sender(Publisher):
    """Publishes by the room's signalling instead of WHIP."""

    def __init__(self, person: Person) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._person = person

    async def _negotiate(self, path: str) -> None:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        made = await self._person.ask("publish", sdp=self.pc.localDescription.sdp)
        self.location = f"{path}/{made['publication']}"
        candidate = next(line for line in made["sdp"].splitlines() if "candidate" in line and " udp " in line.lower())
        self._person.port = int(candidate.split()[5])
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=made["sdp"], type="answer"))
        while self.pc.connectionState != "connected":
            await asyncio.sleep(0.005)


async def receive(person: Person, got: asyncio.Event) -> RTCPeerConnection:
    """A receiving connection for everything that is published; `got` is set by its first packet."""
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        while not (state := await person.ask("join"))["publications"]:
            await asyncio.sleep(0.05)
        wanted = [{"track": t["id"]} for p in state["publications"] for t in p["tracks"]]
        offered = await person.ask("receive", tracks=wanted)
        await pc.setRemoteDescription(RTCSessionDescription(sdp=offered["sdp"], type="offer"))
        await pc.setLocalDescription(await pc.createAnswer())
        await person.ask("answer", sdp=pc.localDescription.sdp)
        while pc.connectionState != "connected":
            await asyncio.sleep(0.005)
        for protocol in pc.getTransceivers()[0].sender.transport.transport._connection._protocols:
            count_packets(protocol, lambda _: got.set())
    except BaseException:
        await pc.close()
        raise
    return pc


async def insist(step: Any) -> Any:
    """Try again until it works: a node that has just started may not be known everywhere yet."""
    async with asyncio.timeout(BACK_SECONDS):
        while True:
            try:
                return await step()
            except (TimeoutError, ConnectionError):
                await asyncio.sleep(0.05)


async def one(speaker: Person, listener: Person, pid: int | None) -> float:
    """Publish and receive (after a kill: again); seconds from the kill, or from the beginning, to the first packet."""
    began = time.monotonic()
    if pid is not None:
        speaker.moved.clear()
        listener.moved.clear()
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(BACK_SECONDS):
            await speaker.moved.wait()
            await listener.moved.wait()
        print(f"  told after {time.monotonic() - began:.2f} s", flush=True)

    async def publish() -> Sender:
        sender = Sender(speaker)
        await sender.publish(ROOM)
        return sender

    sender = await insist(publish)
    got = asyncio.Event()

    async def send() -> None:
        while True:
            await sender.send(1)
            await asyncio.sleep(0.02)

    sending = asyncio.create_task(send())
    pc: RTCPeerConnection | None = None
    try:
        pc = await insist(lambda: receive(listener, got))
        async with asyncio.timeout(BACK_SECONDS):
            await got.wait()
        return time.monotonic() - began
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await sender.vanish()
        if pc is not None:
            await pc.close()


def media_pid(log: Path, port: int) -> int:
    """The process id of the media node whose UDP port is `port`."""
    told = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    pids = [it["pid"] for it in told if it.get("event") == "started" and it["child"].startswith("media")]
    inodes = {
        line.split()[9]
        for family in ("udp", "udp6")
        for line in Path(f"/proc/net/{family}").read_text().splitlines()[1:]
        if int(line.split()[1].rpartition(":")[2], 16) == port
    }
    for pid in pids:
        with contextlib.suppress(OSError):
            for opened in Path(f"/proc/{pid}/fd").iterdir():
                if os.readlink(opened).removeprefix("socket:[").rstrip("]") in inodes:
                    return int(pid)
    raise LookupError(f"no media node has UDP port {port}")


async def run(port: int, token: str, log: Path, times: int) -> list[float]:
    url = f"ws://127.0.0.1:{port}/ws/rooms/{ROOM}"
    async with (
        websockets.connect(url, max_size=MAX_FRAME) as first,
        websockets.connect(url, max_size=MAX_FRAME) as next,
    ):
        people = Person(first), Person(next)
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(person.read()) for person in people]
            for person in people:
                await person.hello(token)
            taken: list[float] = []
            for _ in range(times):
                print(f"first media after {await one(*people, None):.2f} s", flush=True)
                taken.append(await one(*people, media_pid(log, people[0].port)))
                print(f"media back after {taken[-1]:.2f} s", flush=True)
                await all_back(log, len(taken))
            for task in reading:
                task.cancel()
    return taken


async def all_back(log: Path, killed: int) -> None:
    """Until as many media nodes have started anew as were killed, and gateways know them."""
    async with asyncio.timeout(START_SECONDS):
        while log.read_bytes().count(b'"plane": "media"') < MEDIA_NODES + killed:
            await asyncio.sleep(0.2)
    await asyncio.sleep(SETTLE_SECONDS)


def _is_up(log: bytes) -> bool:
    return b'"plane": "gateway"' in log and log.count(b'"plane": "media"') >= MEDIA_NODES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--port", type=int, default=18655)
    args = parser.parse_args()
    offer_only("127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "lyceum", "up", "--workers", "2", "--port", str(args.port)]
        with log.open("wb") as output:
            program = subprocess.Popen([*command, "--data-dir", folder], stdout=output, stderr=output)
        try:
            until = time.monotonic() + START_SECONDS
            while not _is_up(log.read_bytes()):
                if time.monotonic() > until or program.poll() is not None:
                    sys.exit(log.read_text()[-2000:])
                time.sleep(0.2)
            told = ["token", "--room", ROOM, "--user", "x", "--role", "teacher", "--data-dir", folder]
            token = subprocess.check_output([sys.executable, "-m", "lyceum", *told], text=True).strip()
            taken = asyncio.run(run(args.port, token, log, args.times))
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait(60)
    print(f"median {statistics.median(taken):.2f} s, worst {max(taken):.2f} s of {len(taken)}")


if __name__ == "__main__":
    main()
