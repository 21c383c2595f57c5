# redis-py leaves its commands partly untyped
# pyright: basic
"""The bus between processes: Redis pub/sub.

Outgoing messages gather for one turn of the loop and go out as one pipeline of one PUBLISH a channel, each holding an
array of messages. A PUBLISH that reached nobody names a channel whose process is gone. While Redis is away messages
are dropped (at most once), and `on_reset` fires when the subscriptions stand again.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any

import msgspec
from redis.exceptions import RedisError

from realtime.bus.bus import Handler
from realtime.envelopes import Message
from realtime.redis_link import PREFIX, connect

_CHANNEL = PREFIX + "bus:"
_RETRY_SECONDS = 0.2
_BROKEN = (RedisError, OSError, asyncio.TimeoutError)


class RedisBus:
    """`Bus` over Redis. Use as an async context manager; leaving it ends both of its tasks."""

    lossy = True

    def __init__(self, url: str, queue_bytes: int) -> None:
        self._client = connect(url)
        self._pubsub = connect(url).pubsub()
        self._queue_bytes = queue_bytes
        self._queued = 0
        self._queues: dict[str, list[bytes]] = {}
        self._handlers: dict[str, Handler] = {}
        self._confirmed: dict[str, asyncio.Event] = {}
        self._unreachable: list[Callable[[str], None]] = []
        self._reset: list[Callable[[], None]] = []
        self._wake = asyncio.Event()
        self._subscribed = asyncio.Event()
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Message])
        self.dropped = 0
        """Messages lost on the way out, since the start."""

    async def __aenter__(self) -> "RedisBus":
        await self._tasks.__aenter__()
        self._running = [self._tasks.create_task(self._send()), self._tasks.create_task(self._receive())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._running:
            task.cancel()
        await self._tasks.__aexit__(None, None, None)
        await self._pubsub.aclose()
        await self._client.aclose()

    async def subscribe(self, channel: str, handler: Handler) -> None:
        self._handlers[channel] = handler
        event = self._confirmed[channel] = asyncio.Event()
        await self._try(self._pubsub.subscribe(_CHANNEL + channel))
        self._subscribed.set()
        await event.wait()

    async def unsubscribe(self, channel: str) -> None:
        if self._handlers.pop(channel, None) is not None:
            await self._try(self._pubsub.unsubscribe(_CHANNEL + channel))

    def publish(self, channel: str, message: Message) -> None:
        data = self._encoder.encode(message)
        if self._queued + len(data) > self._queue_bytes:
            self.dropped += 1
            return
        self._queued += len(data)
        self._queues.setdefault(channel, []).append(data)
        self._wake.set()

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        self._unreachable.append(handler)

    def on_reset(self, handler: Callable[[], None]) -> None:
        self._reset.append(handler)

    async def _try(self, command: Any) -> None:
        """Run a subscription command; when the link is broken the receive loop makes it good."""
        try:
            await command
        except _BROKEN:
            pass

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(0)  # let the turn finish, so that its messages share a pipeline
            self._wake.clear()
            queues, self._queues, self._queued = self._queues, {}, 0
            await self._send_batch(queues)

    async def _send_batch(self, queues: dict[str, list[bytes]]) -> None:
        pipe = self._client.pipeline(transaction=False)
        for channel, messages in queues.items():
            pipe.publish(_CHANNEL + channel, _array(messages))
        try:
            reached = await pipe.execute()
        except _BROKEN:
            self.dropped += sum(len(messages) for messages in queues.values())
            return
        for channel, receivers in zip(queues, reached, strict=True):
            if receivers == 0:
                self._tell_unreachable(channel)

    def _tell_unreachable(self, channel: str) -> None:
        for tell in self._unreachable:
            tell(channel)

    async def _receive(self) -> None:
        await self._subscribed.wait()
        while True:
            if self._pubsub.connection is None:  # Redis was away when it was first asked
                await self._mend()
            try:
                item = await self._pubsub.get_message(timeout=1.0)
                if item is not None:
                    self._take(item)
            except _BROKEN:
                await self._mend()

    async def _mend(self) -> None:
        """Connect again and subscribe to everything; then say that messages may have been lost."""
        while True:
            await asyncio.sleep(_RETRY_SECONDS)
            try:
                await self._pubsub.aclose()
                if not self._handlers:
                    continue
                await self._pubsub.subscribe(*(_CHANNEL + channel for channel in self._handlers))
            except _BROKEN:
                continue
            break
        for tell in self._reset:
            tell()

    def _take(self, item: dict[str, Any]) -> None:
        channel = item["channel"].decode().removeprefix(_CHANNEL)
        if item["type"] == "subscribe":
            event = self._confirmed.get(channel)
            if event is not None:
                event.set()
            return
        handler = self._handlers.get(channel)
        if item["type"] == "message" and handler is not None:
            try:
                batch = self._decoder.decode(item["data"])
            except msgspec.MsgspecError:  # another version of Lyceum on this Redis: a loss like any other
                self.dropped += 1
                return
            handler(batch)


def _array(messages: list[bytes]) -> bytes:
    """A MessagePack array of messages that are encoded already."""
    count = len(messages)
    head = bytes((0x90 | count,)) if count < 16 else b"\xdd" + count.to_bytes(4, "big")
    return head + b"".join(messages)
