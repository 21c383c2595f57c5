"""Recording a room: one file a track as it was sent, and a timeline in JSON that says what belongs when.

    folder/timeline.json    {"version": 1, "room", "started", "ended", "files": […]}
    folder/events.jsonl     {"at": seconds from the start, "kind", "body"}, one a line, in order
    folder/0001-camera.webm …

A track that ends, changes its codec, or a publisher who drops and returns, gives another file: nothing waits and
nothing is lost with it. The timeline is written every few seconds, so a killed process leaves a readable recording.
Files are written by a thread of the recording's own; what it cannot keep up with is bounded in bytes and dropped
until a keyframe.
"""

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from media.cache import Packet
from media.depacketize import Frame, FrameAssembler
from media.model import Event, Muted, Published, Speaking, Unpublished
from media.mux import SUFFIX, TrackFile
from media.sfu import Sfu
from media.uplink import UpStream, UpTrack

QUEUE_BYTES = 32 << 20
KEYFRAME_SECONDS = 10.0
"""A keyframe is asked for this often, so that a player can seek."""
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


@dataclass(slots=True)
class _Feed:
    """A stream and its packets, becoming frames."""

    stream: UpStream
    assembler: FrameAssembler


@dataclass(slots=True)
class _Tap:
    """One track being recorded: which stream, its frames, its file."""

    track: UpTrack
    publication: str
    user: str
    name: str
    feed: _Feed | None = None
    """What is written."""
    rising: _Feed | None = None
    """What will be, from its next keyframe on."""
    file: TrackFile | None = None
    filed: UpStream | None = None
    """Whose frames are in the file."""
    entry: FileEntry | None = None
    asked_at: float = 0.0
    hook: Callable[[UpStream, list[Packet]], None] | None = None


class _Taken(NamedTuple):
    """A frame on its way to the thread, and what its stream was when it came."""

    tap: _Tap
    stream: UpStream
    frame: Frame
    codec: str
    at: float
    size: tuple[int, int]


Job = _Taken | _Tap | bytes | None


