"""Recording a room: each of its tracks as it was sent, and what else happened, put on a tape (`media.tape`).

Nothing waits for anything: a track that ends, a publisher who drops and returns, a better layer gives another file.
What the tape does not take is dropped until a keyframe.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media.cache import Packet
from media.depacketize import FrameAssembler
from media.model import Event, Muted, Publication, Published, Speaking, Unpublished
from media.sfu import Sfu
from media.tape import Label, Taken, Tape
from media.uplink import UpStream, UpTrack

KEYFRAME_SECONDS = 10.0
"""A keyframe is asked for this often, so that a player can seek."""


@dataclass(slots=True)
class _Feed:
    """A stream and its packets, becoming frames."""

    stream: UpStream
    assembler: FrameAssembler


@dataclass(slots=True)
class _Tap:
    """One track being recorded, and which of its streams."""

    track: UpTrack
    label: Label
    feed: _Feed | None = None
    """What is written."""
    rising: _Feed | None = None
    """What will be, from its next keyframe on."""
    asked_at: float = 0.0
    hook: Callable[[UpStream, list[Packet]], None] | None = None


class Recording:
    """One room's recording. `start` on the loop, `note` for what else happened, `stop` ends the files (blocking)."""

    def __init__(self, sfu: Sfu, room: str, folder: Path, wall: float) -> None:
        self.sfu = sfu
        self.room = room
        self.tape = Tape(folder, room, wall)
        self._began = sfu.node.clock()
        self._taps: dict[str, _Tap] = {}

    def start(self) -> None:
        """Raises `OSError` where nothing can be written."""
        self.tape.start()
        self.sfu.listeners.append(self._on_event)
        room = self.sfu.rooms.get(self.room)
        for publication in list(room.publications.values()) if room is not None else []:
            self._tap_all(publication)

    def note(self, kind: str, body: object) -> None:
        """Put something else beside the tracks: a page turned, a message, a hand. `body` is a struct or plain data."""
        self.tape.note(self.sfu.node.clock() - self._began, kind, body)

    def stop(self, wall: float) -> None:
        """End all files and the timeline. Blocks until they are written: call it in a thread."""
        self.detach()
        self.tape.stop(wall)

    def detach(self) -> None:
        """Take nothing more (on the loop, before `stop` in a thread). Does nothing the second time."""
        if self._on_event in self.sfu.listeners:
            self.sfu.listeners.remove(self._on_event)
        for tap in list(self._taps.values()):
            self._untap(tap)

    def _on_event(self, event: Event) -> None:
        if event.room != self.room:
            return
        if isinstance(event, Published):
            publication = self.sfu.publications.get(event.publication)
            if publication is not None:
                self._tap_all(publication)
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

    def _tap_all(self, publication: Publication) -> None:
        who = publication.who
        for track in list(publication.tracks.values()):
            if track.id not in self._taps:
                self._tap(track, Label(track.id, publication.id, who.user, who.name, track.source))

    def _tap(self, track: UpTrack, label: Label) -> None:
        tap = self._taps[track.id] = _Tap(track, label)

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
        self.tape.end(tap.track.id)

    def _take(self, tap: _Tap, stream: UpStream, batch: list[Packet]) -> None:
        """Frames of the best layer go on the tape; until a better one has a keyframe the old one is written on. What
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
                taken = Taken(tap.label, stream, frame, stream.codec, now - self._began, stream.size or (0, 0))
                if not self.tape.take(taken):
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
