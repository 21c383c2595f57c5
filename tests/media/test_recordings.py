"""Recordings as rooms decide them: begun, ended, listed, watched, deleted, and what a person may ask of them."""

import contextlib
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from media import archive, tape
from media.errors import Unauthorized
from media.model import Who
from media.recordings import UNHEARD_SECONDS, Recordings
from media.recordings_http import TICKET_SECONDS, RecordingsDoor, Tickets
from realtime.envelopes import Noted, StageSet
from realtime.frames import events, server
from realtime.frames.state import ChatMessage, Member
from realtime.frames.state import Stage as Allowed
from tests.media import footage
from tests.media.clients import until
from tests.media.test_recording import show
from tests.media.test_sfu import ROOM, Stage, stage

BEGAN = 1_700_000_000.0
IDENT = "20231114T221320Z"


@dataclass(frozen=True)
class Entered:
    room_key: str
    who: Who


def verify(token: str, room: str) -> Entered:
    return Entered(f"default/{room}", Who("somebody", staff=token == "staff"))


def decided(turn: int, recording_since: float, room: str = ROOM) -> StageSet:
    return StageSet(room, 1, turn, Allowed(recording=recording_since))


@contextlib.asynccontextmanager
async def studio(root: Path) -> AsyncIterator[tuple[Stage, Recordings]]:
    async with stage() as scene, Recordings(scene.sfu, root, lambda: BEGAN) as made:
        yield scene, made


def decide(scene: Stage, made: Recordings, told: StageSet) -> None:
    scene.sfu.set_stage(told)
    made.on_stage(told)


@pytest.mark.usefixtures("loopback")
async def test_a_class_is_recorded_from_when_staff_say_so_until_they_say_so(tmp_path: Path) -> None:
    async with studio(tmp_path) as (scene, made):
        publisher, _ = await scene.publisher()
        decide(scene, made, decided(1, BEGAN))
        decide(scene, made, decided(2, BEGAN))
        made.on_note(Noted(ROOM, BEGAN, server.Update("board", b"\x00\x01")))
        made.on_note(Noted(ROOM, BEGAN, server.Happened(3, events.Left("eve"))))
        made.on_note(Noted("default/other", BEGAN, server.Happened(3, events.Left("eve"))))
        await show(scene, publisher)
        assert made.runs(tmp_path / ROOM / IDENT)
        decide(scene, made, decided(3, 0.0))
        assert not made.runs(tmp_path / ROOM / IDENT)
        decide(scene, made, decided(4, BEGAN))
    first, again = tmp_path / ROOM / IDENT, tmp_path / ROOM / f"{IDENT}-2"
    timeline = tape.load(first)
    assert (timeline["room"], timeline["ended"]) == (ROOM, BEGAN)
    assert sorted(f["source"] for f in timeline["files"]) == ["camera", "microphone"]
    camera = next(f for f in timeline["files"] if f["source"] == "camera")
    assert footage.decoded(str(first / camera["name"])) == (30, (320, 180))
    frames = [e["body"] for e in tape.load_events(first) if e["kind"] == "frame"]
    assert frames == [[68, "board", "AAE="], [66, 3, ["left", "eve"]]]
    assert tape.load(again)["ended"] == BEGAN


async def test_a_recording_nobody_asks_for_any_more_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with studio(tmp_path) as (scene, made):
        decide(scene, made, decided(1, BEGAN))
        made.tick()
        assert made.runs(tmp_path / ROOM / IDENT)
        later = scene.sfu.node.clock() + UNHEARD_SECONDS + 1
        monkeypatch.setattr(scene.sfu.node, "clock", lambda: later)
        made.tick()
        assert not made.runs(tmp_path / ROOM / IDENT)
        ended = tmp_path / ROOM / IDENT / "timeline.json"
        await until(lambda: json.loads(ended.read_bytes())["ended"] == BEGAN)


async def test_a_folder_that_cannot_be_written_ends_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "default").write_text("in the way")
    async with studio(tmp_path) as (scene, made):
        decide(scene, made, decided(1, BEGAN))
        assert not made.runs(tmp_path / ROOM / IDENT)


