"""A client of the native protocol that edits without pause: the part of a browser, in Python."""

import asyncio
import time
from collections import deque
from random import Random
from typing import Any

import pycrdt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime.frames.client import Answer, ClientFrame, Hello, Open, Update
from realtime.frames.codec import decode_server, encode
from realtime.frames.server import Ask, Goodbye, Opened, Refused, Saved, ServerFrame
from realtime.frames.server import Update as UpdateOut
from tests.chaos.ledger import Ledger
from tests.chaos.peers import Spec, View

FRAME_BYTES = 64 * 2**20
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0
REMOTE = "remote"
STORY_LINES = 200


class NativeClient:
    """``run`` connects, edits and comes back until it is cancelled or turned away for good."""

    def __init__(self, spec: Spec, ledger: Ledger) -> None:
        ledger.enter(spec.id, spec.place, spec.door)
        self.spec = spec
        self.refusals: dict[str, int] = {}
        self.story: deque[str] = deque(maxlen=STORY_LINES)
        """What it sent and heard lately, for who wants to know how a promise was broken."""
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self._log = self.doc.get("log", type=pycrdt.Array)
        self._text = self.doc.get("text", type=pycrdt.Text)
        self._ledger = ledger
        self._random = Random(spec.seed)
        self._made = 0
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._opened = False
        self._n = 0
        self._sent: list[tuple[int, int, bool]] = []
        """Of frames on this connection: number, the edits made by then, whether it was an Answer."""
        self._hole: tuple[int, int] | None = None
        """The first refused frame that no Answer has made good yet: its number, the edits made before it."""
        self._rests = spec.gap == 0
        self._last = b""
        """What the last transaction brought, as a browser would send it."""
        self._log.observe(self._observe)
        self.doc.observe(self._transacted)

    # life

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            editing = tasks.create_task(self._edit_on())
            await self._come_back()
            editing.cancel()

    def rest(self) -> None:
        """Stop editing, stay connected."""
        self._rests = True

    def view(self) -> View:
        return View(self.doc.get_update(), self.doc.get_state(), self._opened, self._made, 0)

    async def _come_back(self) -> None:
        wait = FIRST_WAIT
        while self.spec.id not in self._ledger.stuck:
            try:
                await self._visit()
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            wait = FIRST_WAIT if self._opened else min(2 * wait, LONGEST_WAIT)
            self._opened = False
            await asyncio.sleep(wait * self._random.uniform(0.5, 1.0))

    async def _visit(self) -> None:
        """One connection, to its end."""
        url = f"{self.spec.url}/ws/rooms/{self.spec.room}"
        async with connect(
            url,
            compression=None,
            max_size=FRAME_BYTES,
            open_timeout=20,
            close_timeout=1,
            ping_interval=5,
            ping_timeout=20,
        ) as socket:
            self._outbox, self._n, self._sent, self._hole = asyncio.Queue(), 0, [], None
            self._note("connected")
            self._send(Hello(self.spec.token), Open(self.spec.doc, self.doc.get_state()))
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._write(socket))
                await self._read(socket)
                sending.cancel()
            self._closed(socket.close_code or 1006)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                assert isinstance(data, bytes)
                self._take(decode_server(data, FRAME_BYTES))
        except ConnectionClosed:
            pass

    async def _write(self, socket: ClientConnection) -> None:
        try:
            while True:
                await socket.send(await self._outbox.get())
        except ConnectionClosed:
            pass

    def _note(self, what: str) -> None:
        self.story.append(f"{time.monotonic():.3f} {self.spec.id}, edit {self._made}: {what}")

    def _closed(self, code: int) -> None:
        self._note(f"closed, {code}")
        self._ledger.closes[code] += 1
        if 4400 <= code < 4500:
            self._ledger.stuck[self.spec.id] = f"closed ({code})"

    # frames

    def _take(self, frame: ServerFrame) -> None:
        match frame:
            case Opened(state_vector=vector, update=update):
                self._note(f"opened, {len(update)} bytes")
                self._apply(update)
                self._opened = True
                self._answer(vector)
            case UpdateOut(update=update):
                self._apply(update)
            case Ask(state_vector=vector):
                self._note("asked")
                self._answer(vector)
            case Saved(n=n):
                self._saved(n)
            case Refused(n=n, code=code):
                self._refused(n, code)
            case Goodbye():
                self._opened = True  # a friendly end: come back soon
            case _:
                pass

    def _apply(self, update: bytes) -> None:
        with self.doc.transaction(origin=REMOTE):
            self.doc.apply_update(update)

    def _answer(self, vector: bytes) -> None:
        self._number(answer=True)
        self._note(f"answers as {self._n}")
        self._send(Answer(self.spec.doc, self._n, self.doc.get_update(vector)))

    def _number(self, *, answer: bool) -> None:
        self._n += 1
        self._sent.append((self._n, self._made, answer))

    def _saved(self, n: int) -> None:
        """Everything sent up to frame ``n`` is durable, but for what was refused and not answered for since."""
        self._note(f"saved {n}")
        covered = [entry for entry in self._sent if entry[0] <= n]
        self._sent = [entry for entry in self._sent if entry[0] > n]
        if self._hole is not None and any(is_answer and number > self._hole[0] for number, _, is_answer in covered):
            self._hole = None
        if covered:
            made = max(made for _, made, _ in covered)
            self._ledger.acked(self.spec.id, made if self._hole is None else min(made, self._hole[1]), time.monotonic())

    def _refused(self, n: int, code: str) -> None:
        """An update that is refused is one edit; an answer may carry any that were not called saved yet."""
        self._note(f"refused {n}, {code}")
        self.refusals[code] = self.refusals.get(code, 0) + 1
        if self._hole is None and n:
            made = next((made for number, made, answer in self._sent if number == n and not answer), None)
            watermark = self._ledger.authors[self.spec.id].watermark
            self._hole = n, watermark if made is None else max(0, made - 1)

    def _send(self, *frames: ClientFrame) -> None:
        """Without waiting."""
        for frame in frames:
            self._outbox.put_nowait(encode(frame))

    # edits

    async def _edit_on(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(1.0) * (self.spec.gap or 1.0))
            if not self._rests:
                self._edit()

    def _edit(self) -> None:
        self._made += 1
        self._ledger.made(self.spec.id, self._made, time.monotonic())
        with self.doc.transaction():
            self._log.append(f"{self.spec.id}:{self._made}")
            length = len(self._text)
            at = self._random.randint(0, length)
            if length < 300 or self._random.random() < 0.5:
                self._text.insert(at, f"n{self._made} ")
            else:
                del self._text[max(0, at - 5) : max(0, at - 5) + 5]
        if self._opened:
            self._number(answer=False)
            self._note(f"sends {self._n}")
            self._send(Update(self.spec.doc, self._n, self._last))

    def _transacted(self, event: Any) -> None:
        self._last = event.update

    def _observe(self, event: Any) -> None:
        now = time.monotonic()
        for part in event.delta:
            for name in part.get("insert", ()):
                author, _, number = str(name).partition(":")
                if author != self.spec.id:
                    self._ledger.saw(self.spec.id, author, int(number), now)
