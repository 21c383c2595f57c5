"""``lyceum documents`` on a real PostgreSQL: the operator's whole way with a document that does not load."""

import asyncio
import json
import os
import zipfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from lyceum.cli import run
from lyceum.embedded.folder import held
from realtime.position import Position
from rooms.log import CLASS, Entry
from rooms.log_postgres import PostgresLog
from tests.fixtures.services import FreshDatabase

ROOM = "school/math"
HELLO = b"\x01\x01\x05\x00\x04\x01\x01t\x05hello\x00"
MORE = b"\x01\x01\x05\x05\x84\x05\x04\x01!\x00"
BROKEN = b"\x01\x01\x09\x00\x1f"
OTHERS = b"\x01\x01\x06\x00\x04\x01\x01u\x05world\x00"

Write = Callable[..., None]


@pytest.fixture
def write(pg: FreshDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    """Puts bodies into a document's log as an owner would, and may have it quarantined."""
    for name in [name for name in os.environ if name.startswith("LYCEUM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LYCEUM_DATABASE_URL", pg.dsn)
    monkeypatch.chdir(tmp_path)

    async def fill(log: PostgresLog, doc: str, bodies: tuple[bytes, ...], why: str) -> None:
        epoch = (await log.open(ROOM, "w-1")).epoch
        await log.append([Entry(ROOM, epoch, 1 + n, doc, body, ("ann",), 1.7e9) for n, body in enumerate(bodies)])
        if why:
            await log.quarantine(ROOM, epoch, doc, why)

    def write(doc: str, *bodies: bytes, why: str = "bad-blob: it does not load") -> None:
        with_log(pg, lambda log: fill(log, doc, bodies, why))

    return write


def with_log(pg: FreshDatabase, work: Callable[[PostgresLog], Coroutine[Any, Any, Any]]) -> Any:
    async def connected() -> Any:
        async with PostgresLog(pg.dsn) as log:
            return await work(log)

    return asyncio.run(connected())


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["documents", *arguments]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["documents", *arguments]) == 6
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_the_list_names_room_document_and_reason(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    assert said(capsys, "list") == "No document is quarantined.\n"
    write("notes", HELLO, BROKEN)
    write("fine", HELLO, why="")
    write(CLASS, b"?", why="unreadable")
    told = said(capsys, "list")
    assert f"school/math notes: bad-blob: it does not load (2 entries of {len(HELLO + BROKEN)} bytes" in told
    assert "school/math (the class itself): unreadable" in told
    assert "fine" not in told


def test_showing_one_says_which_update_is_damaged(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    write("notes", HELLO, BROKEN, MORE)
    told = said(capsys, "show", "math", "notes", "--tenant", "school")
    assert said(capsys, "show", ROOM, "notes") == told
    rows = [line for line in told.splitlines() if " entry " in line]
    assert ["DAMAGED" in row for row in rows] == [False, True, False]
    assert "epoch 1 seq 2" in rows[1]
    assert "by ann" in rows[0]
    assert "1 of 3 do not load; `lyceum documents repair` keeps the 1 before the first, with --skip-damaged 2" in told
    write("sound", HELLO)
    assert "all 1 load" in said(capsys, "show", ROOM, "sound")


def test_an_export_holds_every_byte_and_no_other_user_reads_it(
    capsys: pytest.CaptureFixture[str], write: Write, tmp_path: Path
) -> None:
    write("notes", HELLO, BROKEN)
    said(capsys, "export", ROOM, "notes", "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        manifest = json.loads(file.read("manifest.json"))
        assert [file.read(row["file"]) for row in manifest["updates"]] == [HELLO, BROKEN]
    assert manifest["document"]["quarantined"] == "bad-blob: it does not load"
    assert (tmp_path / "out.zip").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "out.zip").read_bytes()
    assert "out.zip cannot be written" in refused(capsys, "export", ROOM, "notes", "out.zip")
    assert (tmp_path / "out.zip").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "kept", "told"), [([], "hello", "1 of 3"), (["--skip-damaged"], "helloworld", "2 of 3")]
)
def test_a_repair_keeps_what_loads_and_fences_a_live_owner(
    capsys: pytest.CaptureFixture[str], write: Write, pg: FreshDatabase, options: list[str], kept: str, told: str
) -> None:
    write("notes", HELLO, BROKEN, OTHERS)
    assert "Nothing was changed" in said(capsys, "repair", ROOM, "notes", "--dry-run", *options)
    assert "notes" in said(capsys, "list")
    assert told in said(capsys, "repair", ROOM, "notes", *options)
    assert said(capsys, "list") == "No document is quarantined.\n"

    async def look(log: PostgresLog) -> None:
        late = Entry(ROOM, 1, 9, "notes", MORE, ("ann",), 1.7e9)
        assert await log.append([late]) == {ROOM}, "the owner of before must open the room again"
        assert (await log.open(ROOM, "w-1")).documents[0].quarantined == ""
        stored = await log.load(ROOM, "notes")
        assert stored.rows == []
        assert all(word in (stored.snapshot or b"") for word in (kept[:5].encode(), kept[5:].encode()))
        assert (b"world" in (stored.snapshot or b"")) == ("world" in kept)
        assert [row.body for row in await log.history(ROOM, "notes")] == [HELLO, BROKEN, OTHERS]

    with_log(pg, look)


def test_a_damaged_snapshot_is_made_again_from_the_history(
    capsys: pytest.CaptureFixture[str], write: Write, pg: FreshDatabase
) -> None:
    write("notes", HELLO, MORE, why="")

    async def damage(log: PostgresLog) -> None:
        await log.compact(ROOM, 1, "notes", BROKEN, 2)
        await log.append([Entry(ROOM, 1, 3, "notes", OTHERS, ("ben",), 1.7e9)])
        await log.quarantine(ROOM, 1, "notes", "bad-blob")

    with_log(pg, damage)
    assert "3 of 3 stored updates are kept" in said(capsys, "repair", ROOM, "notes")
    stored = with_log(pg, lambda log: log.load(ROOM, "notes"))
    assert all(word in stored.snapshot for word in (b"hello", b"!", b"world"))
    assert stored.last > Position(1, 3)


def test_what_loads_is_released_and_not_repaired(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    write("notes", HELLO, why="a bug, since mended")
    assert "`lyceum documents release` is enough" in refused(capsys, "repair", ROOM, "notes")
    assert "no longer quarantined" in said(capsys, "release", ROOM, "notes")
    assert "is not quarantined" in refused(capsys, "release", ROOM, "notes")
    assert "edits to it may be under way" in refused(capsys, "repair", ROOM, "notes")


def test_what_does_not_load_is_not_released(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    write("notes", BROKEN)
    assert "still does not load" in refused(capsys, "release", ROOM, "notes")
    assert "notes" in said(capsys, "list")


def test_the_class_itself_is_released_and_not_repaired(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    write(CLASS, b"?")
    assert "no document to repair" in refused(capsys, "repair", ROOM, "")
    assert "no longer quarantined" in said(capsys, "release", ROOM, "")


def test_unknown_names_are_said_to_be_unknown(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    write("notes", HELLO)
    assert "holds no document other" in refused(capsys, "show", ROOM, "other")
    assert "holds no document notes" in refused(capsys, "show", "math", "notes")
    assert "is not a name" in refused(capsys, "show", "../up", "notes")


def test_a_folder_in_use_or_without_a_database_is_refused(
    capsys: pytest.CaptureFixture[str], write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LYCEUM_DATABASE_URL")
    assert "There is no database in data" in refused(capsys, "list")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    with held(tmp_path / "data"):
        assert run(["documents", "list"]) == 5
    assert "already in use by a running lyceum" in capsys.readouterr().err
