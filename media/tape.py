"""What a recording writes, in a thread of its own: files of tracks, events, and a timeline that says what belongs when.

    folder/timeline.json    {"version": 1, "room", "started", "ended", "files": […]}
    folder/events.jsonl     {"at": seconds from the start, "kind", "body"}, one a line, in order
    folder/0001-camera.webm …

Another stream, codec or clock of a track begins another file. The timeline is written every few seconds, so a killed
process leaves a readable recording. What the disk cannot keep up with is bounded in bytes and refused.
"""

import json
import queue
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from media.depacketize import Frame
from media.mux import SUFFIX, TrackFile

QUEUE_BYTES = 32 << 20
SAVE_SECONDS = 5.0
EVENTS_BYTES = 1 << 30
"""What is noted past it is dropped: a class does not fill a disk with its board."""


@dataclass(slots=True)
class FileEntry:
    """One file of the timeline; `offset` and `seconds` count from the recording's start."""

    name: str
    track: str
    publication: str
    user: str
    shown_name: str
    source: str
    codec: str
    offset: float
    seconds: float = 0.0
    frames: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Timeline:
    room: str
    started: float
    """Unix seconds."""
    ended: float | None = None
    files: list[FileEntry] = field(default_factory=list[FileEntry])

    def save(self, folder: Path) -> None:
        """Replace `timeline.json` in one step."""
        data = json.dumps({"version": 1, **asdict(self)})
        part = folder / "timeline.json.part"
        part.write_text(data)
        part.replace(folder / "timeline.json")


class Label(NamedTuple):
    """A track, and whose it is."""

    track: str
    publication: str
    user: str
    name: str
    source: str


class Taken(NamedTuple):
    """A frame, and what its stream was when it came. ``stream`` stands for a clock; ``at``: seconds from the start."""

    label: Label
    stream: object
    frame: Frame
    codec: str
    at: float
    size: tuple[int, int]


@dataclass(slots=True)
class _Open:
    """The file a track is being written to."""

    stream: object
    file: TrackFile
    entry: FileEntry

    def count(self) -> None:
        self.entry.seconds, self.entry.frames = round(self.file.seconds, 3), self.file.frames

    def goes_on(self, taken: Taken) -> bool:
        """Whether the frame belongs into this file: a publisher that begins anew has another clock."""
        frame, file = taken.frame, self.file
        ahead = frame.timestamp - file.origin - file.last
        restarted = frame.keyframe and not -file.clock < ahead < 3600 * file.clock
        return self.stream is taken.stream and file.codec == taken.codec and not restarted


class Tape:
    """`start`, then `take`, `note` and `end` from the loop, and `stop`, which blocks until all is written."""

    def __init__(self, folder: Path, room: str, started: float) -> None:
        self.folder = folder
        self.timeline = Timeline(room, started)
        self.dropped = 0
        self._open: dict[str, _Open] = {}
        self._jobs: queue.SimpleQueue[Taken | bytes | str | None] = queue.SimpleQueue()
        self._queued = self._noted = 0
        self._saved = 0.0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._write_all, name=f"recording-{room}", daemon=True)

    @property
    def is_written(self) -> bool:
        """Whether its thread is at work."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Raises `OSError` where nothing can be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.timeline.save(self.folder)
        self._thread.start()

    def take(self, taken: Taken) -> bool:
        """Have a frame written; False when there is too much already."""
        return self._put(taken, len(taken.frame.data))

    def note(self, at: float, kind: str, body: object) -> None:
        """Have an event written, unless there is too much already; bytes in ``body`` become base64."""
        line = msgspec.json.encode({"at": round(at, 3), "kind": kind, "body": body}) + b"\n"
        self._put(line, len(line), noted=len(line))

    def end(self, track: str) -> None:
        """Nothing more comes of a track."""
        self._jobs.put(track)

    def stop(self, ended: float) -> None:
        self._jobs.put(None)
        self._thread.join()
        self.timeline.ended = ended
        self.timeline.save(self.folder)

    def _put(self, job: Taken | bytes, size: int, noted: int = 0) -> bool:
        with self._lock:
            if self._queued + size > QUEUE_BYTES or self._noted + noted > EVENTS_BYTES:
                self.dropped += 1
                return False
            self._queued += size
            self._noted += noted
        self._jobs.put(job)
        return True

    def _off_the_queue(self, size: int) -> None:
        with self._lock:
            self._queued -= size

    # -- in the thread

    def _write_all(self) -> None:
        with (self.folder / "events.jsonl").open("ab") as events:
            while (job := self._jobs.get()) is not None:
                self._do(job, events)
            for track in list(self._open):
                self._end(track)

    def _do(self, job: Taken | bytes | str, events: BinaryIO) -> None:
        if isinstance(job, str):
            self._end(job)
        elif isinstance(job, bytes):
            self._off_the_queue(len(job))
            events.write(job)
        else:
            self._off_the_queue(len(job.frame.data))
            self._write(job)
            if job.at - self._saved > SAVE_SECONDS:
                self._saved = job.at
                events.flush()
                self.timeline.save(self.folder)

    def _write(self, taken: Taken) -> None:
        track = taken.label.track
        written = self._open.get(track)
        if written is not None and not written.goes_on(taken):
            self._end(track)
            written = None
        if written is not None:
            written.file.write(taken.frame)
            written.count()
        elif taken.frame.keyframe or taken.codec == "opus":
            self._begin(taken)

    def _begin(self, taken: Taken) -> None:
        """Another file. Every stream has one of its own: a layer's clock says nothing about another's."""
        label, codec, (width, height) = taken.label, taken.codec, taken.size
        name = f"{len(self.timeline.files) + 1:04}-{label.source}.{SUFFIX[codec]}"
        try:
            file = TrackFile(str(self.folder / name), codec, taken.frame)
        except Exception as problem:
            # A keyframe that FFmpeg cannot probe: the next one is tried.
            self.note(taken.at, "unreadable", {"track": label.track, "why": type(problem).__name__})
            return
        at = round(taken.at, 3)
        entry = FileEntry(name, *label[:4], label.source, codec, at, frames=1, width=width, height=height)
        self.timeline.files.append(entry)
        self._open[label.track] = _Open(taken.stream, file, entry)

    def _end(self, track: str) -> None:
        written = self._open.pop(track, None)
        if written is not None:
            written.count()
            written.file.close()


def load(folder: Path) -> dict[str, Any]:
    """The timeline of a recording."""
    loaded: dict[str, Any] = json.loads((folder / "timeline.json").read_text())
    return loaded


def load_events(folder: Path) -> list[dict[str, Any]]:
    """What was noted beside the tracks."""
    with (folder / "events.jsonl").open("rb") as lines:
        return [json.loads(line) for line in lines]