def keep(root: Path, ident: str, ended: float | None, users: list[str], room: str = ROOM) -> Path:
    """A recording with a track of each of ``users`` and some words."""
    folder = root / room / ident
    folder.mkdir(parents=True)
    files: list[dict[str, Any]] = []
    for number, user in enumerate(users, start=1):
        name = f"{number:04}-camera.webm"
        (folder / name).write_bytes(user.encode() * 1000)
        files.append({"name": name, "user": user, "offset": 1.0, "seconds": 4.0})
    timeline = {"version": 1, "room": room, "started": BEGAN, "ended": ended, "files": files}
    (folder / "timeline.json").write_text(json.dumps(timeline))
    said = server.Happened(1, events.Said(ChatMessage(1, "ada", "Ada L.", "student", BEGAN, "my secret")))
    joined = server.Happened(2, events.Joined(Member("ada", "Ada L.", "student")))
    other = server.Happened(3, events.Reacted("eve", "Eve", "x"))
    read = server.Happened(0, events.Captioned("ada", "Ada L.", "another secret", True))
    line = [msgspec.json.encode({"at": 0, "kind": "frame", "body": it}) for it in (said, joined, other, read)]
    (folder / "events.jsonl").write_bytes(b"\n".join(line) + b"\n")
    return folder


@contextlib.asynccontextmanager
async def shelf(root: Path) -> AsyncIterator[httpx.AsyncClient]:
    door = RecordingsDoor(root, verify, Tickets("a secret of many characters"), lambda at: at.name.startswith("2026"))
    transport = httpx.ASGITransport(Starlette(routes=door.routes()))
    headers = {"Authorization": "Bearer student"}
    async with httpx.AsyncClient(transport=transport, base_url="http://host", headers=headers) as client:
        yield client


async def test_recordings_are_listed_and_watched_with_ranges(tmp_path: Path) -> None:
    keep(tmp_path, IDENT, BEGAN + 60, ["ada"])
    keep(tmp_path, "20260101T000000Z", None, ["eve"])
    keep(tmp_path, IDENT, BEGAN, ["joe"], room="default/other")
    (tmp_path / ROOM / "junk").mkdir()
    async with shelf(tmp_path) as client:
        running, ended = (await client.get("/recordings/algebra")).json()
        assert (running["id"], running["ended"], running["seconds"]) == ("20260101T000000Z", None, 5.0)
        assert (ended["id"], ended["seconds"], ended["files"]) == (IDENT, 60.0, 1)
        assert (running["running"], ended["running"]) == (True, False)
        at, ticket = f"/recordings/algebra/{IDENT}", {"ticket": ended["ticket"]}
        whole = await client.get(f"{at}/0001-camera.webm")
        assert (whole.content, whole.headers["content-type"]) == (b"ada" * 1000, "video/webm")
        no_token = {"Authorization": "", "Range": "bytes=3-5"}
        part = await client.get(f"{at}/0001-camera.webm", params=ticket, headers=no_token)
        assert (part.status_code, part.content) == (206, b"ada")
        assert (await client.get(f"{at}/timeline.json", params=ticket)).json()["room"] == ROOM
        assert len((await client.get(f"{at}/events.jsonl", params=ticket)).text.splitlines()) == 4


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/recordings/algebra/{IDENT}/0002-camera.webm", 404),
        (f"/recordings/algebra/{IDENT}/..%2F..%2Ftimeline.json", 404),
        (f"/recordings/algebra/{IDENT}/timeline.json.part", 404),
        ("/recordings/algebra/%2e%2e/timeline.json", 404),
        ("/recordings/algebra/junk/timeline.json", 404),
        (f"/recordings/geometry/{IDENT}/timeline.json", 404),
        (f"/recordings/algebra/{IDENT}/timeline.json?ticket=nonsense", 401),
        (f"/recordings/algebra/{IDENT}/timeline.json?ticket=default.99999999999.{'0' * 40}", 401),
    ],
)
async def test_what_is_no_recording_is_not_served(tmp_path: Path, path: str, status: int) -> None:
    keep(tmp_path, IDENT, BEGAN, ["ada"])
    (tmp_path / ROOM / IDENT / "timeline.json.part").write_text("{}")
    async with shelf(tmp_path) as client:
        assert (await client.get(path)).status_code == status


