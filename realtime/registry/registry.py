"""The registry of live nodes: gateways, room workers, media workers.

A node announces itself again and again; one that stops is gone after `TTL_SECONDS`. What `nodes` returns may be that
old, so it decides where to *try*; who owns a room is for the leases to say.
"""

from typing import Literal, Protocol

import msgspec

TTL_SECONDS = 3.0
ANNOUNCE_SECONDS = 1.0

Kind = Literal["gateway", "rooms", "media"]


class Node(msgspec.Struct, frozen=True):
    """One process. ``draining``: takes nothing new. ``address`` is what its kind needs to be reached, if anything."""

    id: str
    kind: Kind
    draining: bool = False
    address: str = ""


class Registry(Protocol):
    """Announce, withdraw, list."""

    async def announce(self, node: Node) -> None:
        """Say that ``node`` lives; valid for `TTL_SECONDS`."""
        ...

    async def withdraw(self, node: Node) -> None:
        """Take ``node`` out at once."""
        ...

    async def nodes(self, kind: Kind) -> list[Node]:
        """The live nodes of a kind, by id."""
        ...
