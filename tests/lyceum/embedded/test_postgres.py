"""The embedded PostgreSQL, killed in every way, by root and by ordinary users."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from lyceum.embedded.postgres import SIGNALS, EmbeddedPostgres, How
from lyceum.errors import DataFolderInUse, DataFolderUnusable
from tests.fixtures.services import scratch_folder
from tests.lyceum.conftest import copied, environment_for_tests, python_for, wait_for_end

SERVE = Path(__file__).with_name("serve.py")
NOBODY = 65534
UNNAMED = 47111


async def _value(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@contextmanager
def _serving(folder: Path, python: str = sys.executable, uid: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """`serve` as a process of its own; killed at the end if it is still there."""
    process = subprocess.Popen(
        [python, str(SERVE), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment_for_tests(),
        user=uid,
        group=uid,
        extra_groups=[] if uid else None,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _greeting(process: subprocess.Popen[str]) -> tuple[int, str]:
    assert process.stdout is not None
    pid, dsn = process.stdout.readline().split()
    return int(pid), dsn


async def test_a_fresh_folder_gets_a_database_with_durable_commits(scratch: Path) -> None:
    async with EmbeddedPostgres(scratch / "data") as pg:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert await _value(pg.dsn, f"SHOW {setting}") == "on"
        assert await _value(pg.dsn, "SELECT current_database()") == "lyceum"
        assert await _value(pg.dsn, "SHOW listen_addresses") == ""
        pid = pg.pid
    wait_for_end(pid)
    assert (scratch / "data").stat().st_mode & 0o066 == 0


async def test_it_leads_a_session_of_its_own_so_ctrl_c_does_not_reach_it(folder: Path) -> None:
    async with EmbeddedPostgres(folder) as pg:
        assert os.getsid(pg.pid) == pg.pid


async def test_it_never_runs_with_root_privileges(folder: Path) -> None:
    async with EmbeddedPostgres(folder) as pg:
        status = Path(f"/proc/{pg.pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status


async def test_a_second_start_is_refused_and_harms_nothing(folder: Path) -> None:
    async with EmbeddedPostgres(folder) as pg:
        with pytest.raises(DataFolderInUse, match=f"process {os.getpid()}"):
            await EmbeddedPostgres(folder).__aenter__()
        assert await _value(pg.dsn, "SELECT 1") == 1


@pytest.mark.parametrize("how", list(SIGNALS))
async def test_a_restart_keeps_what_was_committed(folder: Path, how: How) -> None:
    async with EmbeddedPostgres(folder) as pg:
        await _value(pg.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
        before = pg.pid
        await pg.restart(how)
        assert pg.pid not in (0, before)
        assert await _value(pg.dsn, "SELECT n FROM kept") == 7


async def test_several_folders_serve_at_once(folder: Path, made_folder: Path) -> None:
    other = copied(made_folder, folder.with_name("other"))
    async with EmbeddedPostgres(folder) as one, EmbeddedPostgres(other) as two:
        await _value(one.dsn, "CREATE TABLE mine (n int)")
        assert await _value(two.dsn, "SELECT to_regclass('mine')") is None


def test_kill_9_of_lyceum_ends_the_server_and_loses_no_commit(folder: Path) -> None:
    with _serving(folder) as process:
        pid, _ = _greeting(process)
        assert process.stdout is not None
        committed = [int(process.stdout.readline()) for _ in range(50)]
        process.kill()
        committed += [int(line) for line in process.stdout if line.endswith("\n")]
        wait_for_end(pid)
    assert _count(folder) >= committed[-1]


def _count(folder: Path) -> int:
    """How many rows `serve` left in ``folder``."""
    with _serving(folder) as process:
        pid, dsn = _greeting(process)
        rows = subprocess.run(
            [sys.executable, "-c", COUNT, dsn], capture_output=True, text=True, check=True, env=environment_for_tests()
        )
    wait_for_end(pid)  # it ends after its parent, and still writes into the folder
    return int(rows.stdout)


COUNT = """
import asyncio, asyncpg, sys
async def main():
    connection = await asyncpg.connect(sys.argv[1])
    print(await connection.fetchval("SELECT max(n) FROM rows"))
    await connection.close()
asyncio.run(main())
"""


async def test_a_server_that_outlived_its_lyceum_is_ended_first(folder: Path) -> None:
    with _serving(folder) as process:
        pid, _ = _greeting(process)
        os.kill(pid, signal.SIGSTOP)  # so that it cannot end with its parent
        process.kill()
        process.wait()
    os.kill(pid, signal.SIGCONT)
    async with EmbeddedPostgres(folder) as pg:
        wait_for_end(pid)
        assert await _value(pg.dsn, "SELECT count(*) FROM rows") is not None


async def test_a_pid_file_whose_number_was_reused_does_not_stand_in_the_way(folder: Path) -> None:
    lines = [str(os.getppid()), str(folder / "postgres"), "1700000000", "5432", str(folder / "run"), "", "0 0", "ready"]
    (folder / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    async with EmbeddedPostgres(folder) as pg:
        assert await _value(pg.dsn, "SELECT 1") == 1


async def test_a_half_made_cluster_is_begun_again(scratch: Path) -> None:
    half = scratch / "data" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    async with EmbeddedPostgres(scratch / "data") as pg:
        assert await _value(pg.dsn, "SELECT 1") == 1


async def test_files_of_somebody_else_are_left_alone(scratch: Path) -> None:
    (scratch / "postgres").mkdir()
    (scratch / "postgres" / "thesis.txt").write_text("mine")
    with pytest.raises(DataFolderUnusable, match="no PostgreSQL cluster"):
        await EmbeddedPostgres(scratch).__aenter__()
    assert (scratch / "postgres" / "thesis.txt").read_text() == "mine"


async def test_a_cluster_of_another_version_is_left_alone(folder: Path) -> None:
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DataFolderUnusable, match="PostgreSQL 16"):
        await EmbeddedPostgres(folder).__aenter__()


async def test_a_path_too_long_and_too_odd_for_a_socket(made_folder: Path, scratch: Path) -> None:
    odd = scratch / ("x" * 100) / "a,b c"
    odd.parent.mkdir()
    async with EmbeddedPostgres(copied(made_folder, odd)) as pg:
        assert await _value(pg.dsn, "SELECT 1") == 1
        sockets = Path(pg.dsn.partition("host=")[2])
        assert sockets.stat().st_mode & 0o077 == 0
    assert not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become two other users")
def test_two_users_of_one_machine_at_once_beside_root(made_folder: Path) -> None:
    """One with a name, and one without, as containers have them."""
    python = python_for(NOBODY)
    if python is None:
        pytest.skip("no Python here that another user may run")
    with scratch_folder() as scratch:
        folders = [scratch / str(uid) for uid in (NOBODY, UNNAMED)]
        for path in folders:
            path.mkdir()
            os.chown(path, int(path.name), int(path.name))
        with (
            _serving(folders[0] / "data", python, NOBODY) as one,
            _serving(folders[1] / "data", python, UNNAMED) as two,
            _serving(copied(made_folder, scratch / "root")) as three,
        ):
            pids = [_greeting(process)[0] for process in (one, two, three)]
            owners = [Path(f"/proc/{pid}").stat().st_uid for pid in pids]
            assert owners == [NOBODY, UNNAMED, 0]
            for process in (one, two, three):
                process.communicate(timeout=60)
                assert process.returncode == 0
        for pid in pids:
            wait_for_end(pid)