async def test_a_ticket_is_for_one_recording_for_a_while() -> None:
    now = [BEGAN]
    tickets = Tickets("a secret of many characters", lambda: now[0])
    ticket = tickets.make("school.a", "algebra", IDENT)
    assert tickets.tenant(ticket, "algebra", IDENT) == "school.a"
    others = Tickets("another secret of characters", lambda: now[0])
    for refuse in (
        lambda: tickets.tenant(ticket, "geometry", IDENT),
        lambda: tickets.tenant(ticket, "algebra", "20260101T000000Z"),
        lambda: tickets.tenant(ticket.replace("school.a", "school.b"), "algebra", IDENT),
        lambda: others.tenant(ticket, "algebra", IDENT),
    ):
        with pytest.raises(Unauthorized):
            refuse()
    now[0] += TICKET_SECONDS
    with pytest.raises(Unauthorized):
        tickets.tenant(ticket, "algebra", IDENT)


async def test_what_a_dead_node_left_is_not_called_running(tmp_path: Path) -> None:
    folder = keep(tmp_path, IDENT, None, ["ada"])
    assert [one["running"] for one in archive.listed(tmp_path, ROOM)] == [True]
    long_ago = BEGAN
    os.utime(folder / "timeline.json", (long_ago, long_ago))
    async with shelf(tmp_path) as client:
        (left,) = (await client.get("/recordings/algebra")).json()
        assert (left["running"], left["ended"], left["seconds"]) == (False, None, 5.0)


async def test_staff_delete_what_does_not_run(tmp_path: Path) -> None:
    keep(tmp_path, IDENT, BEGAN, ["ada"])
    keep(tmp_path, "20260101T000000Z", None, ["ada"])
    async with shelf(tmp_path) as client:
        staff = {"Authorization": "Bearer staff"}
        assert (await client.delete(f"/recordings/algebra/{IDENT}")).status_code == 403
        assert (await client.delete("/recordings/algebra/20260101T000000Z", headers=staff)).status_code == 409
        assert (await client.delete(f"/recordings/algebra/{IDENT}", headers=staff)).status_code == 204
        assert (await client.delete(f"/recordings/algebra/{IDENT}", headers=staff)).status_code == 404
        assert len((await client.get("/recordings/algebra")).json()) == 1


def test_old_recordings_are_purged(tmp_path: Path) -> None:
    keep(tmp_path, IDENT, BEGAN, ["ada"])
    keep(tmp_path, "20260101T000000Z", BEGAN + 1000, ["ada"])
    assert archive.purge(tmp_path, BEGAN + 500) == 1
    assert [one["id"] for one in archive.listed(tmp_path, ROOM)] == ["20260101T000000Z"]


def test_a_person_is_found_in_recordings_and_forgotten(tmp_path: Path) -> None:
    folder = keep(tmp_path, IDENT, BEGAN, ["ada", "eve"])
    elsewhere = keep(tmp_path, IDENT, BEGAN, ["ada"], room="other/algebra")
    assert archive.of_person(tmp_path, "default", "ada") == [f"{ROOM}/{IDENT}/0001-camera.webm"]
    assert archive.forget_person(tmp_path, "default", "ada") == 1
    assert archive.of_person(tmp_path, "default", "ada") == []
    assert sorted(at.name for at in folder.iterdir()) == ["0002-camera.webm", "events.jsonl", "timeline.json"]
    text = (folder / "events.jsonl").read_text()
    assert "Ada" not in text
    assert "secret" not in text
    assert "Eve" in text
    assert (elsewhere / "0001-camera.webm").exists()
    archive.forget_person(tmp_path, "default", "ada")


def test_a_running_recording_is_forgotten_later(tmp_path: Path) -> None:
    folder = keep(tmp_path, IDENT, None, ["ada"])
    with pytest.raises(archive.StillRunning):
        archive.forget_person(tmp_path, "default", "ada")
    assert (folder / "0001-camera.webm").exists()