class Recording:
    """One room's recording. `start` on the loop, `note` for what else happened, `stop` ends the files (blocking)."""

    def __init__(self, sfu: Sfu, room: str, folder: Path, wall: float) -> None:
        self.sfu = sfu
        self.room = room
        self.folder = folder
        self.timeline = Timeline(room, wall)
        self.dropped = 0
        self._began = sfu.node.clock()
        self._taps: dict[str, _Tap] = {}
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._queued = self._noted = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._write_all, name=f"recording-{room}", daemon=True)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.timeline.save(self.folder)
        self._thread.start()
        self.sfu.listeners.append(self._on_event)
        room = self.sfu.rooms.get(self.room)
        for publication in list(room.publications.values()) if room is not None else []:
            for track in publication.tracks.values():
                self._tap(track, publication.id, publication.who.user, publication.who.name)

    def note(self, kind: str, body: object) -> None:
        """Put something else beside the tracks: a page turned, a message, a hand. `body` is a struct or plain data;
        bytes in it become base64."""
        at = round(self.sfu.node.clock() - self._began, 3)
        line = msgspec.json.encode({"at": at, "kind": kind, "body": body}) + b"\n"
        with self._lock:
            if self._queued + len(line) > QUEUE_BYTES or self._noted + len(line) > EVENTS_BYTES:
                self.dropped += 1
                return
            self._queued += len(line)
            self._noted += len(line)
        self._jobs.put(line)

    def stop(self, wall: float) -> None:
        """End all files and the timeline. Blocks until they are written: call it in a thread."""
        self.detach()
        self._jobs.put(None)
        self._thread.join()
        self.timeline.ended = wall
        self.timeline.save(self.folder)

    def detach(self) -> None:
        """Take nothing more (on the loop, before `stop` in a thread). Does nothing the second time."""
        if self._on_event in self.sfu.listeners:
            self.sfu.listeners.remove(self._on_event)
        for tap in list(self._taps.values()):
            self._untap(tap)

    # -- on the loop

    def _on_event(self, event: Event) -> None:
        if event.room != self.room:
            return
        if isinstance(event, Published):
            publication = self.sfu.publications.get(event.publication)
            for track in list(publication.tracks.values()) if publication is not None else []:
                self._tap(track, event.publication, event.who.user, event.who.name)
            self.note("published", {"publication": event.publication, "user": event.who.user})
        elif isinstance(event, Unpublished):
            for ident in event.tracks:
                if ident in self._taps:
                    self._untap(self._taps[ident])
            self.note("unpublished", {"publication": event.publication})
        elif isinstance(event, Muted):
            self.note("muted", {"track": event.track, "muted": event.muted})
        elif isinstance(event, Speaking):
            self.note("speaking", {"tracks": event.tracks})

    def _tap(self, track: UpTrack, publication: str, user: str, name: str) -> None:
        if track.id in self._taps:
            return
        tap = self._taps[track.id] = _Tap(track, publication, user, name)

        def hook(stream: UpStream, batch: list[Packet]) -> None:
            self._take(tap, stream, batch)

        tap.hook = hook
        track.taps.append(hook)
        if track.muted:
            self.note("muted", {"track": track.id, "muted": True})

    def _untap(self, tap: _Tap) -> None:
        self._taps.pop(tap.track.id, None)
        if tap.hook is not None and tap.hook in tap.track.taps:
            tap.track.taps.remove(tap.hook)
        self._jobs.put(tap)

    def _take(self, tap: _Tap, stream: UpStream, batch: list[Packet]) -> None:
        """Frames of the best layer go to the thread; until a better one has a keyframe the old one is written on. What
        nobody is sent, because it is muted, is not recorded either."""
        now = self.sfu.node.clock()
        if tap.track.muted:
            tap.feed = tap.rising = None
            return
        feed = self._feed(tap, stream, now)
        if feed is None:
            return
        if tap.track.kind == "video" and now - tap.asked_at > KEYFRAME_SECONDS:
            tap.asked_at = now
            stream.gate.want(now)
        for packet in batch:
            for frame in feed.assembler.push(packet, now):
                if feed is tap.rising:  # an assembler begins with a keyframe
                    tap.feed, tap.rising = feed, None
                if not self._enqueue(tap, frame, stream, now):
                    tap.feed = None  # anew, with a keyframe
                    return

    def _feed(self, tap: _Tap, stream: UpStream, now: float) -> _Feed | None:
        """What the packets of ``stream`` are for; None while there is a better one."""
        feed = next((feed for feed in (tap.feed, tap.rising) if feed is not None and feed.stream is stream), None)
        if feed is None:
            if tap.track.layers(now)[-1:] != [stream]:
                return None
            feed = tap.rising = _Feed(stream, FrameAssembler(stream.codec))
            stream.gate.want(now)
        elif feed.assembler.codec != stream.codec:
            feed.assembler = FrameAssembler(stream.codec)
        return feed

    def _enqueue(self, tap: _Tap, frame: Frame, stream: UpStream, now: float) -> bool:
        with self._lock:
            if self._queued + len(frame.data) > QUEUE_BYTES:
                self.dropped += 1
                return False
            self._queued += len(frame.data)
        self._jobs.put(_Taken(tap, stream, frame, stream.codec, now - self._began, stream.size or (0, 0)))
        return True

    # -- in the thread

    def _write_all(self) -> None:
        with (self.folder / "events.jsonl").open("ab") as events:
            self._write_jobs(events)

    def _write_jobs(self, events: BinaryIO) -> None:
        taps: dict[int, _Tap] = {}
        saved = 0.0
        while (job := self._jobs.get()) is not None:
            if isinstance(job, _Tap):
                self._end(job)
                continue
            if isinstance(job, bytes):
                with self._lock:
                    self._queued -= len(job)
                events.write(job)
                continue
            with self._lock:
                self._queued -= len(job.frame.data)
            taps[id(job.tap)] = job.tap
            self._write(job)
            if job.at - saved > SAVE_SECONDS:
                saved = job.at
                events.flush()
                self.timeline.save(self.folder)
        for tap in taps.values():
            self._end(tap)

    def _write(self, taken: _Taken) -> None:
        tap, frame = taken.tap, taken.frame
        if tap.file is not None and (
            tap.filed is not taken.stream or tap.file.codec != taken.codec or self._restarted(tap, frame)
        ):
            self._end(tap)
        if tap.file is None:
            if frame.keyframe or taken.codec == "opus":
                self._begin(taken)
            return
        tap.file.write(frame)
        assert tap.entry is not None
        tap.entry.seconds, tap.entry.frames = round(tap.file.seconds, 3), tap.file.frames

    def _restarted(self, tap: _Tap, frame: Frame) -> bool:
        """A publisher that begins anew has another clock: its keyframe begins another file."""
        assert tap.file is not None
        ahead = frame.timestamp - tap.file.origin - tap.file.last
        return frame.keyframe and not -tap.file.clock < ahead < 3600 * tap.file.clock

    def _begin(self, taken: _Taken) -> None:
        """Another file. Every stream has one of its own: a layer's clock says nothing about another's."""
        tap, (width, height) = taken.tap, taken.size
        name = f"{len(self.timeline.files) + 1:04}-{tap.track.source}.{SUFFIX[taken.codec]}"
        try:
            tap.file, tap.filed = TrackFile(str(self.folder / name), taken.codec, taken.frame), taken.stream
        except Exception as problem:
            # A keyframe that FFmpeg cannot probe: the next one is tried.
            self.note("unreadable", {"track": tap.track.id, "why": type(problem).__name__})
            return
        source, ident, at = tap.track.source, tap.track.id, round(taken.at, 3)
        tap.entry = FileEntry(
            name, ident, tap.publication, tap.user, tap.name, source, taken.codec, at, 0.0, 1, width, height
        )
        self.timeline.files.append(tap.entry)

    def _end(self, tap: _Tap) -> None:
        file, tap.file = tap.file, None
        if file is None:
            return
        if tap.entry is not None:
            tap.entry.seconds, tap.entry.frames = round(file.seconds, 3), file.frames
        file.close()


def load(folder: Path) -> dict[str, Any]:
    """The timeline of a recording."""
    loaded: dict[str, Any] = json.loads((folder / "timeline.json").read_text())
    return loaded


def load_events(folder: Path) -> list[dict[str, Any]]:
    """What was noted beside the tracks."""
    with (folder / "events.jsonl").open("rb") as lines:
        return [json.loads(line) for line in lines]
