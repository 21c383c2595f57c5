"""Attendance from the rooms' own presence.

    rooms of this worker ──looked at──▶ Watch (who is here since when) ──now and then──▶ rest.classes.presence

Nothing is told on the way of an edit: the rooms are looked at, and all that was seen in all of them is one write. When
a worker dies what it wrote stands, and whoever takes its rooms goes on from there. Only people of the REST tier count
(their user id is a UUID): guests and load generators are not written anywhere.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg
import structlog

from lyceum.tasks import background
from realtime.clock import Clock
from realtime.ids import split_room_key
from rest.classes.presence import Stay, note
from rooms.worker import RoomWorker

LOOK_SECONDS = 5.0
"""Between two looks: how exact the times are. Who came or went is written after the look."""
LOOKS_A_ROUND = 4
"""After so many looks everybody's stay is written on."""
LAST_WRITE_SECONDS = 3.0
"""How long the end of a worker may wait for its last write."""
MOST_GONE = 10_000
UUID_CHARACTERS = 36

log = structlog.get_logger("lyceum.attendance")

Here = tuple[str, str]
"""A room's key and a user."""


class Watch:
    """Turns looks into stays: who is here since when, and who has gone since the last write. Pure; times are handed in.

    Of those who have gone the last `MOST_GONE` are remembered, however long the database is away."""

    def __init__(self) -> None:
        self._here: dict[Here, float] = {}
        self._new: set[Here] = set()
        self._gone: deque[tuple[Here, float, float]] = deque(maxlen=MOST_GONE)
        self._looked = 0.0

    def look(self, present: Mapping[str, set[str]], now: float) -> None:
        """``present``: users by room key, as it is at ``now``."""
        seen = {(room, user) for room, users in present.items() for user in users}
        for one in self._here.keys() - seen:
            self._gone.append((one, self._here.pop(one), self._looked))
        self._new = (self._new & seen) | (seen - self._here.keys())
        self._here |= dict.fromkeys(seen - self._here.keys(), now)
        self._looked = now

    def stays(self, *, all: bool) -> dict[str, list[Stay]]:
        """What there is to write, by tenant: of everybody, or of those who came or went since it was last written."""
        found: dict[str, list[Stay]] = {}
        lasting = [(one, self._here[one], self._looked) for one in (self._here if all else self._new)]
        for (room, user), since, until in [*self._gone, *lasting]:
            tenant, name = split_room_key(room)
            with suppress(ValueError):
                stay = Stay(name, UUID(user), since, until)
                found.setdefault(tenant, []).append(stay)
        return found

    def written(self) -> None:
        """What `stays` gave is kept."""
        self._gone.clear()
        self._new.clear()


def present_in(worker: RoomWorker) -> dict[str, set[str]]:
    """People of the REST tier in the rooms this worker serves; nobody while it may not count on owning them."""
    if not worker.may_serve():
        return {}
    rooms = ((shell.key, shell.room) for shell in worker.shells.values())
    found = {
        key: {conn.user for conn in room.conns.values() if len(conn.user) == UUID_CHARACTERS}
        for key, room in rooms
        if room is not None and room.conns
    }
    return {key: users for key, users in found.items() if users}


class Attendance:
    """Looks at rooms and writes what it saw."""

    def __init__(self, dsn: str, present: Callable[[], Mapping[str, set[str]]], clock: Clock) -> None:
        self._dsn = dsn
        self._present = present
        self._clock = clock
        self._watch = Watch()

    def look(self) -> None:
        self._watch.look(self._present(), self._clock.wall())

    async def write(self, *, all: bool = True) -> None:
        """Write what was seen, if there is anything; what could not be written is written next time."""
        stays = self._watch.stays(all=all)
        if not stays:
            return
        try:
            await self._note(stays)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("attendance waits to be written", error=type(error).__name__)
        else:
            self._watch.written()

    async def _note(self, stays: Mapping[str, list[Stay]]) -> None:
        settings = {"application_name": "lyceum-attendance", "statement_timeout": "15000"}
        connection = await asyncpg.connect(self._dsn, timeout=10, statement_cache_size=0, server_settings=settings)
        try:
            for tenant, theirs in stays.items():
                await note(connection, tenant, theirs)
        finally:
            await connection.close(timeout=2)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for number in range(LOOKS_A_ROUND):
                await asyncio.sleep(LOOK_SECONDS)
                self.look()
                await self.write(all=number == 0)


@asynccontextmanager
async def attendance(dsn: str, worker: RoomWorker, clock: Clock) -> AsyncIterator[Attendance]:
    """Keep the attendance of a worker's rooms while the body runs, and what is seen at its end."""
    keeper = Attendance(dsn, lambda: present_in(worker), clock)
    async with background(keeper.run()):
        yield keeper
    keeper.look()
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WRITE_SECONDS):
            await keeper.write()
