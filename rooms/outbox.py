"""What a room has decided since the shell last looked, in order, and the one counter behind it all.

The counter steps with every entry of the log. A document's update is broadcast under the number of its entry, so that a
position in the stream is a position in the log too, and outlives the owner that gave it.
"""

from realtime.close_codes import CloseCode
from realtime.envelopes import StageSet
from realtime.frames.server import Happened, Refused, ServerFrame, Update
from realtime.refusals import Refuse
from rooms.effects import Append, Effect, Fanout, Hurry, KickConns, LoadDocument, Note, Quarantine, Send, TellMedia
from rooms.log import Entry


class Outbox:
    """Collects effects."""

    __slots__ = ("_effects", "epoch", "noting", "room", "seq")

    def __init__(self, room: str, epoch: int) -> None:
        self.room = room
        self.epoch = epoch
        self.seq = 0
        self.noting = False
        """Whether the class is recorded."""
        self._effects: list[Effect] = []

    def take(self) -> list[Effect]:
        """What was decided since the last call."""
        effects, self._effects = self._effects, []
        return effects

    def __bool__(self) -> bool:
        return bool(self._effects)

    def send(self, conn: str, frame: ServerFrame) -> None:
        self._effects.append(Send([conn], frame, self.seq))

    def send_all(self, conns: list[str], frame: ServerFrame) -> None:
        if conns:
            self._effects.append(Send(conns, frame, self.seq))

    def refuse(self, conn: str, n: int, refuse: Refuse, doc: str = "", message: str = "") -> None:
        """Say no to request ``n``; ``message`` says more than the table does."""
        self.send(conn, Refused(n, refuse.code, message or refuse.message, refuse.retry, doc))

    def fanout(self, frame: ServerFrame, doc: str = "", instead: dict[str, bytes] | None = None) -> None:
        self._effects.append(Fanout(frame, self.seq, doc, instead))
        if self.noting and isinstance(frame, Update | Happened):
            self.note(frame)

    def note(self, frame: ServerFrame) -> None:
        """Put a frame on the recording."""
        self._effects.append(Note(frame))

    def tell_media(self, stage: StageSet) -> None:
        self._effects.append(TellMedia(stage))

    def kick(self, conns: list[str], code: CloseCode) -> None:
        self._effects.append(KickConns(conns, code))

    def append(self, doc: str, body: bytes, authors: tuple[str, ...], at: float, *, awaited: bool = True) -> None:
        """Number and keep an entry; what is sent about it afterwards carries its number."""
        self.seq += 1
        self._effects.append(Append(Entry(self.room, self.epoch, self.seq, doc, body, authors, at), awaited))

    def hurry(self) -> None:
        """Somebody who could give back what is not durable yet is gone."""
        self._effects.append(Hurry())

    def load(self, doc: str) -> None:
        self._effects.append(LoadDocument(doc))

    def quarantine(self, doc: str, reason: str) -> None:
        self._effects.append(Quarantine(doc, reason))
