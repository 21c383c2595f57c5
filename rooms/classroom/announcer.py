"""Turns what happens in the class into frames: numbers events, hides tallies, coalesces what changes fast.

What matters in order (chat, hands, locks) goes out as it happens. What only matters as it is now waits for the next
flush and its own pace: who is here, tallies, the leader's view. People who entered get the whole class once a flush,
encoded once for all who may see the same.
"""

from realtime.frames import commands, events, server
from realtime.frames.events import Event
from realtime.roles import STAFF
from rooms.classroom import captions, records
from rooms.classroom.classroom import Classroom
from rooms.classroom.events import Events, Numbered
from rooms.classroom.records import Kept
from rooms.conn import Conn
from rooms.outbox import Outbox

COUNT_SECONDS = 0.5
"""Least time between two summaries of a large room's presence."""
TALLY_SECONDS = 0.25
VIEW_SECONDS = 0.05
CROWD = 32
"""So many people arriving in one flush are told by the whole class instead of one event each."""


class Announcer:
    """Speaks for a `Classroom`. Frames of the class go to native connections only."""

    def __init__(self, classroom: Classroom, outbox: Outbox) -> None:
        self._class = classroom
        self._out = outbox
        self._events = Events(outbox.epoch)
        self._stage = classroom.stage.stage
        """As it was announced last."""
        self.natives: dict[str, Conn] = {}
        self.absent: dict[str, float] = {}
        """Connections whose gateway has begun anew and has not joined them again yet (to when they count as gone).
        They hear no events before they are caught up, so that what they have heard never has a hole."""
        self._entered: dict[str, Conn] = {}
        self._polls: set[int] = set()
        self._polls_at = self._count_at = self._view_at = 0.0
        self._count_moved = self._view_moved = False
        self.wake_at: float | None = None
        """When something held back may go out: call `flush` then."""

    @property
    def dirty(self) -> bool:
        """Whether `flush` has something to look at."""
        roster = self._class.roster
        moved = self._view_moved or self._count_moved or self._class.lobby.moved
        return bool(self._entered or self._polls or moved or roster.news or roster.left)

    # connections

    def enter(self, conn: Conn, seen: int) -> None:
        """Bring ``conn`` up to date from event ``seen`` (0: it knows nothing)."""
        if not conn.native:
            return
        self.natives[conn.id] = conn
        self.catch_up(conn, seen)

    def leave(self, conn: Conn) -> None:
        self.natives.pop(conn.id, None)
        self._entered.pop(conn.id, None)

    def catch_up(self, conn: Conn, seen: int) -> None:
        """The events after ``seen`` now, or the whole class with the next flush."""
        missed = self._events.since(seen)
        if missed is None:
            self._entered[conn.id] = conn
            return
        for numbered in missed:
            event = numbered.seen_by(staff=conn.staff)
            self._out.send(conn.id, server.Happened(numbered.seq, event))

    # what happens

    def kept(self, kept: Kept) -> None:
        """Tell about a fact that now holds."""
        match kept:
            case records.Said():
                self.event(events.Said(kept.message))
            case records.Unsaid():
                self.event(events.Unsaid(kept.id))
            case records.HandUp() | records.HandsDown():
                self.event(events.Hands(self._class.hands.all()))
            case records.PollOpened():
                self._poll(kept.id)
            case records.PollClosed() | records.PollRevealed():
                self._poll(kept.poll)
            case records.Voted():
                self._polls.add(kept.poll)
                self._own_vote(kept)
            case records.Led():
                self.event(events.Leading(self._class.lead.view))
            case records.Locked():
                self.document(kept.doc)
            case records.StageSet():
                if self._stage != self._class.stage.stage:
                    self._stage = self._class.stage.stage
                    self.event(events.StageChanged(self._stage))
            case records.RoleGiven() | records.Removed() | records.Revoked():
                pass  # the roster's news

    def document(self, doc: str) -> None:
        """A document came to be, or changed its state."""
        self.event(events.DocumentChanged(self._class.locks.info(doc)))

    def reacted(self, who: Conn, emoji: str) -> None:
        self._out.fanout(server.Happened(0, events.Reacted(who.user, who.grant.shown_name, emoji)))

    def captioned(self, who: Conn, it: commands.Caption) -> None:
        self._out.fanout(server.Happened(0, captions.captioned(who, it)))

    def looked(self) -> None:
        """The leader's view moved."""
        self._view_moved = True

    def event(self, event: Event, staff: Event | None = None) -> None:
        """Number an event and send it to everybody; ``staff`` get theirs instead when there is one."""
        numbered = self._events.number(event, staff)
        if numbered.staff is None and not self.absent:
            self._out.fanout(server.Happened(numbered.seq, event))
        else:
            self._apart(numbered)

    def _apart(self, numbered: Numbered) -> None:
        if self._out.noting:
            self._out.note(server.Happened(numbered.seq, numbered.event))
        here = [conn for conn in self.natives.values() if conn.id not in self.absent]
        for staff in (True, False):
            conns = [conn.id for conn in here if conn.staff is staff]
            self._out.send_all(conns, server.Happened(numbered.seq, numbered.seen_by(staff=staff)))

    def _poll(self, poll: int) -> None:
        self._polls.discard(poll)
        polls = self._class.polls
        plain = events.PollChanged(polls.shown(poll, staff=False))
        self.event(plain, events.PollChanged(polls.shown(poll, staff=True)) if polls.is_secret(poll) else None)

    def _own_vote(self, voted: records.Voted) -> None:
        mine = [conn.id for conn in self._class.roster.conns_of(voted.user) if conn.native]
        self._out.send_all(mine, server.Happened(0, events.Voted(voted.poll, voted.choices)))

    # once a flush

    def flush(self, now: float) -> None:
        """Send what was held back and is due at ``now``."""
        self.wake_at = None
        self._flush_roster(now)
        if self._class.lobby.moved:
            self._class.lobby.moved = False
            self.event(events.Waiting([]), events.Waiting(self._class.lobby.members()))
        if self._polls and self._due(self._polls_at, now):
            self._polls_at = now + TALLY_SECONDS
            for poll in sorted(self._polls):
                self._poll(poll)
        if self._view_moved and self._due(self._view_at, now):
            self._view_at, self._view_moved = now + VIEW_SECONDS, False
            self._out.fanout(server.Happened(0, events.Leading(self._class.lead.view)))
        self._welcome(list(self._entered.values()))
        self._entered = {}

    def _due(self, at: float, now: float) -> bool:
        """Whether a pace allows to send; else wake up when it does."""
        if at <= now:
            return True
        self.wake_at = at if self.wake_at is None else min(at, self.wake_at)
        return False

    def _flush_roster(self, now: float) -> None:
        roster = self._class.roster
        came, left = roster.take_news()
        turned = roster.settle_fullness()
        if (turned and roster.full) or len(came) >= CROWD:
            self._entered.update(self.natives)
        if len(self._entered) == len(self.natives):
            return  # everybody gets the whole class
        for member in came:
            if roster.full or member.role in STAFF:
                self.event(events.Joined(member))
        for member in left:
            if roster.full or member.role in STAFF:
                self.event(events.Left(member.user))
        self._count_moved |= not roster.full and bool(came or left)
        if turned or (self._count_moved and self._due(self._count_at, now)):
            self._count_at, self._count_moved = now + COUNT_SECONDS, False
            self.event(events.Count(roster.summary()))

    def note_class(self) -> None:
        """Begin a recording with the class as everybody may see it."""
        self._out.note(server.Class(self._class.shown(self._events.seq, staff=False)))

    def _welcome(self, conns: list[Conn]) -> None:
        """The whole class, one frame for all who see the same."""
        for staff in (True, False):
            alike = [conn for conn in conns if conn.staff is staff]
            if not alike:
                continue
            shown = self._class.shown(self._events.seq, staff=staff)
            frame = server.Class(shown)
            plain: list[str] = []
            for conn in alike:
                own = self._class.personal(shown, conn.user)
                if own is shown:
                    plain.append(conn.id)
                else:
                    self._out.send(conn.id, server.Class(own))
            self._out.send_all(plain, frame)
