# the replies of Redis have no types
# pyright: basic
"""The bus between processes: Redis pub/sub.

Outgoing messages gather for one turn of the loop and go out in one write of one PUBLISH a channel, each holding an
array of messages. Whether anybody listens is asked with the first message after a pause and then ten times a second,
not with each: a reply wakes the process again. A channel without a receiver names a process that is gone. While Redis
is away messages are dropped (at most once), and `on_reset` fires when the subscriptions stand again.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any

import msgspec
from redis.exceptions import RedisError

from realtime.bus.bus import Handler
from realtime.endings import end
from realtime.envelopes import Message
from realtime.redis_link import PREFIX, TIMEOUT_SECONDS
from realtime.redis_wire import RedisWire, command, dial

_CHANNEL = PREFIX + "bus:"
_RETRY_SECONDS = 0.1
CONFIRM_SECONDS = 0.1
"""So long a channel is taken to have a receiver after it was seen to have one."""
PING_SECONDS = 5.0
"""Between two signs of life that are asked of the connection that listens."""
_BROKEN = (RedisError, OSError, TimeoutError)
_NO_REPLY = command(b"CLIENT", b"REPLY", b"SKIP")
_PING = command(b"PING")


class RedisBus:
    """`Bus` over Redis. Use as an async context manager; leaving it ends both of its tasks."""

    lossy = True

    def __init__(self, url: str, queue_bytes: int) -> None:
        self._url = url
        self._queue_bytes = queue_bytes
        self._out: RedisWire | None = None
        self._in: RedisWire | None = None
        self._queued = 0
        self._queues: dict[str, list[bytes]] = {}
        self._expected: deque[tuple[list[str], float]] = deque()
        """Replies that are due on ``_out``: the channels each is about, and when it was asked for."""
        self._reached: dict[str, float] = {}
        """Channel to when it last had a receiver."""
        self._unconfirmed: set[str] = set()
        self._overdue: asyncio.TimerHandle | None = None
        self._handlers: dict[str, Handler] = {}
        self._confirmed: dict[str, asyncio.Event] = {}
        self._fallen: set[str] = set()
        """Subscriptions that do not stand on this connection yet."""
        self._broken = False
        """Whether either connection was away and `on_reset` has not been told."""
        self._unreachable: list[Callable[[str], None]] = []
        self._reset: list[Callable[[], None]] = []
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []
        self._heard_at = 0.0
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Message])
        self.dropped = 0
        """Messages lost on the way out, since the start."""

    async def __aenter__(self) -> "RedisBus":
        self._loop = asyncio.get_running_loop()
        self._out = await self._try_to_dial(self._answered)
        self._in = await self._try_to_dial(self._heard)
        await self._tasks.__aenter__()
        self._running = [self._tasks.create_task(self._keep_out()), self._tasks.create_task(self._keep_in())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._running)
        await self._tasks.__aexit__(None, None, None)
        if self._overdue is not None:
            self._overdue.cancel()
        for wire in (self._out, self._in):
            if wire is not None:
                wire.abort()
        self._out = self._in = None

    async def subscribe(self, channel: str, handler: Handler) -> None:
        self._handlers[channel] = handler
        event = self._confirmed[channel] = asyncio.Event()
        if self._in is not None:
            self._in.write(command(b"SUBSCRIBE", _name(channel)))
        await event.wait()

    async def unsubscribe(self, channel: str) -> None:
        if self._handlers.pop(channel, None) is not None:
            self._confirmed.pop(channel, None)
            if self._in is not None:
                self._in.write(command(b"UNSUBSCRIBE", _name(channel)))

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        self._unreachable.append(handler)

    def on_reset(self, handler: Callable[[], None]) -> None:
        self._reset.append(handler)

    # connections

    async def _try_to_dial(self, heard: Callable[[list[Any]], None]) -> RedisWire | None:
        try:
            return await dial(self._url, heard)
        except _BROKEN:
            return None

    async def _keep_out(self) -> None:
        """The connection that publishes, for ever."""
        while True:
            if self._out is not None:
                await self._out.ended.wait()
                self._out = None
                self._expected.clear()
                self._reached.clear()
            self._broken = True
            await asyncio.sleep(_RETRY_SECONDS)
            self._out = await self._try_to_dial(self._answered)
            self._tell_when_whole()

    async def _keep_in(self) -> None:
        """The connection that listens, for ever; after each break the subscriptions are made again, and it is told."""
        while True:
            if self._in is not None:
                await self._listen(self._in)
                self._in = None
            self._broken = True
            await asyncio.sleep(_RETRY_SECONDS)
            self._in = await self._try_to_dial(self._heard)
            if self._in is not None:
                self._subscribe_again(self._in)

    async def _listen(self, wire: RedisWire) -> None:
        """Until the connection ends, or is silent for too long."""
        self._heard_at = self._loop.time()
        while not wire.ended.is_set():
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await wire.ended.wait()
            except TimeoutError:
                if self._loop.time() - self._heard_at > PING_SECONDS + TIMEOUT_SECONDS:
                    wire.abort()
                wire.write(_PING)

    def _subscribe_again(self, wire: RedisWire) -> None:
        self._fallen = set(self._handlers)
        if self._handlers:
            wire.write(command(b"SUBSCRIBE", *map(_name, self._handlers)))
        self._tell_when_whole()

    def _stands(self, channel: str) -> None:
        """A subscription is confirmed."""
        if channel in self._confirmed:
            self._confirmed[channel].set()
        self._fallen.discard(channel)
        self._tell_when_whole()

    def _tell_when_whole(self) -> None:
        """After a break, once everything stands again: messages may have been lost."""
        whole = self._out is not None and self._in is not None and not self._fallen & self._handlers.keys()
        if self._broken and whole:
            self._broken = False
            for tell in self._reset:
                tell()

    # out

    def publish(self, channel: str, message: Message) -> None:
        data = self._encoder.encode(message)
        if self._queued + len(data) > self._queue_bytes:
            self.dropped += 1
            return
        if not self._queues:
            self._loop.call_soon(self._send)
        self._queued += len(data)
        self._queues.setdefault(channel, []).append(data)

    def _send(self) -> None:
        """What gathered in a turn of the loop."""
        queues, self._queues, self._queued = self._queues, {}, 0
        wire = self._out
        if wire is None or wire.unsent > self._queue_bytes:
            self.dropped += sum(map(len, queues.values()))
            return
        now = self._loop.time()
        parts: list[bytes] = []
        for channel, messages in queues.items():
            if now - self._reached.get(channel, 0.0) < CONFIRM_SECONDS:
                parts.append(_NO_REPLY)
                self._confirm_later(channel)
            else:
                self._expect([channel], now)
            parts.append(command(b"PUBLISH", _name(channel), _array(messages)))
        wire.write(b"".join(parts))

    def _confirm_later(self, channel: str) -> None:
        if not self._unconfirmed:
            self._loop.call_later(CONFIRM_SECONDS, self._confirm)
        self._unconfirmed.add(channel)

    def _confirm(self) -> None:
        """Ask about all channels that were published to without asking."""
        channels, self._unconfirmed = list(self._unconfirmed), set()
        if self._out is not None and channels:
            self._expect(channels, self._loop.time())
            self._out.write(command(b"PUBSUB", b"NUMSUB", *map(_name, channels)))

    def _expect(self, channels: list[str], now: float) -> None:
        self._expected.append((channels, now))
        if self._overdue is None:
            self._overdue = self._loop.call_later(TIMEOUT_SECONDS, self._look)

    def _look(self) -> None:
        """A connection that does not answer is broken."""
        self._overdue = None
        if self._out is None or not self._expected:
            return
        due = self._expected[0][1] + TIMEOUT_SECONDS
        if due <= self._loop.time():
            self._out.abort()
        else:
            self._overdue = self._loop.call_at(due, self._look)

    def _answered(self, replies: list[Any]) -> None:
        now = self._loop.time()
        for reply in replies:
            if not self._expected:
                continue
            channels, _ = self._expected.popleft()
            # a PUBLISH is answered by a number, NUMSUB by name, number, name, number …; an error says nothing
            counts = reply[1::2] if isinstance(reply, list) else [reply]
            for channel, count in zip(channels, counts, strict=False):
                if count == 0:
                    self._reached.pop(channel, None)
                    self._tell_unreachable(channel)
                elif isinstance(count, int):
                    self._reached[channel] = now

    def _tell_unreachable(self, channel: str) -> None:
        for tell in self._unreachable:
            tell(channel)

    # in

    def _heard(self, replies: list[Any]) -> None:
        """What arrived in one read: messages of a channel that follow each other are handed over together."""
        self._heard_at = self._loop.time()
        channel, batch = "", list[Message]()
        for reply in replies:
            if not isinstance(reply, list) or len(reply) != 3:
                continue
            kind, name, data = reply
            here = name.decode().removeprefix(_CHANNEL)
            if kind == b"message":
                if here != channel:
                    self._hand_over(channel, batch)
                    channel, batch = here, []
                batch += self._decode(data)
            elif kind == b"subscribe":
                self._stands(here)
        self._hand_over(channel, batch)

    def _hand_over(self, channel: str, batch: list[Message]) -> None:
        handler = self._handlers.get(channel)
        if batch and handler is not None:
            handler(batch)

    def _decode(self, data: bytes) -> list[Message]:
        try:
            return self._decoder.decode(data)
        except msgspec.MsgspecError:  # another version of Lyceum on this Redis: a loss like any other
            self.dropped += 1
            return []


def _name(channel: str) -> bytes:
    return (_CHANNEL + channel).encode()


def _array(messages: list[bytes]) -> bytes:
    """A MessagePack array of messages that are encoded already."""
    count = len(messages)
    head = bytes((0x90 | count,)) if count < 16 else b"\xdd" + count.to_bytes(4, "big")
    return head + b"".join(messages)
