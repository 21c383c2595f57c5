"""A `Room` with people in it, as a gateway and a log would surround it, without either.

Effects are carried out on plain lists: what each connection got, what was appended, who was closed. The log is a
`MemoryLog`'s contents in spirit: `save` makes what was appended durable.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pycrdt

from realtime.close_codes import CloseCode
from realtime.envelopes import Attach, Forward, Join, Leave, RoomInput, StageSet, ToRoom, for_reader
from realtime.frames import client, server
from realtime.frames.client import Answer, Awareness, CatchUp, Do, Open, Shut, Update
from realtime.frames.commands import Command
from realtime.frames.server import ServerFrame
from realtime.grants import Grant
from realtime.ids import gateway_of
from realtime.limits import Limits
from realtime.position import Position
from realtime.roles import Role
from rooms.effects import Append, Fanout, Hurry, KickConns, LoadDocument, Note, Quarantine, Send, TellMedia
from rooms.log import CLASS, DocumentRow, Entry, Opening, Stored
from rooms.room import Room

F = TypeVar("F", bound=ServerFrame)
E = TypeVar("E")
ROOM = "school/math"
WALL = 1_700_000_000.0
EMPTY = b"\x00\x00"
NOTHING = b"\x00"


class Scene:
    """One room under one owner. Connections are named ``g1.1``: gateway ``g1``."""

    def __init__(self, limits: Limits | None = None, entries: list[Entry] | None = None, epoch: int = 1) -> None:
        self.limits = limits or Limits()
        self.entries: list[Entry] = list(entries or [])
        self.got: dict[str, list[ServerFrame]] = {}
        self.positions: dict[tuple[str, str], Position] = {}
        self.readers: dict[str, set[str]] = {}
        self.natives: set[str] = set()
        self.kicked: list[tuple[list[str], CloseCode]] = []
        self.loads: list[str] = []
        self.quarantined: list[tuple[str, str]] = []
        self.stages: list[StageSet] = []
        self.notes: list[ServerFrame] = []
        self.auto_load = True
        self.now = 100.0
        self.room = Room(ROOM, self._opening(epoch), self.limits, self.now)
        self._carry()

    def _opening(self, epoch: int) -> Opening:
        docs = sorted({entry.doc for entry in self.entries} - {CLASS})
        return Opening(epoch, self.stored(CLASS), [DocumentRow(doc) for doc in docs])

    def stored(self, doc: str) -> Stored:
        """What a log would hold of a document."""
        rows = [entry for entry in self.entries if entry.doc == doc]
        last = max((Position(entry.epoch, entry.seq) for entry in rows), default=Position())
        return Stored(None, [entry.body for entry in rows], last)

    # driving

    def put(self, body: RoomInput, conn: str = "") -> None:
        """One message to the room."""
        gateway = gateway_of(conn) if conn else getattr(body, "gateway", "")
        self.room.handle(ToRoom(ROOM, gateway, 0, conn, body), self.now, WALL)
        self._carry()

    def join(self, conn: str, role: Role = Role.STUDENT, user: str = "", door: str = "native", **more: Any) -> None:
        grant = Grant("math", user or f"user-{conn}", role, "school", issued=WALL)
        if door == "native":
            self.natives.add(conn)
        self.put(Join(grant, door, **more), conn)
        self.flush()

    def teacher(self, conn: str = "g1.1") -> None:
        self.join(conn, Role.TEACHER)

    def leave(self, conn: str) -> None:
        self.put(Leave(), conn)
        self.flush()

    def attach(self, gateway: str) -> None:
        self.put(Attach(gateway))

    def send(self, conn: str, frame: Open | Shut | Update | Answer | Awareness | Do | CatchUp) -> None:
        self.put(Forward(frame), conn)

    def open(self, conn: str, doc: str, state_vector: bytes = NOTHING) -> None:
        self.readers.setdefault(doc, set()).add(conn)
        self.send(conn, client.Open(doc, state_vector))

    def do(self, conn: str, n: int, command: Command) -> None:
        self.send(conn, client.Do(n, command))

    def flush(self) -> None:
        self.room.flush(self.now, WALL)
        self._carry()

    def save(self) -> None:
        """Everything appended so far is durable."""
        self.room.saved(self.room.seq)
        self._carry()

    def settle(self) -> None:
        self.flush()
        self.save()

    def pass_time(self, seconds: float) -> None:
        """Tick second by second; flush after each when the room wants to, as its shell does."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + 1.0, end)
            self.room.tick(self.now)
            wake_at = self.room.wake_at
            if self.room.dirty or (wake_at is not None and wake_at <= self.now):
                self.flush()
            self._carry()

    def load(self, doc: str) -> None:
        """The log answers with what it holds."""
        self.loads.remove(doc)
        self.room.document_loaded(doc, self.stored(doc), self.now)
        self._carry()

    # looking

    def frames(self, conn: str, kind: type[F]) -> list[F]:
        """All frames of a kind that ``conn`` got."""
        return [frame for frame in self.got.get(conn, []) if isinstance(frame, kind)]

    def last(self, conn: str, kind: type[F]) -> F:
        return self.frames(conn, kind)[-1]

    def events(self, conn: str, kind: type[E]) -> list[E]:
        """All class events of a kind that ``conn`` got."""
        return [it.event for it in self.frames(conn, server.Happened) if isinstance(it.event, kind)]

    def refusals(self, conn: str) -> list[tuple[int, str]]:
        return [(frame.n, frame.code) for frame in self.frames(conn, server.Refused)]

    def saved(self, conn: str) -> int:
        """Up to which number ``conn`` was told that its edits are durable."""
        return max((frame.n for frame in self.frames(conn, server.Saved)), default=0)

    def done(self, conn: str) -> list[int]:
        return [frame.n for frame in self.frames(conn, server.Done)]

    def clear(self) -> None:
        self.got.clear()

    # effects

    def _carry(self) -> None:
        for effect in self.room.take():
            match effect:
                case Send():
                    for conn in effect.conns:
                        self._deliver(conn, effect.frame, effect.seq)
                case Fanout():
                    everybody = self.readers.get(effect.doc, set()) if effect.doc else self.natives
                    for conn in sorted(everybody & self.room.conns.keys()):
                        frame = for_reader(effect.frame, effect.instead, conn)
                        if frame is not None:
                            self._deliver(conn, frame, effect.seq)
                case KickConns():
                    self.kicked.append((effect.conns, effect.code))
                case Append():
                    self.entries.append(effect.entry)
                case Hurry():
                    pass
                case LoadDocument():
                    self.loads.append(effect.doc)
                case Quarantine():
                    self.quarantined.append((effect.doc, effect.reason))
                case TellMedia():
                    self.stages.append(effect.stage)
                case Note():
                    self.notes.append(effect.frame)
        while self.auto_load and self.loads:
            self.load(self.loads[0])

    def _deliver(self, conn: str, frame: ServerFrame, seq: int) -> None:
        self.got.setdefault(conn, []).append(frame)
        if isinstance(frame, server.Update | server.Opened):
            self.positions[conn, frame.doc] = Position(self.room.epoch, seq)


class Pen:
    """A Yjs client's copy of one document."""

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self.text: pycrdt.Text = self.doc.get("text", type=pycrdt.Text)

    def edit(self, change: Callable[[pycrdt.Text], None]) -> bytes:
        """Change the text; the update of just that."""
        before = self.doc.get_state()
        change(self.text)
        return self.doc.get_update(before)

    def write(self, words: str) -> bytes:
        return self.edit(lambda text: text.insert(len(str(text)), words))

    def erase(self, start: int, end: int) -> bytes:
        def change(text: pycrdt.Text) -> None:
            del text[start:end]

        return self.edit(change)

    def take(self, *frames: server.Update | server.Opened) -> None:
        for frame in frames:
            self.doc.apply_update(frame.update)

    @property
    def state(self) -> bytes:
        return self.doc.get_state()

    def beyond(self, state_vector: bytes) -> bytes:
        """What the copy holds beyond ``state_vector``: the answer to sync step 1."""
        return self.doc.get_update(state_vector)

    def __str__(self) -> str:
        return str(self.text)
