"""A recording as a media node leaves it on disk, made in a moment: most of a minute of a lesson, for looking at."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pycrdt

from media.depacketize import Frame
from media.mux import TrackFile
from media.tape import FileEntry, Timeline
from realtime.frames import events, server, state
from tests.media import footage

SECONDS = 44.0
SCREEN_AT = 34.0
STARTED = 1_790_000_000.0
IDENT = "20260921T141320Z"
PICTURES, SOUNDS = 30, 50


def record(recordings: Path, room: str) -> None:
    """Leave one in ``recordings`` for ``tenant/room``."""
    folder = recordings / room / IDENT
    folder.mkdir(parents=True)
    timeline = Timeline(room, STARTED, STARTED + SECONDS)
    timeline.files = [
        _camera(folder, "0001-camera.webm", "tess", "Tess Ortega"),
        _microphone(folder, "0002-microphone.webm", "tess", "Tess Ortega"),
        _camera(folder, "0003-camera.webm", "sam", "Sam Li"),
        _screen(folder, "0004-screen.webm", "sam", "Sam Li"),
    ]
    timeline.save(folder)
    lines = [json.dumps({"at": 0.01, "kind": "speaking", "body": {"tracks": ["0002-microphone.webm"]}}).encode()]
    lines += [msgspec.json.encode({"at": at, "kind": "frame", "body": frame}) for at, frame in _lesson()]
    (folder / "events.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def _camera(folder: Path, name: str, user: str, shown: str) -> FileEntry:
    _pictures(folder / name, SECONDS)
    return FileEntry(name, name, user, user, shown, "camera", "VP8", 0.0, SECONDS, PICTURES, 320, 180)


def _screen(folder: Path, name: str, user: str, shown: str) -> FileEntry:
    lasts = SECONDS - SCREEN_AT
    _pictures(folder / name, lasts)
    return FileEntry(name, name, f"{user}-screen", user, shown, "screen", "VP8", SCREEN_AT, lasts, PICTURES, 320, 180)


def _pictures(path: Path, seconds: float) -> None:
    """A second of pictures, shown slowly."""
    frames = footage.pictures("VP8", PICTURES)
    step = int(seconds * 90_000 / PICTURES)
    file: TrackFile | None = None
    for i, (data, keyframe) in enumerate(frames):
        frame = Frame(data, step * i, keyframe)
        if file is None:
            file = TrackFile(str(path), "VP8", frame)
        else:
            file.write(frame)
    assert file is not None
    file.close()


def _microphone(folder: Path, name: str, user: str, shown: str) -> FileEntry:
    first, *rest = footage.sounds(SOUNDS)
    file = TrackFile(str(folder / name), "opus", Frame(first, 0, True))
    for i in range(1, int(SECONDS * 50)):
        file.write(Frame(rest[i % len(rest)], 960 * i, True))
    file.close()
    return FileEntry(name, name, user, user, shown, "microphone", "opus", 0.0, SECONDS, int(SECONDS * 50))


def _lesson() -> list[tuple[float, server.ServerFrame]]:
    tess = state.Member("tess", "Tess Ortega", "teacher")
    sam = state.Member("sam", "Sam Li", "student")
    board, notes = _Board(), _Notes()
    leader = state.LeaderView("tess", "board.main", "page-1", 260.0, 190.0, 1.0)
    whole = state.Classroom(
        1, [tess, sam], state.Summary(2, True), [], [], [], leader, [state.DocumentInfo("board.main")]
    )

    def happened(event: events.Event) -> server.Happened:
        return server.Happened(2, event)

    poll = state.Poll(
        1, "How many degrees in a triangle?", ["90", "180", "360"], False, True, True, False, 0, [0, 5, 1], 6
    )
    question = state.ChatMessage(1, "sam", "Sam Li", "student", STARTED + 6, "Why are they equal?")
    answer = state.ChatMessage(2, "tess", "Tess Ortega", "teacher", STARTED + 9, "Because the lines are parallel.")
    return [
        (0.02, server.Class(whole)),
        (0.03, server.Update("board.main", board.begin())),
        (2.0, server.Update("board.main", board.draw("a", "rectangle", 120, 80, 260, 180))),
        (3.0, happened(events.Captioned("tess", "Tess Ortega", "Here is our first shape", False, "en"))),
        (4.0, happened(events.Captioned("tess", "Tess Ortega", "Here is our first shape, a rectangle.", True, "en"))),
        (5.0, server.Update("board.main", board.draw("b", "ellipse", 420, 100, 160, 160))),
        (6.0, happened(events.Said(question))),
        (7.0, happened(events.Hands([state.RaisedHand("sam", "Sam Li", STARTED + 7)]))),
        (8.0, happened(events.Captioned("tess", "Tess Ortega", "Sam asks why they are equal. Look:", True, "en"))),
        (9.0, happened(events.Said(answer))),
        (12.0, happened(events.PollChanged(poll))),
        (18.0, happened(events.Leading(state.LeaderView("tess", "text.notes")))),
        (18.5, server.Update("text.notes", notes.write("The angles of a triangle add up to 180 degrees."))),
        (26.0, happened(events.Leading(state.LeaderView("tess", "board.main", "page-1", 260.0, 190.0, 1.0)))),
    ]


class _Document:
    """Changes of one document as the updates they are."""

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()

    def _since(self, before: bytes) -> bytes:
        return self.doc.get_update(before)


class _Board(_Document):
    def begin(self) -> bytes:
        before = self.doc.get_state()
        pages = self.doc.get("pages", type=pycrdt.Map)
        page: pycrdt.Map[Any] = pycrdt.Map({"name": "", "order": "a0", "elements": pycrdt.Map()})
        pages["page-1"] = page
        return self._since(before)

    def draw(self, ident: str, kind: str, x: float, y: float, width: float, height: float) -> bytes:
        before = self.doc.get_state()
        element = {"id": ident, "type": kind, "x": x, "y": y, "width": width, "height": height, "index": f"a{ident}"}
        look = {"strokeColor": "#0f6b62", "backgroundColor": "#dff0ec", "fillStyle": "solid", "strokeWidth": 2.0}
        self.doc.get("pages", type=pycrdt.Map)["page-1"]["elements"][ident] = pycrdt.Map(element | look)
        return self._since(before)


class _Notes(_Document):
    def write(self, text: str) -> bytes:
        before = self.doc.get_state()
        fragment = self.doc.get("default", type=pycrdt.XmlFragment)
        paragraph = fragment.children.append(pycrdt.XmlElement("paragraph"))
        paragraph.children.append(pycrdt.XmlText(text))
        return self._since(before)
