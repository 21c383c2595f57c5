"""The recordings folder as the REST tier's exports and erasures see it (`rest.live.PersonHolder`)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from media import archive


class KeptRecordings:
    """Recordings under ``root``; whole institutions are searched, so the rooms that are named do not matter."""

    name = "recordings"

    def __init__(self, root: Path) -> None:
        self._root = root

    async def export(self, tenant: str, person: UUID, rooms: list[str]) -> AsyncIterator[dict[str, object]]:
        """The files they are seen or heard in."""
        for path in await asyncio.to_thread(archive.of_person, self._root, tenant, str(person)):
            yield {"file": path}

    async def erase(self, tenant: str, person: UUID, rooms: list[str]) -> None:
        """Raises `archive.StillRunning` while one of them is being made."""
        await asyncio.to_thread(archive.forget_person, self._root, tenant, str(person))
