"""Workers on the real log: what the fence and the budget are worth against PostgreSQL itself."""

import asyncio
from collections.abc import Callable

import asyncpg

from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import Attach, Forward, FromRoom, Join, Message, NotOwner, ToRoom, inbox, outlet
from realtime.frames import client, commands, server
from realtime.grants import Grant
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from realtime.roles import Role
from rooms.log_postgres import PostgresLog
from rooms.worker import RoomWorker
from tests.fixtures.services import FreshDatabase
from tests.rooms.scene import NOTHING, ROOM, Pen


class Person:
    """One connection at a gateway of its own, on a bus of its worker's own."""

    def __init__(self, bus: MemoryBus, worker: str) -> None:
        self._bus = bus
        self._worker = worker
        self._link = 0
        self.pen = Pen()
        self.got: list[Message] = []
        self._more = asyncio.Event()

    async def arrive(self) -> None:
        await self._bus.subscribe(outlet("g1"), self._take)
        self.send(Attach("g1"))
        self.send(Join(Grant("math", "ann", Role.TEACHER, "school"), "native"))
        self.send(Forward(client.Open("notes", NOTHING)))

    def _take(self, batch: list[Message]) -> None:
        self.got += batch
        self._more.set()

    def send(self, body: Attach | Join | Forward) -> None:
        self._link += 1
        self._bus.publish(inbox(self._worker), ToRoom(ROOM, "g1", self._link, "g1.1", body))

    def write(self, n: int, words: str) -> None:
        self.send(Forward(client.Update("notes", n, self.pen.write(words))))

    async def until(self, seen: Callable[[Message], bool]) -> None:
        """Wait for a message."""
        async with asyncio.timeout(20):
            while not any(map(seen, self.got)):
                self._more.clear()
                await self._more.wait()

    async def until_saved(self, n: int) -> None:
        await self.until(lambda it: isinstance(it, FromRoom) and it.frame == server.Saved(n))


def a_worker(name: str, bus: MemoryBus, log: PostgresLog) -> RoomWorker:
    """Each has leases and a registry of its own: nothing but the database stands between two of them."""
    clock = SystemClock()
    return RoomWorker(name, bus, MemoryLeases(clock), MemoryRegistry(clock), log, Limits(), clock)


async def test_link_5_of_two_owners_that_both_believe_it_the_database_lets_only_the_later_write(
    pg: FreshDatabase,
) -> None:
    buses = MemoryBus(), MemoryBus()
    async with (
        PostgresLog(pg.dsn) as one,
        PostgresLog(pg.dsn) as two,
        a_worker("w1", buses[0], one),
        a_worker("w2", buses[1], two),
    ):
        early, late = Person(buses[0], "w1"), Person(buses[1], "w2")
        await early.arrive()
        early.write(1, "before")
        await early.until_saved(1)
        await late.arrive()
        await late.until(lambda it: isinstance(it, FromRoom) and isinstance(it.frame, server.Opened))
        early.write(2, ", and too late")
        await early.until(lambda it: isinstance(it, NotOwner))
        late.write(1, "after")
        await late.until_saved(1)
        stored = await two.load(ROOM, "notes")
        assert b"too late" not in b"".join(stored.blobs())
        assert not any(isinstance(it, FromRoom) and it.frame == server.Saved(2) for it in early.got)


async def test_doc_3_what_was_saved_and_done_is_there_for_the_next_owner(pg: FreshDatabase) -> None:
    bus = MemoryBus()
    async with PostgresLog(pg.dsn) as log:
        async with a_worker("w1", bus, log):
            ann = Person(bus, "w1")
            await ann.arrive()
            ann.write(1, "kept")
            ann.send(Forward(client.Do(2, commands.Say("kept too"))))
            await ann.until_saved(1)
            await ann.until(lambda it: isinstance(it, FromRoom) and it.frame == server.Done(2))
        async with a_worker("w2", bus, log):
            bob = Person(bus, "w2")
            await bob.arrive()
            await bob.until(lambda it: isinstance(it, FromRoom) and isinstance(it.frame, server.Opened))
            await bob.until(lambda it: isinstance(it, FromRoom) and isinstance(it.frame, server.Class))
            frames = [it.frame for it in bob.got if isinstance(it, FromRoom)]
            (opened,) = [frame for frame in frames if isinstance(frame, server.Opened)]
            bob.pen.take(opened)
            assert str(bob.pen) == "kept"
            (whole,) = [frame for frame in frames if isinstance(frame, server.Class)]
            assert [message.text for message in whole.classroom.chat] == ["kept too"]


async def test_doc_3_a_database_that_drops_its_connections_costs_no_edit(pg: FreshDatabase) -> None:
    bus = MemoryBus()
    async with PostgresLog(pg.dsn) as log, a_worker("w1", bus, log):
        ann = Person(bus, "w1")
        await ann.arrive()
        ann.write(1, "before")
        await ann.until_saved(1)
        admin = await asyncpg.connect(pg.dsn)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await admin.close()
        ann.write(2, " and after")
        await ann.until_saved(2)
        assert len((await log.load(ROOM, "notes")).rows) == 2


async def test_tenants_see_nothing_of_each_other_in_the_log_even_when_a_query_forgets_to_ask(pg: FreshDatabase) -> None:
    async with PostgresLog(pg.dsn) as log:
        bus = MemoryBus()
        async with a_worker("w1", bus, log):
            ann = Person(bus, "w1")
            await ann.arrive()
            ann.write(1, "of the school")
            await ann.until_saved(1)
    connection = await asyncpg.connect(pg.dsn)
    tables = ("room_epochs", "room_documents", "room_log")
    for tenant, expected in (("school", 1), ("other", 0), ("", 0)):
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE lyceum_rest")
            await connection.execute("SELECT set_config('lyceum.tenant', $1, true)", tenant)
            counts = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
            assert counts == [expected] * len(tables)
    await connection.close()
