"""Tells media nodes what holds in the rooms of this worker, and what happens in those that are recorded.

A room's media node is found as gateways find it: by rendezvous hashing over the live ones.
"""

import logging

from realtime.beat import beat
from realtime.bus.bus import Bus
from realtime.envelopes import Noted, StageSet, media_inbox
from realtime.placement import owner_of
from realtime.registry.registry import ANNOUNCE_SECONDS, Registry

logger = logging.getLogger(__name__)

REPEAT_ROUNDS = 5
"""Every stage is told again after so many looks at the registry: the bus may lose it, and a recording ends when it is
told no more."""


class Stages:
    """One worker's."""

    def __init__(self, bus: Bus, registry: Registry) -> None:
        self._bus = bus
        self._registry = registry
        self._nodes: list[str] = []
        self._stages: dict[str, StageSet] = {}
        self._told: dict[str, str] = {}
        """Room to the node that was told last."""

    def tell(self, stage: StageSet) -> None:
        """What holds in a room now."""
        self._stages[stage.room] = stage
        self._told.pop(stage.room, None)
        self._pass_on(stage)

    def answer(self, room: str, node: str) -> bool:
        """A media node asks what holds in ``room``; False when it is not served here."""
        stage = self._stages.get(room)
        if stage is not None:
            self._bus.publish(media_inbox(node), stage)
        return stage is not None

    def note(self, noted: Noted) -> None:
        """Something for the recording of a room; dropped while there is no media node."""
        node = owner_of(noted.room, self._nodes)
        if node is not None:
            self._bus.publish(media_inbox(node), noted)

    def forget(self, room: str) -> None:
        """The room is not served here any more."""
        self._stages.pop(room, None)
        self._told.pop(room, None)

    def _pass_on(self, stage: StageSet) -> None:
        if not stage.turn:  # nothing was decided: told to who asks
            return
        node = owner_of(stage.room, self._nodes)
        if node is not None and self._told.get(stage.room) != node:
            self._told[stage.room] = node
            self._bus.publish(media_inbox(node), stage)

    async def look(self) -> None:
        """Learn which media nodes live, and tell those that have become a room's."""
        self._nodes = [node.id for node in await self._registry.nodes("media") if not node.draining]
        for stage in list(self._stages.values()):
            self._pass_on(stage)

    async def keep_up(self) -> None:
        """Look again and again; cancel to end."""
        rounds = 0
        while True:
            rounds += 1
            if rounds % REPEAT_ROUNDS == 0:
                self._told.clear()
            try:
                await self.look()
            except Exception as error:
                logger.warning("could not list the media nodes: %r", error)
            await beat(ANNOUNCE_SECONDS)
