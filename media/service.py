"""A media node on the bus: announced in the registry, fed by gateways, sending answers and news back."""

import asyncio
import contextlib
from types import TracebackType

from media.node import NodeConfig
from media.sfu import Sfu
from media.signalling import Signalling
from realtime.bus.bus import Bus
from realtime.envelopes import FromMedia, Message, ToMedia, media_inbox, outlet
from realtime.registry.registry import ANNOUNCE_SECONDS, Node, Registry


class MediaService:
    """`async with MediaService("m-1", bus, registry, config) as service:`; leaving the block ends all media.

    Gateways find it as the one of `placement.owner_of(room, live media nodes)` and publish `ToMedia` to
    `media_inbox(its id)`.
    """

    def __init__(self, ident: str, bus: Bus, registry: Registry, config: NodeConfig, address: str = "") -> None:
        self.id = ident
        self.sfu = Sfu(config)
        self.signalling = Signalling(self.sfu, self._send)
        self.sfu.on_event = self.signalling.on_event
        self._bus = bus
        self._registry = registry
        self._node = Node(ident, "media", address=address)
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> "MediaService":
        await self.sfu.__aenter__()
        await self._tasks.__aenter__()
        await self._bus.subscribe(media_inbox(self.id), self._take)
        self._bus.on_unreachable(self._unreachable)
        await self._registry.announce(self._node)
        self._announcer = self._tasks.create_task(self._announce(), name=f"media-announce-{self.id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._announcer.cancel()
        await self._tasks.__aexit__(None, None, None)
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self._registry.withdraw(self._node)
            await self._bus.unsubscribe(media_inbox(self.id))
        await self.sfu.__aexit__(kind, error, trace)

    def _send(self, gateway: str, message: FromMedia) -> None:
        self._bus.publish(outlet(gateway), message)

    def _take(self, messages: list[Message]) -> None:
        for message in messages:
            if isinstance(message, ToMedia):
                self.signalling.take(message)

    def _unreachable(self, channel: str) -> None:
        if channel.startswith("gateway:"):
            self.signalling.gateway_gone(channel.removeprefix("gateway:"))

    async def _announce(self) -> None:
        while True:
            await asyncio.sleep(ANNOUNCE_SECONDS)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._registry.announce(self._node)
