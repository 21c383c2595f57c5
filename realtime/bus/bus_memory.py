"""The bus inside one process: nothing is lost, nothing is encoded."""

import asyncio
from collections.abc import Callable

from realtime.bus.bus import Handler
from realtime.envelopes import Message

ROUNDS = 4
"""Answers to answers within one turn of the loop; then others have theirs."""


class MemoryBus:
    """`Bus` over the event loop: messages of one turn are handed over together in the next, and what their handlers
    say in the same one, for a few rounds: an edit goes to its room and out to its readers in one turn."""

    lossy = False

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop
        self._handlers: dict[str, Handler] = {}
        self._queues: dict[str, list[Message]] = {}
        self._unreachable: list[Callable[[str], None]] = []
        self._planned = False

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
        if not self._planned:
            self._plan()

    def on_reset(self, handler: Callable[[], None]) -> None:
        pass

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        self._unreachable.append(handler)

    def _plan(self) -> None:
        self._planned = True
        loop = self._loop = self._loop or asyncio.get_running_loop()
        loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        """Hand over what waits; a handler that raises costs only its own batch."""
        queues = self._queues
        try:
            for _ in range(ROUNDS):
                for channel in list(queues):
                    self._hand_over(channel, queues.pop(channel))
                if not queues:
                    break
        finally:
            self._planned = False
            if queues:
                self._plan()

    def _hand_over(self, channel: str, batch: list[Message]) -> None:
        handler = self._handlers.get(channel)
        if handler is not None:
            handler(batch)
            return
        for tell in self._unreachable:
            tell(channel)
