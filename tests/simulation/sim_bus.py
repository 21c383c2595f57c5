"""A bus with faults: what `realtime.bus` promises, and nothing more.

Each process has a port. Messages of one publisher to one channel keep their order and take a random while; they are
lost while a loss rate is set, or while either end is cut off. A port that is paused gets nothing and sends nothing
until it is resumed, and then everything at once. Nobody at a channel: the publisher hears of it.
"""

import asyncio
from collections.abc import Callable
from random import Random

from realtime.bus.bus import Handler
from realtime.envelopes import Message


class SimBus:
    """The network."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.loss = 0.0
        self.slowest = 0.002
        self.ports: dict[str, Port] = {}
        self.subscribers: dict[str, Port] = {}
        self.lost = 0
        self._due: dict[tuple[str, str], float] = {}

    def port(self, name: str) -> "Port":
        """A process' access."""
        port = self.ports[name] = Port(self, name)
        return port

    def send(self, sender: "Port", channel: str, message: Message) -> None:
        if sender.cut or self.random.random() < self.loss:
            self.lost += 1
            return
        loop = asyncio.get_running_loop()
        key = sender.name, channel
        due = max(loop.time() + self.random.uniform(0.0001, self.slowest), self._due.get(key, 0.0) + 1e-7)
        self._due[key] = due
        loop.call_at(due, self._arrive, sender, channel, message)

    def _arrive(self, sender: "Port", channel: str, message: Message) -> None:
        receiver = self.subscribers.get(channel)
        if receiver is None or receiver.cut:
            if not sender.cut:
                sender.unreachable(channel)
            self.lost += 1
            return
        receiver.take(channel, message)


class Port:
    """`Bus` for one process."""

    lossy = True

    def __init__(self, network: SimBus, name: str) -> None:
        self._network = network
        self.name = name
        self.cut = False
        self.paused = False
        self._handlers: dict[str, Handler] = {}
        self._unreachable: list[Callable[[str], None]] = []
        self._reset: list[Callable[[], None]] = []
        self._in: list[tuple[str, Message]] = []
        self._out: list[tuple[str, Message]] = []

    async def subscribe(self, channel: str, handler: Handler) -> None:
        self._handlers[channel] = handler
        self._network.subscribers[channel] = self

    async def unsubscribe(self, channel: str) -> None:
        self._handlers.pop(channel, None)
        self._network.subscribers.pop(channel, None)

    def publish(self, channel: str, message: Message) -> None:
        if self.paused:
            self._out.append((channel, message))
        else:
            self._network.send(self, channel, message)

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        self._unreachable.append(handler)

    def on_reset(self, handler: Callable[[], None]) -> None:
        self._reset.append(handler)

    def unreachable(self, channel: str) -> None:
        for tell in self._unreachable:
            tell(channel)

    def take(self, channel: str, message: Message) -> None:
        if self.paused:
            self._in.append((channel, message))
            return
        handler = self._handlers.get(channel)
        if handler is not None:
            handler([message])

    # faults

    def die(self) -> None:
        """The process is gone: its subscriptions end, what it had not sent is lost."""
        self.cut = True
        for channel in self._handlers:
            self._network.subscribers.pop(channel, None)
        self._handlers.clear()

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        waiting, self._in = self._in, []
        for channel, message in waiting:
            self.take(channel, message)
        leaving, self._out = self._out, []
        for channel, message in leaving:
            self._network.send(self, channel, message)

    def mend(self) -> None:
        """The cut is over; as the bus promises, the process hears of it."""
        self.cut = False
        for tell in self._reset:
            tell()
