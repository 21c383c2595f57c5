"""The recordings of a node: begun and ended as rooms decide, kept in a folder each under ``root/tenant/room``.

async with Recordings(sfu, root, time.time) as recordings:
    service.on_stage.append(recordings.on_stage)
    service.on_note.append(recordings.on_note)
    …
    recordings.tick()                       # about once a second
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from media.recording import Recording
from media.sfu import Sfu
from realtime.envelopes import Noted, StageSet

log = logging.getLogger(__name__)

UNHEARD_SECONDS = 60.0
"""A recording of a room without publications ends when its owner has not said for so long that it runs."""


@dataclass(slots=True)
class _Running:
    recording: Recording
    decided: float
    """When staff asked for it (Unix seconds): another time is another recording."""
    heard_at: float


class Recordings:
    """One node's. Leaving the block ends those that run."""

    def __init__(self, sfu: Sfu, root: Path, wall: Callable[[], float]) -> None:
        self.root = root
        self._sfu = sfu
        self._wall = wall
        self._running: dict[str, _Running] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> "Recordings":
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for room in list(self._running):
            self._stop(room)
        await self._tasks.__aexit__(None, None, None)

    def on_stage(self, told: StageSet) -> None:
        """What a room decided: follow it."""
        running = self._running.get(told.room)
        decided = self._sfu.policy.stage(told.room).recording
        now = self._sfu.node.clock()
        if running is not None and running.decided == decided:
            running.heard_at = now
            return
        if running is not None:
            self._stop(told.room)
        if decided:
            self._start(told.room, decided, now)

    def on_note(self, noted: Noted) -> None:
        """Something a recorded room was sent."""
        running = self._running.get(noted.room)
        if running is not None:
            running.recording.note("frame", noted.frame)

    def tick(self) -> None:
        """End what nobody asks for any more."""
        now = self._sfu.node.clock()
        for room, running in list(self._running.items()):
            found = self._sfu.rooms.get(room)
            busy = found is not None and bool(found.publications)
            if not busy and now - running.heard_at > UNHEARD_SECONDS:
                self._stop(room)

    def _start(self, room: str, decided: float, now: float) -> None:
        folder = self._new_folder(room, decided)
        recording = Recording(self._sfu, room, folder, self._wall())
        try:
            recording.start()
        except OSError as problem:
            log.error("room %s cannot be recorded: %s", room, problem)
            return
        self._running[room] = _Running(recording, decided, now)

    def _new_folder(self, room: str, decided: float) -> Path:
        """Named by the time; a recording that goes on after its node died gets a folder of its own."""
        name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(decided))
        folder, again = self.root / room / name, 1
        while folder.exists():
            again += 1
            folder = self.root / room / f"{name}-{again}"
        return folder

    def _stop(self, room: str) -> None:
        recording = self._running.pop(room).recording
        recording.detach()
        self._tasks.create_task(asyncio.to_thread(recording.stop, self._wall()), name=f"recording-end-{room}")

    def runs(self, folder: Path) -> bool:
        """Whether a recording is being written here now."""
        return any(running.recording.tape.folder == folder for running in self._running.values())
