"""A room: inputs in, effects out. No event loop, no clock, no I/O.

    handle(message)        what a gateway or the REST tier sent            effects: refusals, answers, first loads
    flush                  what was accepted becomes entries and broadcasts     one of each a document
    saved(seq)             the log has everything up to an entry           acknowledgements
    document_loaded        the log has answered                            what waited for the document is handled
    tick                   about once a second                             what has expired, who has left

After any of them, `take` gives the effects in the order in which they are to be carried out. Times: ``now`` is
monotonic seconds, ``wall`` Unix seconds.
"""

from collections.abc import Callable, Iterable
from typing import Any

from realtime.close_codes import CloseCode
from realtime.envelopes import Attach, Detach, EndClass, Forward, Join, Lagged, Leave, Revoke, ToRoom
from realtime.frames import server
from realtime.frames.client import Answer, Awareness, CatchUp, Do, Open, Shut, Update
from realtime.limits import Limits
from realtime.refusals import Refuse
from realtime.roles import STAFF
from rooms.acks import Acks
from rooms.classroom import records
from rooms.classroom.announcer import Announcer
from rooms.classroom.classroom import Classroom
from rooms.classroom.desk import Desk
from rooms.conn import NATIVE, Conn
from rooms.documents import Documents, Rejoin
from rooms.effects import Effect
from rooms.log import CLASS, Opening, Stored
from rooms.media_link import MediaLink
from rooms.outbox import Outbox
from rooms.wear import Wear

STREAMED = (Update, Answer, Awareness)
"""The frames that come many a second."""
REJOIN_SECONDS = 10.0
"""After a gateway has attached again, until a connection it did not join again counts as gone."""


