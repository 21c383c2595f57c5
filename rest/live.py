"""What the REST tier asks of the live planes. The front door hands in an implementation over the bus.

Called after the transaction committed, at most once, and never waited for longer than `SECONDS`: the room itself
refuses whoever has no fresh grant, so a call that is lost delays what it asks for until tokens run out.
"""

from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

SECONDS = 2.0


class Live(Protocol):
    """Rooms, addressed by their room key ``tenant/room``."""

    async def end_class(self, room_key: str) -> None:
        """Send everybody out of the room."""
        ...

    async def revoke(self, room_key: str, user: str) -> None:
        """Send one person out of the room; grants issued until now open it no more."""
        ...


class Nobody:
    """No live plane here (the REST tier on its own without a bus, tests of other things)."""

    async def end_class(self, room_key: str) -> None:
        """Nothing to send out."""

    async def revoke(self, room_key: str, user: str) -> None:
        """Nobody to send out."""


class PersonHolder(Protocol):
    """A plane outside the REST tier that keeps data of people: documents, boards, chat, recordings.

    Handed in by the front door, so that exports and erasures reach it. Both calls may be repeated."""

    name: str
    """Stands in exports, and in what an erasure still waits for; such as ``rooms``."""

    def export(self, tenant: str, person: UUID, rooms: list[str]) -> AsyncIterator[dict[str, object]]:
        """What the person wrote or is shown in, in those rooms of the tenant, as records of plain JSON."""
        ...

    async def erase(self, tenant: str, person: UUID, rooms: list[str]) -> None:
        """Take the person out: their words and their name. Returns when it is durable; raises when it could not."""
        ...
