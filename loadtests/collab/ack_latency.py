"""From an author's edit to its acknowledgement as durable: ``python -m loadtests.collab.ack_latency --port 8000 …``.

Native clients edit at a steady rate, spread over time; each edit is timed from handing it to the socket to the `Saved`
that covers it. Run it against ``lyceum up``; the token must open every room (``lyceum token --room 'load*'``).

    --rooms 1 --writers 10 --rate 10        one busy room
    --rooms 100 --writers 4 --rate 2        a hundred classes
"""

import argparse
import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pycrdt
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from realtime.frames.client import Answer, Hello, Open, Update
from realtime.frames.codec import decode_server, encode
from realtime.frames.server import Ask, Opened, Refused, Saved

FRAME_BYTES = 16 * 2**20
DOC = "notes"
EMPTY_UPDATE = b"\x00\x00"
OPEN_SECONDS = 60.0
LAST_SECONDS = 10.0
"""For acknowledgements that are still due at the end."""


@dataclass(slots=True)
class Writer:
    """One author. ``delays`` in seconds, of edits made after the warm-up."""

    url: str
    token: str
    gap: float
    random: Random
    delays: list[float] = field(default_factory=list[float])
    refused: int = 0
    _sent: deque[tuple[int, float]] = field(default_factory=deque[tuple[int, float]])
    _connection: ClientConnection | None = None
    _n: int = 0
    _opened: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def owed(self) -> int:
        """Edits that are not acknowledged yet."""
        return len(self._sent)

    async def open(self) -> None:
        self._connection = await connect(self.url, compression=None, max_size=FRAME_BYTES, open_timeout=OPEN_SECONDS)
        await self._socket.send(encode(Hello(self.token)))
        await self._socket.send(encode(Open(DOC, b"\x00")))

    @property
    def _socket(self) -> ClientConnection:
        assert self._connection is not None
        return self._connection

    async def listen(self) -> None:
        """Take what comes, for ever."""
        async for data in self._socket:
            now = time.perf_counter()
            assert isinstance(data, bytes)
            frame = decode_server(data, FRAME_BYTES)
            if isinstance(frame, Saved):
                while self._sent and self._sent[0][0] <= frame.n:
                    self.delays.append(now - self._sent.popleft()[1])
            elif isinstance(frame, Opened | Ask):
                self._n += 1
                await self._socket.send(encode(Answer(DOC, self._n, EMPTY_UPDATE)))
                self._opened.set()
            elif isinstance(frame, Refused):
                self.refused += 1

    async def write(self, seconds: float) -> None:
        """Edit at the rate, from a moment of its own within the first gap on."""
        await self._opened.wait()
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        text = doc.get("text", type=pycrdt.Text)
        due = time.perf_counter() + self.random.uniform(0.0, self.gap)
        end = time.perf_counter() + seconds
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            before = doc.get_state()
            text += "x"
            update = doc.get_update(before)
            self._n += 1
            self._sent.append((self._n, time.perf_counter()))
            await self._socket.send(encode(Update(DOC, self._n, update)))
            due += self.gap


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


async def measure(options: argparse.Namespace) -> dict[str, float | int]:
    """The figures, times in milliseconds."""
    writers = [
        Writer(
            f"ws://{options.host}:{options.port}/ws/rooms/{options.prefix}{room}",
            options.token,
            1.0 / options.rate,
            Random(room * 1000 + number),
        )
        for room in range(options.rooms)
        for number in range(options.writers)
    ]
    for writer in writers:
        await writer.open()
    async with asyncio.TaskGroup() as tasks:
        listening = [tasks.create_task(writer.listen()) for writer in writers]
        await _all(writers, options.warm)
        for writer in writers:
            writer.delays.clear()
        started = time.perf_counter()
        cpu = time.process_time()
        await _all(writers, options.seconds)
        busy = (time.process_time() - cpu) / (time.perf_counter() - started)
        deadline = time.perf_counter() + LAST_SECONDS
        while any(writer.owed for writer in writers) and time.perf_counter() < deadline:
            await asyncio.sleep(0.05)
        for task in listening:
            task.cancel()
    delays = [delay * 1000 for writer in writers for delay in writer.delays]
    return {
        "rooms": options.rooms,
        "writers": options.writers,
        "rate": options.rate,
        "edits": len(delays),
        "p50_ms": round(quantile(delays, 0.5), 2),
        "p95_ms": round(quantile(delays, 0.95), 2),
        "p99_ms": round(quantile(delays, 0.99), 2),
        "max_ms": round(max(delays, default=float("nan")), 2),
        "never_acknowledged": sum(writer.owed for writer in writers),
        "refused": sum(writer.refused for writer in writers),
        "load_generator_cpu": round(busy, 2),
    }


async def _all(writers: Sequence[Writer], seconds: float) -> None:
    async with asyncio.TaskGroup() as tasks:
        for writer in writers:
            tasks.create_task(writer.write(seconds))


def main() -> None:
    parser = argparse.ArgumentParser(prog="ack_latency", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--token", required=True)
    parser.add_argument("--prefix", default="load-", help="of the rooms' names")
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--writers", type=int, default=10, help="in each room")
    parser.add_argument("--rate", type=float, default=10.0, help="edits a second of one writer")
    parser.add_argument("--warm", type=float, default=3.0, help="seconds that do not count")
    parser.add_argument("--seconds", type=float, default=20.0)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measure(parser.parse_args()))))


if __name__ == "__main__":
    main()
