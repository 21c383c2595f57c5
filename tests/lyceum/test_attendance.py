"""Attendance: people in real rooms of real workers, seen in what the REST tier answers."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from lyceum import attendance as module
from lyceum.attendance import Attendance, Watch, present_in
from lyceum.planes import memory_seams
from lyceum.rooms_plane import rooms_plane
from lyceum.settings import Settings
from realtime.bus.bus import Bus
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import Attach, FromRoom, Join, Leave, Message, ToRoom, inbox, outlet
from realtime.frames.server import Welcome
from realtime.grants import Grant, verify
from realtime.ids import room_key
from realtime.leases.leases_memory import MemoryLeases
from realtime.limits import Limits
from realtime.registry.registry_memory import MemoryRegistry
from rest.classes.presence import Stay
from rooms.log_postgres import PostgresLog
from rooms.worker import RoomWorker
from tests.rest.world import SECRET, Rest, School, open_rest

ANA, BEN = str(UUID(int=1)), str(UUID(int=2))
PATIENCE = 30
_numbers = itertools.count(1)


def stay(room: str, user: str, since: float, until: float) -> Stay:
    return Stay(room, UUID(user), since, until)


def test_a_watch_tells_who_came_and_went_and_now_and_then_everybody() -> None:
    watch = Watch()
    watch.look({"north/math": {ANA, BEN}}, 10)
    assert sorted(watch.stays(all=False)["north"], key=str) == [stay("math", one, 10, 10) for one in (ANA, BEN)]
    watch.written()
    watch.look({"north/math": {ANA}}, 15)
    assert watch.stays(all=False) == {"north": [stay("math", BEN, 10, 10)]}
    watch.written()
    watch.look({"north/math": {ANA}}, 20)
    assert watch.stays(all=False) == {}
    assert watch.stays(all=True) == {"north": [stay("math", ANA, 10, 20)]}


def test_what_could_not_be_written_is_told_again() -> None:
    watch = Watch()
    for now, present in ((10, {ANA}), (15, set[str]()), (300, {ANA}), (305, {ANA})):
        watch.look({"north/math": present}, now)
    assert watch.stays(all=False) == {"north": [stay("math", ANA, 10, 10), stay("math", ANA, 300, 305)]}


def test_a_user_who_only_looks_like_somebody_of_the_school_is_passed_over() -> None:
    watch = Watch()
    watch.look({"north/math": {"x" * 36}}, 10)
    assert watch.stays(all=True) == {}


class Visitor:
    """Connections to one room at one worker, by a gateway of their own."""

    def __init__(self, bus: Bus, worker: str, grant: Grant) -> None:
        self._bus, self._worker, self._grant = bus, worker, grant
        self._link = 0
        self._welcomed: set[str] = set()
        self._more = asyncio.Event()
        self._gateway = f"g-{worker}-{grant.user}"

    async def arrive(self, *conns: str) -> None:
        """Attach, and join with so many connections."""
        await self._bus.subscribe(outlet(self._gateway), self._take)
        self._send("", Attach(self._gateway))
        for conn in conns:
            self._send(conn, Join(self._grant, "native"))
        async with asyncio.timeout(PATIENCE):
            while not self._welcomed.issuperset(self._named(conn) for conn in conns):
                self._more.clear()
                await self._more.wait()

    def leave(self, conn: str) -> None:
        self._send(conn, Leave())

    def _named(self, conn: str) -> str:
        return f"{self._gateway}.{conn}"

    def _take(self, batch: list[Message]) -> None:
        welcomes = [it for it in batch if isinstance(it, FromRoom) and isinstance(it.frame, Welcome)]
        self._welcomed.update(*(it.to or [] for it in welcomes))
        self._more.set()

    def _send(self, conn: str, body: Any) -> None:
        self._link += 1
        room = room_key(self._grant.tenant, self._grant.room)
        named = self._named(conn) if conn else ""
        self._bus.publish(inbox(self._worker), ToRoom(room, self._gateway, self._link, named, body))


def a_worker(name: str, bus: MemoryBus, log: PostgresLog) -> RoomWorker:
    clock = SystemClock()
    return RoomWorker(name, bus, MemoryLeases(clock), MemoryRegistry(clock), log, Limits(), clock)


class Lesson:
    """An open class of a school, and what its teacher sees of who came."""

    def __init__(self, rest: Rest, school: School, path: str) -> None:
        self.rest, self.school, self._path = rest, school, path
        self._opened = rest.clock.wall()

    async def grant(self, name: str) -> Grant:
        ticket = await self.school.people[name].post(f"{self._path}/join")
        return verify(ticket["token"], SECRET, self.rest.clock.wall())

    async def seen(self, name: str) -> list[tuple[int, int]]:
        """Stays of somebody, in seconds since the class opened."""
        meeting = (await self.school.teacher.get(f"{self._path}/meetings"))["items"][0]["id"]
        rows = await self.school.teacher.get(f"{self._path}/meetings/{meeting}/attendance")
        (row,) = [row for row in rows if row["person_id"] == str(self.school.people[name].id)]
        return [(self._moment(one["entered_at"]), self._moment(one["left_at"])) for one in row["stays"]]

    def _moment(self, at: str) -> int:
        return round(datetime.fromisoformat(at).timestamp() - self._opened)


@pytest.fixture
async def lesson(pg_dsn: str, tmp_path: Path) -> AsyncIterator[Lesson]:
    async with open_rest(pg_dsn, time.time(), files_dir=tmp_path) as rest:
        school = await School(rest, f"attended-{next(_numbers)}").found()
        course = await school.course()
        made = await school.teacher.post(
            f"/courses/{course}/classes", {"title": "Monday", "starts_at": "2026-09-07T09:00"}
        )
        await school.teacher.post(f"/classes/{made['id']}/open")
        yield Lesson(rest, school, f"/classes/{made['id']}")


async def test_a_stay_outlasts_a_reconnect_and_the_death_of_its_worker(lesson: Lesson, pg_dsn: str) -> None:
    clock, grant = lesson.rest.clock, await lesson.grant("student")
    guest = replace(grant, user="guest-1")
    async with PostgresLog(pg_dsn) as room_log:
        bus = MemoryBus()
        async with a_worker("w1", bus, room_log) as first:
            keeper = Attendance(pg_dsn, lambda: present_in(first), clock)
            student, stranger = Visitor(bus, "w1", grant), Visitor(bus, "w1", guest)
            await student.arrive("a", "b")
            await stranger.arrive("a")
            keeper.look()
            clock.advance(20)
            keeper.look()
            await keeper.write()
            assert await lesson.seen("student") == [(0, 20)]
            student.leave("a")
        # the worker is gone without a word; another one has the room half a minute later
        clock.advance(30)
        bus = MemoryBus()
        async with a_worker("w2", bus, room_log) as second:
            keeper = Attendance(pg_dsn, lambda: present_in(second), clock)
            student = Visitor(bus, "w2", grant)
            await student.arrive("a")
            keeper.look()
            await keeper.write(all=False)
            assert await lesson.seen("student") == [(0, 50)]
            student.leave("a")
            await Visitor(bus, "w2", guest).arrive("b")  # after the leave, so that it has been heard
            clock.advance(200)
            keeper.look()
            await student.arrive("c")
            clock.advance(10)
            keeper.look()
            await keeper.write(all=False)
    assert await lesson.seen("student") == [(0, 50), (260, 260)]


async def test_the_plane_of_the_rooms_keeps_attendance_and_writes_what_it_saw_last(
    lesson: Lesson, pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    grant, seams = await lesson.grant("student"), memory_seams()
    settings = Settings(database_url=pg_dsn, secret=SECRET, data_dir=tmp_path)
    async with rooms_plane(settings, seams) as worker:
        await Visitor(seams.bus, worker.worker, grant).arrive("a")
        async with asyncio.timeout(PATIENCE):
            while not await lesson.seen("student"):
                await asyncio.sleep(0.05)
    assert await lesson.seen("student")
