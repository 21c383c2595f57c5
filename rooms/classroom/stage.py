"""What staff decide about media: permission to send, the waiting room, the spotlight, the recording.

The room keeps it; the media node of the room carries it out (`realtime.envelopes.StageSet`).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from realtime.frames.commands import MayPublish
from realtime.frames.state import SOURCES, Stage
from realtime.refusals import Refuse
from rooms.classroom.records import StageSet
from rooms.errors import CommandRefused

MAX_PEOPLE = 1_000
"""People with a permission of their own."""


class StageRules:
    """``stage`` as everybody sees it, and who was let in while there is a waiting room."""

    __slots__ = ("admitted", "stage")

    def __init__(self) -> None:
        self.stage = Stage()
        self.admitted: dict[str, None] = {}

    def admits(self, user: str) -> bool:
        """Whether somebody who is not staff may come in without waiting."""
        return not self.stage.waiting_room or user in self.admitted

    def may_send(self, user: str, *, participant: bool) -> list[str]:
        """What somebody who is not staff may send; ``participant``: their role takes part."""
        return self.stage.people.get(user, self.stage.sources if participant else [])

    # deciding

    def waiting_room(self, on: bool, here: Iterable[str]) -> StageSet | None:
        """Open or close it; ``here`` are the users who are in, and stay in."""
        if on == self.stage.waiting_room:
            return None
        return StageSet(replace(self.stage, waiting_room=on), list(here) if on else [])

    def admit(self, users: Iterable[str]) -> StageSet | None:
        """Let people in."""
        new = [user for user in users if user not in self.admitted]
        return StageSet(self.stage, new) if new and self.stage.waiting_room else None

    def may_publish(self, it: MayPublish) -> StageSet | None:
        """Decide what the class, or one person, may send."""
        sources = None if it.sources is None else _sources(it.sources)
        if not it.user:
            return self._set(replace(self.stage, sources=list(SOURCES) if sources is None else sources))
        people = {user: held for user, held in self.stage.people.items() if user != it.user}
        if sources is not None:
            people[it.user] = sources
        if len(people) > MAX_PEOPLE:
            raise CommandRefused(Refuse.MALFORMED)
        return self._set(replace(self.stage, people=people))

    def spotlight(self, user: str) -> StageSet | None:
        return self._set(replace(self.stage, spotlight=user))

    def record(self, on: bool, user: str, wall: float) -> StageSet | None:
        """Start or stop the recording; one that runs is not begun again."""
        if on == bool(self.stage.recording):
            return None
        return self._set(replace(self.stage, recording=wall if on else 0.0, recorder=user if on else ""))

    def _set(self, stage: Stage) -> StageSet | None:
        return StageSet(stage) if stage != self.stage else None

    # applying

    def apply(self, kept: StageSet) -> None:
        self.stage = kept.stage
        if kept.stage.waiting_room:
            self.admitted.update(dict.fromkeys(kept.admitted))
        else:
            self.admitted = {}

    def restore(self, stage: Stage, admitted: Iterable[str]) -> None:
        """From the snapshot."""
        self.stage, self.admitted = stage, dict.fromkeys(admitted)


def _sources(named: list[str]) -> list[str]:
    """In the usual order, each once."""
    if not set(named) <= set(SOURCES):
        raise CommandRefused(Refuse.MALFORMED)
    return [source for source in SOURCES if source in named]
