"""A media node on the bus: announced in the registry, fed by gateways, spreading large rooms over other nodes."""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType

from media.cluster import Cluster
from media.node import NodeConfig
from media.sfu import Sfu
from media.signalling import Signalling
from media.untold import AskOwner, Untold
from realtime.beat import beat
from realtime.bus.bus import Bus
from realtime.envelopes import FromMedia, Message, Noted, Relay, StageSet, ToMedia, media_inbox, outlet
from realtime.placement import owner_of
from realtime.registry.registry import ANNOUNCE_SECONDS, Node, Registry

SPREAD_ABOVE = 250
"""Receivers of one room here before others of it are sent to another node."""
BUSY = 0.8
"""CPU pressure above which the same happens."""


class MediaService:
    """`async with MediaService("m-1", bus, registry, config, secret) as service:`; leaving the block ends all media.

    Gateways find it as the one of `placement.owner_of(room, live media nodes)` and publish `ToMedia` to
    `media_inbox(its id)`. `address` is what the registry should show. With the deployment's `secret` a room that
    outgrows this node is spread over others. The id must be fresh with every start: keys between nodes come from it.
    With `ask_owner` nobody may do anything in a room before its owner has told what holds there.
    """

    def __init__(
        self,
        ident: str,
        bus: Bus,
        registry: Registry,
        config: NodeConfig,
        address: str = "",
        *,
        secret: str = "",
        spread_above: int = SPREAD_ABOVE,
        ask_owner: AskOwner | None = None,
    ) -> None:
        self.id = ident
        self.sfu = Sfu(config)
        self.signalling = Signalling(self.sfu, self._send)
        self.signalling.send_on = self._send_on
        self.sfu.on_event = self.signalling.on_event
        self.cluster = Cluster(ident, self.sfu, secret, self._relay)
        self.spread_above = spread_above
        self._bus = bus
        self._registry = registry
        self._node = Node(ident, "media", address=address)
        self._spreads = bool(secret)
        self._others: set[str] = set()
        self._elsewhere: dict[str, str] = {}
        """Connection → the node that serves what it receives."""
        self.on_stage: list[Callable[[StageSet], None]] = []
        """Others who hear what rooms decide: recordings."""
        self.on_note: list[Callable[[Noted], None]] = []
        self._tasks = asyncio.TaskGroup()
        self._untold: Untold | None = None
        if ask_owner is not None:
            self.sfu.policy.waits = True
            signalling = self.signalling
            self._untold = Untold(self.sfu.policy, ask_owner, self._tasks, signalling.take, signalling.refuse)

    async def told(self, room: str) -> None:
        """Return when it is known what holds in the room, or cannot be known."""
        if self._untold is not None:
            await self._untold.told(room)

    async def __aenter__(self) -> "MediaService":
        await self.sfu.__aenter__()
        await self._tasks.__aenter__()
        await self._bus.subscribe(media_inbox(self.id), self._take)
        self._bus.on_unreachable(self._unreachable)
        await self._registry.announce(self._node)
        await self._look_around()
        self._timer = self._tasks.create_task(self._every_second(), name=f"media-service-{self.id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._untold is not None:
            self._untold.end()
        await self._tasks.__aexit__(None, None, None)
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self._registry.withdraw(self._node)
            await self._bus.unsubscribe(media_inbox(self.id))
        await self.sfu.__aexit__(kind, error, trace)

    # -- the bus

    def _send(self, gateway: str, message: FromMedia) -> None:
        self._bus.publish(outlet(gateway), message)

    def _relay(self, node: str, message: Relay) -> None:
        self._bus.publish(media_inbox(node), message)

    def _take(self, messages: list[Message]) -> None:
        for message in messages:
            if isinstance(message, ToMedia):
                if self._untold is None or not self._untold.hold(message):
                    self.signalling.take(message)
            elif isinstance(message, Relay):
                self.cluster.take(message)
            elif isinstance(message, StageSet):
                self._told(message)
            elif isinstance(message, Noted):
                for listener in self.on_note:
                    listener(message)

    def _told(self, message: StageSet) -> None:
        self.signalling.set_stage(message)
        if message.room not in self.cluster.helped:  # its home records it
            for listener in self.on_stage:
                listener(message)
        for node in self.cluster.helpers(message.room):
            self._bus.publish(media_inbox(node), message)
        if self._untold is not None:
            self._untold.answered(message.room)

    def _unreachable(self, channel: str) -> None:
        kind, _, ident = channel.partition(":")
        if kind == "gateway":
            self.signalling.gateway_gone(ident)
        elif kind == "media":
            self._node_gone(ident)

    def _node_gone(self, node: str) -> None:
        self._others.discard(node)
        self.cluster.node_gone(node)
        for conn in [c for c, n in self._elsewhere.items() if n == node]:
            del self._elsewhere[conn]

    # -- large rooms

    def _send_on(self, message: ToMedia) -> bool:
        """Whether another node serves what this connection receives; then it gets the message."""
        conn, frame = message.conn, message.frame
        node = self._elsewhere.get(conn)
        if node is None and frame is not None and frame.kind == "receive":
            node = self._choose(message.room, conn)
        if node is None:
            return False
        if frame is None:
            self._elsewhere.pop(conn, None)
        self._bus.publish(media_inbox(node), message)
        return True

    def _choose(self, room_key: str, conn: str) -> str | None:
        """Another node for a newcomer, when this one has enough of the room and is its home."""
        room = self.sfu.rooms.get(room_key)
        if not self._spreads or room is None or room.home or not self._others or self.signalling.receives(conn):
            return None
        if len(room.receivers) < self.spread_above and self.sfu.pressure < BUSY:
            return None
        load = dict.fromkeys(self._others, 0)
        for other in self._elsewhere.values():
            if other in load:
                load[other] += 1
        node = min(load, key=lambda n: (load[n], n))
        if self.sfu.pressure < BUSY and load[node] >= len(room.receivers):
            return None
        self._elsewhere[conn] = node
        self.cluster.spread(room_key, node)
        return node

    # -- time

    async def _every_second(self) -> None:
        while True:
            await beat(ANNOUNCE_SECONDS)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._registry.announce(self._node)
                await self._look_around()
            self.cluster.tick(self.sfu.node.clock())

    async def _look_around(self) -> None:
        """Learn which other nodes live; one that went is treated as dead."""
        nodes = await self._registry.nodes("media")
        found = {node.id for node in nodes if node.id != self.id and not node.draining}
        for gone in self._others - found:
            self._node_gone(gone)
        changed, self._others = found != self._others, found
        if changed and self._untold is not None:
            self._forget_others_rooms()

    def _forget_others_rooms(self) -> None:
        """What holds in a room is told to its node: when that is another one now, we shall not hear of changes."""
        nodes = {self.id, *self._others}
        for room in self.sfu.policy.told_of():
            if owner_of(room, nodes) != self.id and room not in self.cluster.helped:
                self.sfu.policy.forget(room)
