"""The bus inside one process: nothing is lost, nothing is encoded."""

import asyncio
from collections.abc import Callable

from realtime.bus.bus import Handler
from realtime.envelopes import Message


class MemoryBus:
    """`Bus` over the event loop: messages of one turn are handed over together in the next."""

    lossy = False

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop
        self._handlers: dict[str, Handler] = {}
        self._queues: dict[str, list[Message]] = {}
        self._unreachable: list[Callable[[str], None]] = []

    async def subscribe(self, channel: str, handler: Handler) -> None:
        self._handlers[channel] = handler

    async def unsubscribe(self, channel: str) -> None:
        self._handlers.pop(channel, None)

    def publish(self, channel: str, message: Message) -> None:
        queue = self._queues.get(channel)
        if queue is not None:
            queue.append(message)
            return
        self._queues[channel] = [message]
        loop = self._loop = self._loop or asyncio.get_running_loop()
        loop.call_soon(self._deliver, channel)

    def on_reset(self, handler: Callable[[], None]) -> None:
        pass

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        self._unreachable.append(handler)

    def _deliver(self, channel: str) -> None:
        batch = self._queues.pop(channel)
        handler = self._handlers.get(channel)
        if handler is not None:
            handler(batch)
            return
        for tell in self._unreachable:
            tell(channel)
