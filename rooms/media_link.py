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


class MediaLink:
    """One room's."""

    __slots__ = ("_class", "_out", "_turn")

    def __init__(self, classroom: Classroom, out: Outbox) -> None:
        self._class = classroom
        self._out = out
        self._turn = 0

    def begin(self, announcer: Announcer, documents: Documents) -> None:
        """The room is open: tell what holds, when that is anything out of the ordinary."""
        roles, removed, revoked = self._class.roster.kept()
        if self._class.stage.stage != Stage() or roles or removed or revoked:
            self.staged(announcer, documents)

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
            announcer.note_class()
            for doc in documents.live.values():
                self.loaded(doc)

    def loaded(self, doc: LiveDocument | None) -> None:
        """A document is in memory from now on: its notes begin with all of it."""
        if self._out.noting and doc is not None:
            self._out.note(Update(doc.name, doc.missing(EMPTY_STATE_VECTOR)))
