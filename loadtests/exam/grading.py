"""How many attempts a second one job worker grades: ``python -m loadtests.exam.grading`` prints the figures.

One student's attempt is answered through the services and copied in the database; then ``lyceum jobs`` runs on what
waits, is killed without a warning half way, and runs again. At the end every attempt must be graded, with the same
points as the first one, and the queue be empty.
"""

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from loadtests.exam.http import Connection
from loadtests.exam.play import play
from loadtests.exam.school import LoadSchool, found
from loadtests.exam.server import Server
from loadtests.exam.start import HOST, free_port, make_quiz
from lyceum.services import services
from lyceum.settings import Settings

TARGET = 50.0
PATIENCE = 600.0

COPY = """
INSERT INTO attempts (tenant, id, course_id, quiz_id, person_id, number, status, paper, started_at, ends_at,
  submitted_at, ended_by, needs_manual)
SELECT tenant, gen_random_uuid(), course_id, quiz_id, person_id, 1 + n, 'submitted', paper, started_at, ends_at,
  now(), 'student', false
FROM attempts, generate_series(1, $2) AS n WHERE id = $1
"""
COPY_ANSWERS = """
INSERT INTO answers SELECT a.tenant, t.id, a.item_id, a.person_id, a.seq, a.response, a.saved_at
FROM answers a JOIN attempts t ON t.tenant = a.tenant AND t.id <> $1 WHERE a.attempt_id = $1
"""
DEFER = """
SELECT lyceum_defer('grading', 'attempts.grade', array_agg(jsonb_build_object('tenant', tenant, 'attempt', id)))
FROM attempts WHERE id <> $1
"""


async def answered(port: int, school: LoadSchool) -> UUID:
    """An attempt that runs, every question but the essay answered."""
    student = Connection(HOST, port, school.students[0].token)
    quiz = await make_quiz(port, school)
    attempt = await student.ask("POST", f"/quizzes/{quiz}/attempts")
    saves = [
        {"item": one["item"], "seq": 1, "response": response(one["kind"])}
        for one in attempt["questions"]
        if one["kind"] != "essay"
    ]
    await student.ask("PUT", f"/attempts/{attempt['id']}/answers", {"answers": saves})
    student.close()
    return UUID(attempt["id"])


def response(kind: str) -> dict[str, Any]:
    return {"kind": "chosen", "choices": ["b"]} if kind == "single" else {"kind": "said", "text": "12 m"}


async def fill(dsn: str, first: UUID, count: int) -> None:
    """So many copies of an attempt, handed in and waiting for the worker."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute(COPY, first, count)
            await connection.execute(COPY_ANSWERS, first)
            await connection.execute(DEFER, first)
    finally:
        await connection.close()


async def count(dsn: str, query: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


GRADED = "SELECT count(*) FROM attempts WHERE status = 'graded'"
WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
RESULTS = "SELECT count(DISTINCT (score, maximum, result)) FROM attempts WHERE status = 'graded'"


async def until(dsn: str, query: str, least: int) -> float:
    """When the count of ``query`` reached ``least``."""
    async with asyncio.timeout(PATIENCE):
        while await count(dsn, query) < least:
            await asyncio.sleep(0.1)
    return time.perf_counter()


async def worker(dsn: str, secret: str, folder: Path) -> asyncio.subprocess.Process:
    """``lyceum jobs`` as people run it."""
    told = {"LYCEUM_DATABASE_URL": dsn, "LYCEUM_SECRET": secret, "LYCEUM_DATA_DIR": str(folder)}
    environment = os.environ | told | {"LYCEUM_LOG_LEVEL": "warning"}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "lyceum", "jobs", env=environment)


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Fill, grade, kill, grade, compare."""
    async with services(Settings(data_dir=folder / "services"), redis=False) as ready:
        dsn, secret = ready.database_url, ready.secret
        assert dsn is not None
        assert secret is not None
        school = await found(dsn, secret, 1)
        server = Server(dsn, secret, folder / "server", free_port())
        await server.start()
        try:
            first = await answered(server.port, school)
        finally:
            await server.stop()
        await fill(dsn, first, options.attempts)
        return await _measure(options, dsn, secret, folder)


async def _measure(options: argparse.Namespace, dsn: str, secret: str, folder: Path) -> dict[str, Any]:
    half = options.attempts // 2
    doomed = await worker(dsn, secret, folder)
    began = await until(dsn, GRADED, 1)
    at_half = await until(dsn, GRADED, half)
    rate = (await count(dsn, GRADED) - 1) / (at_half - began)
    doomed.kill()
    await doomed.wait()
    heir = await worker(dsn, secret, folder)
    try:
        await until(dsn, GRADED, options.attempts)
        async with asyncio.timeout(PATIENCE):
            while await count(dsn, WAITING):
                await asyncio.sleep(0.1)
    finally:
        heir.terminate()
        await heir.wait()
    lost = options.attempts - await count(dsn, GRADED)
    results = await count(dsn, RESULTS)
    met = rate >= TARGET and lost == 0 and results == 1
    rates = {"attempts": options.attempts, "graded_a_second": round(rate, 1)}
    return rates | {"lost": lost, "different_results": results, "met": met}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=2_000)
    play(run, parser)


if __name__ == "__main__":
    main()
