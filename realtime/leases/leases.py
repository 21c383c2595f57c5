"""Leases: at most one live worker owns a room.

A worker proves that it lives with one *liveness lease* of its own, renewed every `HEARTBEAT_SECONDS`
whatever the number of its rooms; a room's lease names its owner and stands as long as the owner's liveness does. So
a thousand rooms cost one renewal.

A lease keeps two workers from working on one room at the same time; it does not make their writes safe. The fencing
epoch does: `rooms.log.RoomLog.open` hands it out in the database, where a lost Redis cannot turn it back, and the
database refuses appends of a lower one.
"""

from typing import Protocol

HEARTBEAT_SECONDS = 0.5
LIVENESS_SECONDS = 5.0
"""Without a renewal for so long a worker counts as dead and its rooms may be taken."""


class Leases(Protocol):
    """Every method is atomic over all processes."""

    async def live(self, worker: str) -> bool:
        """Renew ``worker``'s liveness; False when it had lapsed (its rooms may be gone: acquire each again)."""
        ...

    async def acquire(self, room: str, worker: str) -> str:
        """Take ``room`` for ``worker`` unless a live worker holds it; returns the id of who holds it now."""
        ...

    async def release(self, room: str, worker: str) -> None:
        """Give ``room`` up if ``worker`` holds it."""
        ...

    async def holder(self, room: str) -> str | None:
        """The live worker that holds ``room``."""
        ...

    async def bury(self, worker: str) -> None:
        """End ``worker``'s liveness now: the bus has shown that nobody listens at its inbox, or it says goodbye."""
        ...
