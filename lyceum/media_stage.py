"""A media node's question to the owner of a room: what holds there?"""

import logging
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from lyceum.planes import Seams
from realtime.envelopes import StageAsk, inbox
from realtime.placement import owner_of

log = logging.getLogger(__name__)


def asker(seams: Seams, node: str) -> Callable[[str], Awaitable[None]]:
    """A function that has the owner of a room tell media node ``node`` what holds; a room nobody owns is woken where it
    belongs."""

    async def ask(room: str) -> None:
        try:
            owner = await seams.leases.holder(room) or await _place(seams, room)
        except (OSError, TimeoutError, RedisError) as error:
            log.warning("who owns a room cannot be found out: %s", type(error).__name__)
            return
        if owner is not None:
            seams.bus.publish(inbox(owner), StageAsk(room, node))

    return ask


async def _place(seams: Seams, room: str) -> str | None:
    nodes = await seams.registry.nodes("rooms")
    return owner_of(room, (node.id for node in nodes if not node.draining))
