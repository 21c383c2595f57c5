"""One document through the y-protocols, onto the same room inputs as a native client: shared by both stock doors.

    client                              room
    step 1 ─────────────────────────▶ Open
    step 2, step 1 ◀──────────────── Opened         (Hocuspocus: step 1 first)
    step 2 ─────────────────────────▶ Answer n
    update ─────────────────────────▶ Update n
    step 1 ◀──────────────────────── Ask

A stock client does not number its changes, so the channel does. What it is owed for them differs: y-websocket is told
of a refusal, Hocuspocus gets one SyncStatus for each (`acks`).
"""

from collections import deque
from collections.abc import Callable

from gateway import wire_hocuspocus, wire_yjs
from gateway.edge import TAKEN, UNTIL_RELEASED, Edge
from gateway.grants_gate import refusal_of_edit
from gateway.member import Member
from gateway.packet import Packet
from gateway.rates import DROWNED, Rates
from gateway.ws_frames import message
from realtime.close_codes import CloseCode
from realtime.frames import client
from realtime.frames.client import Answer, Open, Update
from realtime.frames.server import Ask, Awareness, Opened, Refused, Saved
from realtime.frames.server import Update as UpdateOut
from realtime.refusals import Refuse


class SyncChannel:
    """``prefix`` goes before every message (Hocuspocus: the name); ``dead_end(reason, retry)`` is called when the
    document cannot be opened at all."""

    __slots__ = ("_acks", "_dead_end", "_edge", "_late", "_n", "_owed", "_put_back", "_rates", "_told", "doc", "member")

    def __init__(
        self,
        edge: Edge,
        member: Member,
        doc: str,
        rates: Rates,
        dead_end: Callable[[str, bool], None],
        acks: bool,
    ) -> None:
        self.member = member
        self.doc = doc
        self._edge = edge
        self._rates = rates
        self._dead_end = dead_end
        self._n = 0
        self._acks: deque[int] | None = deque() if acks else None
        """Numbers of the changes that a SyncStatus is due for."""
        self._owed = 0
        """Answers of the client that it counts itself: those to the step 1 that follows its own."""
        self._told: set[str] | None = None
        self._put_back = 0
        """Changes that were refused for a reason that passes: the room will ask for them."""
        self._late: bytes | None = None

    # from the client

    def receive(self, kind: int, body: bytes, now: float) -> float:
        """A message of `gateway.wire_yjs`; what it returns is as in `DoorSession.receive`."""
        if kind == wire_yjs.UPDATE:
            return self._edit(Update(self.doc, self._n + 1, body), now)
        if kind == wire_yjs.STEP2:
            return self._edit(Answer(self.doc, self._n + 1, body), now)
        wait = self._rates.message(now)
        if wait:
            return self._held(wait)
        if kind == wire_yjs.STEP1:
            return self._open(body)
        if kind == wire_yjs.AWARENESS:
            self._awareness(body, now)
        return TAKEN

    def retry(self, now: float) -> bool:
        """Awareness that was put off."""
        if self._late is not None and self._rates.awareness(now):
            self._edge.hub.forward(self.member, client.Awareness(self.doc, self._late))
            self._late = None
        return self._late is None

    def _open(self, state_vector: bytes) -> float:
        if self.member.socket.slow:
            return UNTIL_RELEASED
        if len(state_vector) > self._edge.limits.state_vector_bytes:
            self._edge.counts.refused(Refuse.TOO_LARGE.code)
            self.member.socket.close(CloseCode.TOO_BIG)
            return TAKEN
        return TAKEN if self._edge.hub.open(self.member, Open(self.doc, state_vector)) else UNTIL_RELEASED

    def _edit(self, frame: Update | Answer, now: float) -> float:
        if self.doc in self.member.docs:
            refuse = refusal_of_edit(self.member, frame, self._edge.limits)
        else:  # before its first step 1 a client has nothing open
            refuse = None if self.member.may_edit else Refuse.READ_ONLY
        if refuse is not None:
            self._n = frame.n
            self._count(frame)
            self._refused(frame.n, refuse.code, refuse.message)
            return TAKEN
        wait = self._rates.edit(len(frame.update), now)
        if wait:
            return self._held(wait)
        self._n = frame.n
        if self._acks is not None:
            self._count(frame)
        self._edge.hub.edit(self.member, frame, now)
        return TAKEN

    def _count(self, frame: Update | Answer) -> None:
        """Note that a SyncStatus is due for this change, if it is one the client counts."""
        if self._acks is None:
            return
        if isinstance(frame, Answer):
            self._acks.extend([frame.n] * self._put_back)
            self._put_back = 0
            if not self._owed:
                return
            self._owed -= 1
        self._acks.append(frame.n)

    def _awareness(self, body: bytes, now: float) -> None:
        if not self.member.may_present or len(body) > self._edge.limits.awareness_bytes:
            return
        if not self._edge.hub.is_news(self.member, self.doc, body):
            self._edge.counts.echoes += 1
        elif self._rates.awareness(now):
            self._edge.hub.forward(self.member, client.Awareness(self.doc, body))
        else:
            self._late = body
            self._edge.hub.later(self)

    # from the room

    def deliver(self, packet: Packet) -> None:
        """A frame for this member alone."""
        match packet.frame:
            case UpdateOut():
                self._write_big(packet.inner)
            case Awareness():
                self._write(packet.inner)
            case Opened() as opened:
                self._opened(opened)
            case Ask(state_vector=state_vector):
                self._write(wire_yjs.step1(state_vector))
            case Saved(n=n):
                self._saved(n)
            case Refused() as refused:
                self._room_refused(refused)
            case _:
                pass

    def _opened(self, opened: Opened) -> None:
        step1, step2 = wire_yjs.step1(opened.state_vector), wire_yjs.step2(opened.update)
        if self._acks is None:
            self._write_big(step2, step1)
        else:
            self._owed += 1
            self._write_big(step1, step2)

    def _saved(self, n: int) -> None:
        acks = self._acks
        if acks is None:
            return
        due: list[bytes] = []
        while acks and acks[0] <= n:
            acks.popleft()
            due.append(wire_hocuspocus.saved(ok=True))
        if due:
            self._write(*due)

    def _room_refused(self, refused: Refused) -> None:
        if refused.n == 0:
            if self.doc not in self.member.docs:
                self._dead_end(refused.message, refused.retry)
        elif refused.retry and self._acks is not None:
            self._put_back += self._acks.count(refused.n)
            self._acks = deque(n for n in self._acks if n != refused.n)
        else:
            self._refused(refused.n, refused.code, refused.message)

    def _refused(self, n: int, code: str, words: str) -> None:
        """Tell the client that change ``n`` was not taken: once for each reason, or (SyncStatus) each time."""
        if self._acks is not None:
            if n in self._acks:
                self._acks.remove(n)
                self._write(wire_hocuspocus.saved(ok=False))
        elif self._told is None or code not in self._told:
            self._told = (self._told or set()) | {code}
            self._write(wire_yjs.denied(words))
        self._edge.counts.refused(code)

    def _write(self, *bodies: bytes) -> None:
        """Each body in a frame of its own, all in one write."""
        prefix = self.member.prefix
        self.member.socket.write(b"".join([message(prefix + body) for body in bodies]))

    def _write_big(self, *bodies: bytes) -> None:
        prefix = self.member.prefix
        self.member.socket.write_big(b"".join([message(prefix + body) for body in bodies]))

    def _held(self, wait: float) -> float:
        """Too fast: wait, or, after too long, go."""
        self._edge.counts.held += 1
        if wait != DROWNED:
            return wait
        self.member.socket.close(CloseCode.TOO_FAST)
        return TAKEN