class Room:
    """One room under one ownership."""

    def __init__(self, room: str, opening: Opening, limits: Limits, now: float) -> None:
        self.name = room
        self.epoch = opening.epoch
        self._limits = limits
        self._out = out = Outbox(room, opening.epoch)
        self.take: Callable[[], list[Effect]] = out.take
        """What is to be done, in order."""
        self._acks = Acks(out)
        self._class = Classroom(limits)
        self._announcer = Announcer(self._class, out)
        self._desk = Desk(self._class, self._announcer, out, self._acks, self._expel, self._role_changed, self._staged)
        self.documents = Documents(limits, out, self._acks, self._class.locks, self._announcer)
        self.conns: dict[str, Conn] = {}
        self._gateways: dict[str, dict[str, Conn]] = {}
        self._native_gateways: dict[str, int] = {}
        self._storage_ok = True
        self.dirty = False
        """Whether `flush` has something to do."""
        self._class_dirty = False
        """Whether it may be something of the class: edits and awareness are none of its business."""
        self.idle_since = now
        self._now, self._wall = now, 0.0
        self._media = MediaLink(self._class, out)
        self._frames: dict[type[Any], Callable[[Conn, Any, float, float], None]] = {
            Open: self._to_document,
            Shut: self._to_document,
            Do: self._do,
            CatchUp: self._catch_up,
        }
        self._restore(opening)

    def _restore(self, opening: Opening) -> None:
        for row in opening.documents:
            self._class.locks.add([row.doc])
            if row.quarantined:
                self._class.locks.quarantine(row.doc)
        unread = self._desk.restore(opening.classroom)
        if unread:
            self._out.quarantine(CLASS, unread)
        self._media.begin(self._announcer, self.documents)

    # inputs

    def handle(self, message: ToRoom, now: float, wall: float) -> None:
        """Take one message."""
        self._now, self._wall = now, wall
        body = message.body
        if type(body) is Forward:
            conn = self.conns.get(message.conn)
            if conn is not None:
                self.dirty = True
                frame = body.frame
                if isinstance(frame, STREAMED):
                    self.documents.handle(conn, frame, now)
                else:
                    self._class_dirty = True
                    self._frames[type(frame)](conn, frame, now, wall)
            elif message.conn in self._class.lobby:
                self._refuse_waiting(message.conn, body.frame)
            return
        self.dirty = self._class_dirty = True
        match body:
            case Join():
                self._join(message, body, now, wall)
            case Leave():
                self._class.lobby.leave(message.conn)
                self._leave(self.conns.get(message.conn), now)
            case Lagged():
                conn = self.conns.get(message.conn)
                if conn is not None:
                    self.documents.handle(conn, body, now)
            case Attach():
                self._attached(body.gateway, now)
            case Detach():
                self.gateway_gone(body.gateway, now)
            case Revoke():
                self._desk.keep(records.Revoked(body.user, wall))
            case EndClass():
                self._end()
            case Forward():
                raise AssertionError("handled above")

    def _to_document(self, conn: Conn, frame: Any, now: float, wall: float) -> None:
        self.documents.handle(conn, frame, now)

    def _refuse_waiting(self, conn: str, frame: Any) -> None:
        """Who waits asks for something: no."""
        n, doc = getattr(frame, "n", 0), getattr(frame, "doc", "")
        self._out.refuse(conn, n, Refuse.NOT_ALLOWED, doc)

    def _do(self, conn: Conn, frame: Do, now: float, wall: float) -> None:
        self._desk.do(conn, frame, now, wall)

    def _catch_up(self, conn: Conn, frame: CatchUp, now: float, wall: float) -> None:
        self._announcer.enter(conn, frame.seen)

    def refuse_busy(self, message: ToRoom) -> None:
        """The mailbox is full: say so to who waits for an answer."""
        conn = self.conns.get(message.conn)
        frame = message.body.frame if isinstance(message.body, Forward) else None
        if conn is None or frame is None:
            return
        if isinstance(frame, Update | Answer):
            self.documents.refuse_for_now(conn, frame.doc, frame.n, Refuse.ROOM_BUSY)
        elif isinstance(frame, Do):
            self._out.refuse(conn.id, frame.n, Refuse.ROOM_BUSY)

    # connections

    def _join(self, message: ToRoom, it: Join, now: float, wall: float) -> None:
        conn = self.conns.get(message.conn)
        if conn is not None and not it.again:
            self._renew(conn, it, wall)
            return
        if conn is None:
            conn = self._admit(message, it)
            if conn is None:
                return
            if not it.again:
                self._welcome(conn, wall)
        self._announcer.absent.pop(conn.id, None)
        self._announcer.enter(conn, it.seen)
        if not self._storage_ok and conn.native:
            self._out.send(conn.id, server.Saving(False))
        if it.again:
            self._rejoin(conn, it, now)

    def _admit(self, message: ToRoom, it: Join) -> Conn | None:
        """Let a connection in, or close it."""
        code = self._why_not_admit(it)
        if code is None and self._must_wait(it):
            code = self._wait(message, it)
            if code is None:
                return None
        if code is not None:
            self._out.kick([message.conn], code)
            return None
        self._class.lobby.leave(message.conn)
        conn = Conn(message.conn, message.gateway, it.grant, it.door)
        self.conns[conn.id] = conn
        self._gateways.setdefault(conn.gateway, {})[conn.id] = conn
        if conn.native:
            self._native_gateways[conn.gateway] = self._native_gateways.get(conn.gateway, 0) + 1
        self._class.roster.enter(conn)
        return conn

    def _must_wait(self, it: Join) -> bool:
        rules, roster = self._class.stage, self._class.roster
        return not rules.admits(it.grant.user) and roster.role_of(it.grant) not in STAFF

    def _wait(self, message: ToRoom, it: Join) -> CloseCode | None:
        """Let a native connection wait; a stock client cannot be told, and comes again by itself."""
        if it.door != NATIVE:
            return CloseCode.TRY_LATER
        if message.conn not in self._class.lobby:
            self._out.send(message.conn, server.Waiting(it.grant.user, it.grant.shown_name))
        self._class.lobby.wait(message, it)
        return None

    def _staged(self) -> None:
        """What holds for media changed: tell its node, and let in who need not wait any more."""
        self.documents.flush(self._now, self._wall)  # what was written before a recording ends is still on it
        self._media.staged(self._announcer, self.documents)
        for user in self._class.lobby.users():
            grants = [it for _, it in self._class.lobby.peek(user)]
            if grants and not self._must_wait(grants[0]):
                for message, it in self._class.lobby.take(user):
                    self._join(message, it, self._now, self._wall)

    def _why_not_admit(self, it: Join) -> CloseCode | None:
        if self._class.roster.is_removed(it.grant.user):
            return CloseCode.REMOVED
        if not self._class.roster.admits(it.grant):
            return CloseCode.FORBIDDEN
        if len(self.conns) + len(self._class.lobby) >= self._limits.connections_per_room:
            return CloseCode.TRY_LATER
        of_user = len(self._class.roster.conns_of(it.grant.user))
        if of_user >= self._limits.connections_per_user and not it.grant.is_for_many:
            return CloseCode.TRY_LATER
        return None

    def _renew(self, conn: Conn, it: Join, wall: float) -> None:
        """A connection that is in joins with a fresh grant: its rights are the new ones."""
        if not self._class.roster.admits(it.grant) or it.grant.user != conn.user:
            self._expel([conn], CloseCode.FORBIDDEN)
            return
        conn.grant = it.grant
        self._class.roster.enter(conn)
        self._welcome(conn, wall)

    def _rejoin(self, conn: Conn, it: Join, now: float) -> None:
        """After a loss: send what it lacks, ask for what the room lacks, and promise nothing before it has answered."""
        conn.joins += 1
        for name in sorted(conn.docs - it.docs.keys()):
            self.documents.handle(conn, Shut(name), now)
        conn.docs = set(it.docs)
        if it.docs:
            conn.awaiting = set(it.docs)
            conn.asked_at = it.last_n
        for name, since in it.docs.items():
            self.documents.handle(conn, Rejoin(name, since), now)

    def _welcome(self, conn: Conn, wall: float) -> None:
        grant = conn.grant
        if conn.native:
            frame = server.Welcome(conn.id, conn.user, grant.shown_name, conn.role.value, grant.expires, wall)
            self._out.send(conn.id, frame)

    def _role_changed(self, conns: list[Conn]) -> None:
        """Tell connections who they are now."""
        for conn in conns:
            self._welcome(conn, self._wall)
            if not conn.may_present:
                self.documents.hide(conn)

    def _leave(self, conn: Conn | None, now: float) -> None:
        if conn is None or conn.gone:
            return
        conn.gone = True
        del self.conns[conn.id]
        self._announcer.absent.pop(conn.id, None)
        self._gateways[conn.gateway].pop(conn.id)
        if conn.native:
            self._native_gateways[conn.gateway] -= 1
        self.documents.leave(conn, now)
        if not conn.hears_saved:
            self._out.hurry()
        self._announcer.leave(conn)
        self._class.roster.leave(conn, now)
        if not self.conns:
            self.idle_since = now

    def _expel(self, conns: list[Conn], code: CloseCode) -> None:
        """Close connections and forget them at once: what they still send is nothing."""
        if conns:
            self._out.kick([conn.id for conn in conns], code)
        for conn in conns:
            self._leave(conn, self._now)

    def _end(self) -> None:
        """The class is over."""
        if self.conns:
            self._expel(list(self.conns.values()), CloseCode.NORMAL)

    # gateways

    def _attached(self, gateway: str, now: float) -> None:
        """A gateway begins anew: it will join again whoever is still there."""
        self._class.lobby.gateway_gone(gateway)
        for conn in self._gateways.setdefault(gateway, {}):
            self._announcer.absent[conn] = now + REJOIN_SECONDS

    def gateway_gone(self, gateway: str, now: float) -> None:
        """A gateway has nobody here any more, or is dead."""
        self._class.lobby.gateway_gone(gateway)
        for conn in list(self._gateways.get(gateway, {}).values()):
            self._leave(conn, now)
        self._gateways.pop(gateway, None)
        self._native_gateways.pop(gateway, None)
        self.dirty = self._class_dirty = True

    def audience(self, doc: str) -> Iterable[str]:
        """The gateways that have readers of ``doc`` (empty: native connections)."""
        if doc:
            live = self.documents.live.get(doc)
            return live.gateways if live is not None else ()
        return (gateway for gateway, count in self._native_gateways.items() if count)

    # the log and time

    def saved(self, seq: int) -> None:
        """Every entry up to ``seq`` is durable."""
        self._acks.durable(seq)

    def document_loaded(self, doc: str, stored: Stored, now: float) -> None:
        """What the log holds of a document, after `effects.LoadDocument`."""
        self.documents.loaded(doc, stored, now)
        self._media.loaded(self.documents.live.get(doc))
        self.dirty = self._class_dirty = True

    def storage(self, *, ok: bool, full: bool) -> None:
        """Whether the log answers, and whether its budget for waiting edits is used up."""
        self.documents.storage_full = self._desk.storage_full = full
        if ok != self._storage_ok:
            self._storage_ok = ok
            self._out.fanout(server.Saving(ok))

    def flush(self, now: float, wall: float) -> None:
        """Turn what was accepted into entries and broadcasts, and seal the promises that hang on them."""
        self.dirty = False
        if self._class_dirty or self._announcer.wake_at is not None:
            self._class_dirty = False
            self._desk.flush(now, wall)
        self.documents.flush(now, wall)
        self._acks.seal()

    def tick(self, now: float) -> None:
        """About once a second."""
        self._now = now
        for conn in [conn for conn, until in self._announcer.absent.items() if until <= now]:
            self._leave(self.conns.get(conn), now)
        if len(self._class.lobby):
            self.idle_since = now
        self._desk.tick(now)
        self._media.tick(self._announcer, self.documents, now)
        self._class_dirty |= self._desk.dirty
        self.dirty |= self.documents.tick(now) or self._class_dirty

    @property
    def wake_at(self) -> float | None:
        """When something held back by its pace may go out: `flush` then."""
        return self._announcer.wake_at

    @property
    def urgent(self) -> bool:
        """Whether the next flush should not wait for its window."""
        return self.documents.urgent

    @property
    def is_settled(self) -> bool:
        """Whether everything that was accepted is durable."""
        return not self.dirty and self._out.seq == self._acks.durable_seq

    def is_durable(self, seq: int) -> bool:
        """Whether every entry up to ``seq`` is."""
        return self._acks.durable_seq >= seq

    @property
    def seq(self) -> int:
        """The latest entry."""
        return self._out.seq

    # compaction

    def wear(self) -> dict[str, Wear]:
        """Of the class and each document in memory, how much was written since its snapshot."""
        return {CLASS: self._desk.wear} | {name: doc.wear for name, doc in self.documents.live.items()}

    def is_idle(self, doc: str) -> bool:
        """Whether a document in memory has no reader."""
        live = self.documents.live.get(doc)
        return live is not None and not live.readers

    def waits_for_more(self, doc: str) -> bool:
        """Whether a document holds updates that wait for an earlier one."""
        live = self.documents.live.get(doc)
        return live is not None and live.body.has_pending

    def snapshot(self, doc: str) -> bytes:
        """A document in memory (or the class) as one blob that stands for all its entries so far."""
        return self._desk.snapshot() if doc == CLASS else self.documents.live[doc].body.snapshot()
