"""What lies in the recordings folder, ``root/tenant/room/recording``: listed, deleted, and what a person may ask of it.

All of it blocks: call it in a thread.
"""

import json
import logging
import shutil
import time
from pathlib import Path
from typing import Any, cast

log = logging.getLogger(__name__)

NAMELESS = "—"
MESSAGE_FIELDS = 7
"""Of a chat message as it is noted."""
WRITTEN_SECONDS = 60.0
"""A recording whose timeline was written so lately, and that has not ended, runs."""


def listed(root: Path, room: str) -> list[dict[str, Any]]:
    """The recordings of a room, the newest first."""
    folder = root / room
    found: list[dict[str, Any]] = []
    for at in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []:
        described = _described(at)
        if described is not None:
            found.append(described)
    return found


def _described(folder: Path) -> dict[str, Any] | None:
    try:
        timeline: dict[str, Any] = json.loads((folder / "timeline.json").read_bytes())
        size = sum(file.stat().st_size for file in folder.iterdir())
    except (OSError, ValueError):
        return None
    files: list[dict[str, Any]] = timeline["files"]
    lasted = max((float(f["offset"]) + float(f["seconds"]) for f in files), default=0.0)
    ended: float | None = timeline["ended"]
    if ended is not None:
        lasted = ended - float(timeline["started"])
    kept = {name: timeline[name] for name in ("started", "ended")}
    about = {"seconds": round(lasted, 3), "bytes": size, "files": len(files), "running": is_running(folder, ended)}
    return {"id": folder.name, **kept, **about}


def is_running(folder: Path, ended: float | None) -> bool:
    """Whether a recording that has not ended is being written; if not, its node died and it is what there is."""
    return ended is None and time.time() - (folder / "timeline.json").stat().st_mtime < WRITTEN_SECONDS


def delete(root: Path, room: str, ident: str) -> bool:
    """Delete one recording; whether it was there."""
    folder = root / room / ident
    if not folder.is_dir():
        return False
    shutil.rmtree(folder)
    return True


def purge(root: Path, before: float) -> int:
    """Retention: delete what ended before ``before`` (Unix seconds); how many. What runs, or was cut off by a crash,
    counts by when it was last written."""
    gone = 0
    for timeline in list(root.glob("*/*/*/timeline.json")):
        try:
            ended = json.loads(timeline.read_bytes()).get("ended") or timeline.stat().st_mtime
        except (OSError, ValueError):
            continue
        if float(ended) < before:
            shutil.rmtree(timeline.parent)
            gone += 1
    return gone


class StillRunning(Exception):
    """A recording that is being written holds something of the person: try again when it has ended."""


def of_person(root: Path, tenant: str, user: str) -> list[str]:
    """What recordings hold of somebody: files they are seen or heard in, as paths under ``root``."""
    found = [(folder, f["name"]) for folder, timeline in _timelines(root, tenant) for f in _tracks_of(timeline, user)]
    return [str((folder / name).relative_to(root)) for folder, name in found]


def forget_person(root: Path, tenant: str, user: str) -> int:
    """Erasure: delete every track of somebody from the recordings of an institution, and take their name and words out
    of what was noted beside them; how many recordings that touched. The board and documents are the class's and stay.
    Raises `StillRunning`, after all others are done."""
    gone, waits = 0, False
    for folder, timeline in _timelines(root, tenant):
        if not (_tracks_of(timeline, user) or _mentions(folder, user)):
            continue
        if is_running(folder, timeline["ended"]):
            waits = True
            continue
        _forget_in(folder, timeline, user)
        gone += 1
    if waits:
        raise StillRunning("a recording with this person in it is still running")
    return gone


def _forget_in(folder: Path, timeline: dict[str, Any], user: str) -> None:
    tracks = _tracks_of(timeline, user)
    for track in tracks:
        (folder / track["name"]).unlink(missing_ok=True)
    timeline["files"] = [f for f in timeline["files"] if f not in tracks]
    _replace(folder / "timeline.json", json.dumps(timeline).encode())
    if _mentions(folder, user):
        lines = (folder / "events.jsonl").read_bytes().splitlines()
        kept = [json.dumps(scrubbed(json.loads(line), user)) for line in lines]
        _replace(folder / "events.jsonl", "".join(f"{line}\n" for line in kept).encode())


def scrubbed(value: Any, user: str) -> Any:
    """Noted frames without somebody's name and words: members and hands ``[user, name, …]``, messages ``[id, user,
    name, role, at, text, deleted]``, reactions ``["reacted", user, name, …]``, captions ``["captioned", user, name,
    text, …]``."""
    if isinstance(value, dict):
        return {name: scrubbed(part, user) for name, part in cast("dict[str, Any]", value).items()}
    if not isinstance(value, list):
        return value
    parts = [scrubbed(part, user) for part in cast("list[Any]", value)]
    if len(parts) > 1 and parts[0] == user and isinstance(parts[1], str):
        return [user, NAMELESS, *parts[2:]]
    if len(parts) == MESSAGE_FIELDS and parts[1] == user:
        return [parts[0], user, NAMELESS, parts[3], parts[4], "", True]
    if len(parts) > 2 and parts[0] == "reacted" and parts[1] == user:
        return ["reacted", user, NAMELESS, *parts[3:]]
    if len(parts) > 3 and parts[0] == "captioned" and parts[1] == user:
        return ["captioned", user, NAMELESS, "", *parts[4:]]
    return parts


def _replace(path: Path, data: bytes) -> None:
    """In one step."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def _mentions(folder: Path, user: str) -> bool:
    wanted = json.dumps(user).encode()
    try:
        with (folder / "events.jsonl").open("rb") as lines:
            return any(wanted in line for line in lines)
    except OSError:
        return False


def _tracks_of(timeline: dict[str, Any], user: str) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = timeline["files"]
    return [f for f in files if f["user"] == user]


def _timelines(root: Path, tenant: str) -> list[tuple[Path, dict[str, Any]]]:
    found: list[tuple[Path, dict[str, Any]]] = []
    for path in sorted((root / tenant).glob("*/*/timeline.json")):
        try:
            found.append((path.parent, json.loads(path.read_bytes())))
        except (OSError, ValueError):
            log.warning("the timeline of the recording %s cannot be read", path.parent.name)
    return found
