"""The start of an exam: ``python -m loadtests.exam.start`` starts a server of its own and prints the figures.

300 students begin one quiz within a second and save answers every 5 s for three minutes, while a class of 30 writes
into one live document. In the middle the server is killed without a warning and started again. At the end every
student's answers are read back and compared with what was acknowledged.

    --students 300 --seconds 180 --every 5 --class-size 30     (--no-kill: undisturbed)
"""

import argparse
import asyncio
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from websockets.exceptions import WebSocketException

from loadtests.collab.ack_latency import Writer, quantile
from loadtests.collab.processes import spent
from loadtests.exam.http import Connection, Unreachable
from loadtests.exam.play import play
from loadtests.exam.questions import ITEMS, quiz_of
from loadtests.exam.school import LoadSchool, found
from loadtests.exam.server import Server
from loadtests.exam.sheet import AnswerSheet
from lyceum.services import services
from lyceum.settings import Settings
from realtime.grants import Grant, mint
from realtime.roles import Role

API_P99_MS = 200.0
LIVE_P99_MS = 100.0
HOST = "127.0.0.1"


@dataclass(slots=True)
class Tally:
    """What was measured: seconds by kind of request, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    away: int = 0
    lost: int = 0
    checked: int = 0
    live: list[float] = field(default_factory=list[float])


class Student:
    """One browser: its connection, and what it was told is safe."""

    def __init__(self, connection: Connection, tally: Tally, random: Random) -> None:
        self.connection = connection
        self._tally = tally
        self._random = random

    async def ask(self, kind: str, method: str, path: str, body: Any = None) -> Any:
        """One request, tried again until the server answers; the try that is answered is timed."""
        while True:
            began = time.perf_counter()
            try:
                answer = await self.connection.ask(method, path, body)
            except Unreachable:
                self._tally.away += 1
                await asyncio.sleep(self._random.uniform(0.2, 1.0))
                continue
            self._tally.times.setdefault(kind, []).append(time.perf_counter() - began)
            return answer

    async def sit(self, quiz: str, end: float, every: float) -> None:
        """Begin within a second, save until the end, and look whether everything is there."""
        await asyncio.sleep(self._random.uniform(0.0, 1.0))
        begun = await self.ask("start", "POST", f"/quizzes/{quiz}/attempts")
        attempt, sheet = f"/attempts/{begun['id']}", AnswerSheet(begun["questions"], self._random)
        await asyncio.sleep(self._random.uniform(0.0, every))
        while time.perf_counter() < end:
            due = time.perf_counter() + every
            await self.save(attempt, sheet)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await self.check(attempt, sheet)

    async def save(self, attempt: str, sheet: AnswerSheet) -> None:
        sheet.write()
        sent = sheet.unsaved()
        told = await self.ask("save", "PUT", f"{attempt}/answers", {"answers": sent})
        sheet.acknowledge(sent, told["saved"])

    async def check(self, attempt: str, sheet: AnswerSheet) -> None:
        """Compare what is there with what was acknowledged, and hand in."""
        back = await self.ask("read", "GET", attempt)
        self._tally.checked += sheet.acknowledged
        self._tally.lost += len(sheet.lost(back["answers"]))
        await self.ask("submit", "POST", f"{attempt}/submit", {})


async def write_live(url: str, token: str, end: float, random: Random, tally: Tally) -> None:
    """One of the live class, who comes back when the server was away."""
    while (left := end - time.perf_counter()) > 0:
        writer = Writer(url, token, 1.0, random)
        with suppress(OSError, TimeoutError, WebSocketException, ExceptionGroup):
            await writer.open()
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(writer.listen())
                await writer.write(left)
                listening.cancel()
        tally.live += writer.delays
        await asyncio.sleep(random.uniform(0.1, 0.5))


async def make_quiz(port: int, school: LoadSchool) -> str:
    """A published quiz; its id."""
    teacher = Connection(HOST, port, school.teacher.token)
    course = f"/courses/{school.course}"
    items = [(await teacher.ask("POST", f"{course}/items", {"content": content}))["id"] for content in ITEMS]
    quiz = await teacher.ask("POST", f"{course}/quizzes", quiz_of(items))
    await teacher.ask("PATCH", f"/quizzes/{quiz['id']}", {"status": "published"}, If_Match='"1"')
    teacher.close()
    return quiz["id"]


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The figures, times in milliseconds."""
    async with services(Settings(data_dir=folder / "services"), redis=False) as ready:
        assert ready.database_url is not None
        assert ready.secret is not None
        school = await found(ready.database_url, ready.secret, options.students)
        server = Server(ready.database_url, ready.secret, folder / "server", free_port())
        await server.start()
        try:
            return await _exam(options, server, school, ready.secret)
        finally:
            await server.stop()


async def _exam(options: argparse.Namespace, server: Server, school: LoadSchool, secret: str) -> dict[str, Any]:
    quiz, tally = await make_quiz(server.port, school), Tally()
    people = [
        Student(Connection(HOST, server.port, one.token), tally, Random(n)) for n, one in enumerate(school.students)
    ]
    end = time.perf_counter() + options.seconds
    cpu, down = spent([server.pid]).cpu, 0.0
    async with asyncio.TaskGroup() as tasks:
        for n in range(options.class_size):
            token = mint(Grant("exam-class", f"writer-{n}", Role.TEACHER), secret, time.time(), 3600)
            url = f"ws://{HOST}:{server.port}/ws/rooms/exam-class"
            tasks.create_task(write_live(url, token, end, Random(10_000 + n), tally))
        for student in people:
            tasks.create_task(student.sit(quiz, end, options.every))
        if options.kill:
            await asyncio.sleep(options.seconds / 2)
            cpu = spent([server.pid]).cpu - cpu
            began = time.perf_counter()
            await server.kill()
            await server.start()
            down = time.perf_counter() - began
    for student in people:
        student.connection.close()
    return report(options, tally, down, cpu if options.kill else spent([server.pid]).cpu - cpu)


def report(options: argparse.Namespace, tally: Tally, down: float, cpu: float) -> dict[str, Any]:
    """Quantiles of each kind of request, and whether the targets are met."""
    every = [seconds for times in tally.times.values() for seconds in times]
    api, live = quantile(every, 0.99) * 1000, quantile(tally.live, 0.99) * 1000
    seconds = options.seconds / 2 if options.kill else options.seconds
    return {
        "students": options.students,
        "seconds": options.seconds,
        **{kind: figures(times) for kind, times in sorted(tally.times.items())},
        "all": figures(every),
        "live": figures(tally.live),
        "server_cpu_share": round(cpu / seconds, 2),
        "down_s": round(down, 2),
        "tries_while_away": tally.away,
        "answers_checked": tally.checked,
        "answers_lost": tally.lost,
        "met": api < API_P99_MS and live < LIVE_P99_MS and tally.lost == 0,
    }


def figures(times: list[float]) -> dict[str, float]:
    """How many, and quantiles in milliseconds."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {"n": len(times)} | {name: round(quantile(times, share) * 1000, 1) for name, share in shares.items()}


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--class-size", type=int, default=30)
    parser.add_argument("--kill", action=argparse.BooleanOptionalAction, default=True)
    play(run, parser)


if __name__ == "__main__":
    main()
