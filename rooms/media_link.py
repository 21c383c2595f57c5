"""The room's side of its media node: what holds there is told, what happens is noted while the class is recorded."""

from crdt.engine import EMPTY_STATE_VECTOR
from realtime.envelopes import StageSet
from realtime.frames.server import Update
from realtime.frames.state import Stage
from rooms.classroom.announcer import Announcer
from rooms.classroom.classroom import Classroom
from rooms.documents import Documents
from rooms.live_document import LiveDocument
from rooms.outbox import Outbox

WHOLE_SECONDS = 300.0
"""Between two notes of everything: what the bus lost, and what a recording that moved to another node never had, is
on the recording after so long at the latest."""


class MediaLink:
    """One room's."""

    __slots__ = ("_class", "_noted", "_out", "_turn", "_whole_at")

    def __init__(self, classroom: Classroom, out: Outbox) -> None:
        self._class = classroom
        self._out = out
        self._turn = 0
        self._noted: dict[str, bytes] = {}
        """Document to its state vector when all of it was noted last."""
        self._whole_at: float | None = None

    def begin(self, announcer: Announcer, documents: Documents) -> None:
        """The room is open: tell what holds; as turn 0 when that is nothing out of the ordinary."""
        roles, removed, revoked = self._class.roster.kept()
        if self._class.stage.stage != Stage() or roles or removed or revoked:
            self.staged(announcer, documents)
        else:
            self._out.tell_media(StageSet(self._out.room, self._out.epoch, 0, Stage()))

    def staged(self, announcer: Announcer, documents: Documents) -> None:
        """Something changed: tell all of it; begin or end taking notes."""
        self._turn += 1
        roles, removed, revoked = self._class.roster.kept()
        rules, out = self._class.stage, self._out
        admitted = list(rules.admitted)
        out.tell_media(StageSet(out.room, out.epoch, self._turn, rules.stage, admitted, roles, removed, revoked))
        recorded = rules.stage.recording > 0
        begins = recorded and not out.noting
        out.noting = recorded
        if begins:
            self._noted, self._whole_at = {}, None
            self._whole(announcer, documents)

    def tick(self, announcer: Announcer, documents: Documents, now: float) -> None:
        """About once a second: from time to time note what has changed as a whole."""
        if not self._out.noting:
            return
        if self._whole_at is None:
            self._whole_at = now
        if now - self._whole_at >= WHOLE_SECONDS:
            self._whole_at = now
            self._whole(announcer, documents)

    def _whole(self, announcer: Announcer, documents: Documents) -> None:
        announcer.note_class()
        for doc in documents.live.values():
            if self._noted.get(doc.name) != doc.body.state_vector():
                self.loaded(doc)

    def loaded(self, doc: LiveDocument | None) -> None:
        """A document is in memory from now on: its notes begin with all of it."""
        if self._out.noting and doc is not None:
            self._noted[doc.name] = doc.body.state_vector()
            self._out.note(Update(doc.name, doc.missing(EMPTY_STATE_VECTOR)))
