"""Where commands are carried out: decide, keep, announce, promise.

Facts kept since the last flush become one entry of the log; a command that made one is done when that entry is durable.
"""

from collections.abc import Callable

import msgspec

from realtime.buckets import TokenBucket
from realtime.close_codes import CloseCode
from realtime.frames import commands, server
from realtime.frames.client import Do
from realtime.refusals import Refuse
from rooms.acks import Acks
from rooms.classroom import records
from rooms.classroom.announcer import Announcer
from rooms.classroom.classroom import Classroom
from rooms.classroom.records import Kept, Record, decode_records, decode_snapshot, encode_records, encode_snapshot
from rooms.conn import Conn
from rooms.errors import CommandRefused
from rooms.log import CLASS, Stored
from rooms.outbox import Outbox
from rooms.wear import Wear

AWAY_SECONDS = 30.0
"""Somebody who has been gone for so long has their hand lowered and stops leading."""
REACTIONS_RATE, REACTIONS_BURST = 30.0, 60.0
"""Reactions a room shows; what is over is not shown and nobody misses it."""


class Desk:
    """The class at work. ``expel`` sends connections out, ``changed`` tells ones whose role is another now, ``staged``
    carries out what holds for media now."""

    def __init__(
        self,
        classroom: Classroom,
        announcer: Announcer,
        out: Outbox,
        acks: Acks,
        expel: Callable[[list[Conn], CloseCode], None],
        changed: Callable[[list[Conn]], None],
        staged: Callable[[], None],
    ) -> None:
        self._class = classroom
        self._announcer = announcer
        self._out = out
        self._acks = acks
        self._expel = expel
        self._changed = changed
        self._staged = staged
        self._records: list[Record] = []
        self._authors: dict[str, None] = {}
        self._reactions = TokenBucket(REACTIONS_RATE, REACTIONS_BURST, 0.0)
        self._away: dict[str, float] = {}
        self.storage_full = False
        self.wear = Wear()

    # starting

    def restore(self, stored: Stored) -> str:
        """Take the class from the log; returns what could not be read, in words, or nothing."""
        self.wear = Wear.of(stored)
        try:
            if stored.snapshot is not None:
                self._class.restore(decode_snapshot(stored.snapshot))
            for row in stored.rows:
                for record in decode_records(row):
                    self._class.apply_record(record)
        except msgspec.MsgspecError as error:
            return str(error)
        return ""

    # commands

    def do(self, conn: Conn, it: Do, now: float, wall: float) -> None:
        """Carry out a command, or refuse it."""
        if self._class.was_answered(conn.id, it.n):
            self._acks.done(conn, it.n)
            return
        try:
            decision = self._class.decide(conn, it.n, it.command, wall)
        except CommandRefused as refused:
            self._out.refuse(conn.id, it.n, refused.refuse)
            return
        if decision is None:
            self._pass_on(conn, it, now)
        elif isinstance(decision, server.ChatPage | server.Roster):
            self._out.send(conn.id, decision)
        elif self.storage_full:
            self._out.refuse(conn.id, it.n, Refuse.STORAGE_AWAY)
        else:
            self.keep(decision, conn, it.n)
            self._acks.done(conn, it.n)

    def _pass_on(self, conn: Conn, it: Do, now: float) -> None:
        """What is shown and not kept."""
        if isinstance(it.command, commands.React):
            if self._reactions.take(now):
                self._announcer.reacted(conn, it.command.emoji)
        elif isinstance(it.command, commands.Caption):
            self._announcer.captioned(conn, it.command)
        elif isinstance(it.command, commands.View):
            self._announcer.looked()
        elif isinstance(it.command, commands.Admit) and not it.command.yes:
            self._turn_away(it.command.user)
        self._out.send(conn.id, server.Done(it.n))

    def _turn_away(self, user: str) -> None:
        """Somebody who waits (empty: all) is not let in; they may ask again."""
        lobby = self._class.lobby
        for waiting in [user] if user else lobby.users():
            self._out.kick([message.conn for message, _ in lobby.take(waiting)], CloseCode.FORBIDDEN)

    def keep(self, kept: Kept, conn: Conn | None = None, n: int = 0) -> None:
        """Let a fact hold, tell everybody, and log it with the next flush."""
        record = Record(conn.id if conn else "", n, kept)
        touched = self._class.apply_record(record)
        self._records.append(record)
        if conn is not None:
            self._authors[conn.user] = None
        self._announcer.kept(kept)
        match kept:
            case records.RoleGiven():
                self._changed(touched)
                self._staged()
            case records.Removed():
                self._lower(kept.user)
                self._expel(touched, CloseCode.REMOVED)
                self._staged()
            case records.Revoked():
                self._expel(touched, CloseCode.FORBIDDEN)
                self._staged()
            case records.StageSet():
                self._staged()
            case _:
                pass

    # time

    @property
    def dirty(self) -> bool:
        """Whether `flush` has something to do."""
        return bool(self._records) or self._announcer.dirty

    def flush(self, now: float, wall: float) -> None:
        """Log what was kept, send what was held back."""
        if self._records:
            body = encode_records(self._records)
            self._out.append(CLASS, body, tuple(self._authors), wall)
            self.wear.add(len(body), self._out.seq)
            self._records, self._authors = [], {}
        self._announcer.flush(now)

    def tick(self, now: float) -> None:
        """Lower the hands of people who are long gone, and stop following them."""
        self._class.roster.expire(now)
        leader = self._class.lead.view.user
        waiting = [hand.user for hand in self._class.hands.all()] + ([leader] if leader else [])
        absent = [user for user in waiting if not self._class.roster.is_here(user)]
        self._away = {user: self._away.get(user, now) for user in absent}
        for user, since in self._away.items():
            if now - since >= AWAY_SECONDS:
                self._lower(user)
                if user == leader:
                    self.keep(records.Led(""))

    def _lower(self, user: str) -> None:
        down = self._class.hands.lower(user)
        if down is not None:
            self.keep(down)

    def snapshot(self) -> bytes:
        """The kept class, for the log."""
        return encode_snapshot(self._class.snapshot())
