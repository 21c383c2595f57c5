"""The class as a whole: a command is decided into a kept fact (or an answer), a fact is applied to the state.

``decide`` changes nothing that is kept and refuses by raising; ``apply`` never fails on a fact that was decided. The
log's entries go through ``apply`` at load, and so does every new fact, so both lead to the same state.
"""

import unicodedata
from collections.abc import Callable
from typing import Any, ClassVar

from msgspec.structs import replace

from realtime.frames import commands, server, state
from realtime.frames.commands import Command
from realtime.limits import Limits
from realtime.refusals import Refuse
from realtime.roles import Capability
from rooms.classroom import captions, records
from rooms.classroom.chat import Chat
from rooms.classroom.hands import Hands
from rooms.classroom.lead import Lead
from rooms.classroom.locks import Locks
from rooms.classroom.polls import Polls
from rooms.classroom.records import Kept, Record, Snapshot
from rooms.classroom.roster import Roster
from rooms.classroom.stage import StageRules
from rooms.conn import Conn
from rooms.errors import CommandRefused
from rooms.lobby import Lobby

MAX_EMOJI_CHARACTERS = 16
ANSWERED = 5_000
"""Connections whose last kept requests are remembered,"""
ANSWERS = 64
"""and how many of each: more than a gateway lets a connection send in one burst."""

Decision = Kept | server.ChatPage | server.Roster | None
"""A fact to keep, an answer to send, or nothing more to do than to say done."""

NEEDS: dict[type[Any], Capability] = {
    commands.Say: Capability.CHAT,
    commands.Unsay: Capability.CHAT,
    commands.Hand: Capability.HAND,
    commands.LowerHand: Capability.MODERATE,
    commands.React: Capability.REACT,
    commands.OpenPoll: Capability.MODERATE,
    commands.Vote: Capability.VOTE,
    commands.ClosePoll: Capability.MODERATE,
    commands.RevealPoll: Capability.MODERATE,
    commands.Lead: Capability.MODERATE,
    commands.View: Capability.MODERATE,
    commands.Lock: Capability.MODERATE,
    commands.SetRole: Capability.MODERATE,
    commands.Remove: Capability.MODERATE,
    commands.WaitingRoom: Capability.MODERATE,
    commands.Admit: Capability.MODERATE,
    commands.MayPublish: Capability.MODERATE,
    commands.Spotlight: Capability.MODERATE,
    commands.RecordClass: Capability.MODERATE,
}
"""What a command takes; `OlderChat` and `RosterPage` take nothing but being here, `Caption` what captions.py says."""


class Classroom:
    """The state of a class and its rules."""

    def __init__(self, limits: Limits) -> None:
        self.roster = Roster(limits)
        self.chat = Chat(limits)
        self.hands = Hands()
        self.polls = Polls(limits)
        self.lead = Lead()
        self.locks = Locks(limits.documents_per_room)
        self.stage = StageRules()
        self.lobby = Lobby()
        self._answered: dict[str, list[int]] = {}

    # deciding

    def decide(self, who: Conn, n: int, command: Command, wall: float) -> Decision:
        """What ``command`` comes to; raises `CommandRefused`. ``wall`` is Unix seconds."""
        needs = NEEDS.get(type(command))
        if needs is not None and not who.may(needs):
            raise CommandRefused(Refuse.NOT_ALLOWED)
        return self._DECIDE[type(command)](self, who, n, command, wall)

    def _say(self, who: Conn, n: int, it: commands.Say, wall: float) -> Decision:
        return self.chat.say(self.roster.member(who.user), it.text, wall)

    def _unsay(self, who: Conn, n: int, it: commands.Unsay, wall: float) -> Decision:
        return self.chat.unsay(self.roster.member(who.user), it.id, staff=who.staff)

    def _older_chat(self, who: Conn, n: int, it: commands.OlderChat, wall: float) -> Decision:
        messages, more = self.chat.page(it.before)
        return server.ChatPage(n, messages, more)

    def _hand(self, who: Conn, n: int, it: commands.Hand, wall: float) -> Decision:
        if it.up:
            return self.hands.raise_hand(self.roster.member(who.user), wall)
        return self.hands.lower(who.user)

    def _lower_hand(self, who: Conn, n: int, it: commands.LowerHand, wall: float) -> Decision:
        return self.hands.lower(it.user) if it.user else self.hands.lower()

    def _react(self, who: Conn, n: int, it: commands.React, wall: float) -> Decision:
        plain = all(unicodedata.category(character)[0] != "C" or character == "\u200d" for character in it.emoji)
        if not 0 < len(it.emoji) <= MAX_EMOJI_CHARACTERS or not plain:
            raise CommandRefused(Refuse.MALFORMED)
        return None

    def _open_poll(self, who: Conn, n: int, it: commands.OpenPoll, wall: float) -> Decision:
        return self.polls.open(it, wall)

    def _vote(self, who: Conn, n: int, it: commands.Vote, wall: float) -> Decision:
        return self.polls.vote(it.poll, who.user, it.choices)

    def _close_poll(self, who: Conn, n: int, it: commands.ClosePoll, wall: float) -> Decision:
        return self.polls.close(it.poll)

    def _reveal_poll(self, who: Conn, n: int, it: commands.RevealPoll, wall: float) -> Decision:
        return self.polls.reveal(it.poll)

    def _lead(self, who: Conn, n: int, it: commands.Lead, wall: float) -> Decision:
        return self.lead.decide(who.user, on=it.on)

    def _view(self, who: Conn, n: int, it: commands.View, wall: float) -> Decision:
        self.lead.look(who.user, it)
        return None

    def _lock(self, who: Conn, n: int, it: commands.Lock, wall: float) -> Decision:
        return self.locks.decide(it.doc, locked=it.locked)

    def _set_role(self, who: Conn, n: int, it: commands.SetRole, wall: float) -> Decision:
        return self.roster.give_role(who, it.user, it.role)

    def _remove(self, who: Conn, n: int, it: commands.Remove, wall: float) -> Decision:
        return self.roster.remove(who, it.user)

    def _roster_page(self, who: Conn, n: int, it: commands.RosterPage, wall: float) -> Decision:
        return server.Roster(n, max(0, it.offset), self.roster.page(it.offset, it.limit), len(self.roster))

    def _waiting_room(self, who: Conn, n: int, it: commands.WaitingRoom, wall: float) -> Decision:
        return self.stage.waiting_room(it.on, [person.member.user for person in self.roster.people()])

    def _admit(self, who: Conn, n: int, it: commands.Admit, wall: float) -> Decision:
        waiting = self.lobby.users()
        if it.user and it.user not in waiting:
            raise CommandRefused(Refuse.UNKNOWN)
        return self.stage.admit([it.user] if it.user else waiting) if it.yes else None

    def _may_publish(self, who: Conn, n: int, it: commands.MayPublish, wall: float) -> Decision:
        if it.user and it.sources is not None and self.roster.known(it.user).staff:
            raise CommandRefused(Refuse.NOT_ALLOWED)
        return self.stage.may_publish(it)

    def _spotlight(self, who: Conn, n: int, it: commands.Spotlight, wall: float) -> Decision:
        if it.user:
            self.roster.known(it.user)
        return self.stage.spotlight(it.user)

    def _record(self, who: Conn, n: int, it: commands.RecordClass, wall: float) -> Decision:
        return self.stage.record(it.on, who.user, wall)

    def _caption(self, who: Conn, n: int, it: commands.Caption, wall: float) -> Decision:
        if not captions.may_caption(self.stage, who):
            raise CommandRefused(Refuse.NOT_ALLOWED)
        captions.captioned(who, it)
        return None

    _DECIDE: ClassVar[dict[type[Any], Callable[..., Decision]]] = {
        commands.Say: _say,
        commands.Unsay: _unsay,
        commands.OlderChat: _older_chat,
        commands.Hand: _hand,
        commands.LowerHand: _lower_hand,
        commands.React: _react,
        commands.OpenPoll: _open_poll,
        commands.Vote: _vote,
        commands.ClosePoll: _close_poll,
        commands.RevealPoll: _reveal_poll,
        commands.Lead: _lead,
        commands.View: _view,
        commands.Lock: _lock,
        commands.SetRole: _set_role,
        commands.Remove: _remove,
        commands.RosterPage: _roster_page,
        commands.WaitingRoom: _waiting_room,
        commands.Admit: _admit,
        commands.MayPublish: _may_publish,
        commands.Spotlight: _spotlight,
        commands.RecordClass: _record,
        commands.Caption: _caption,
    }

    # applying

    def apply(self, kept: Kept) -> list[Conn]:
        """Let a fact hold; returns the connections whose rights it changed or ended."""
        match kept:
            case records.Said():
                self.chat.apply_said(kept)
            case records.Unsaid():
                self.chat.apply_unsaid(kept)
            case records.HandUp():
                self.hands.apply_up(kept)
            case records.HandsDown():
                self.hands.apply_down(kept)
            case records.PollOpened():
                self.polls.apply_opened(kept)
            case records.Voted():
                self.polls.apply_voted(kept)
            case records.PollClosed():
                self.polls.apply_closed(kept)
            case records.PollRevealed():
                self.polls.apply_revealed(kept)
            case records.Led():
                self.lead.apply(kept)
            case records.Locked():
                self.locks.apply(kept)
            case records.RoleGiven():
                return self.roster.apply_role(kept)
            case records.Removed():
                return self.roster.apply_removed(kept)
            case records.Revoked():
                return self.roster.apply_revoked(kept)
            case records.StageSet():
                self.stage.apply(kept)
        return []

    def apply_record(self, record: Record) -> list[Conn]:
        """`apply`, and remember which request it was."""
        if record.conn:
            numbers = self._answered.pop(record.conn, [])
            self._answered[record.conn] = [*numbers[1 - ANSWERS :], record.n]
            if len(self._answered) > ANSWERED:
                del self._answered[next(iter(self._answered))]
        return self.apply(record.kept)

    def was_answered(self, conn: str, n: int) -> bool:
        """Whether request ``n`` of ``conn`` was carried out and kept, by this owner or an earlier one."""
        return n in self._answered.get(conn, ())

    # looking

    def shown(self, seq: int, *, staff: bool) -> state.Classroom:
        """The class as of event ``seq``, as staff or others may see it."""
        return state.Classroom(
            seq,
            self.roster.listed(),
            self.roster.summary(),
            self.hands.all(),
            self.chat.recent(),
            self.polls.all_shown(staff=staff),
            self.lead.view,
            self.locks.all(),
            self.stage.stage,
            self.lobby.members() if staff else [],
        )

    def personal(self, shown: state.Classroom, user: str) -> state.Classroom:
        """``shown`` with what ``user`` ticked in the polls; the same object when that is nothing."""
        answers = self.polls.answers_of(user)
        if not answers:
            return shown
        polls = [replace(poll, mine=answers.get(poll.id, [])) for poll in shown.polls]
        return replace(shown, polls=polls)

    # the kept part

    def snapshot(self) -> Snapshot:
        """Everything that is kept."""
        roles, removed, revoked = self.roster.kept()
        return Snapshot(
            chat=self.chat.all(),
            next_chat=self.chat.next_id,
            hands=self.hands.all(),
            polls=self.polls.stored(),
            next_poll=self.polls.next_id,
            leader=self.lead.view.user,
            locked=sorted(self.locks.locked),
            roles=roles,
            removed=removed,
            revoked=revoked,
            answered=dict(self._answered),
            stage=self.stage.stage,
            admitted=list(self.stage.admitted),
        )

    def restore(self, kept: Snapshot) -> None:
        """Start from a snapshot."""
        for message in kept.chat:
            self.chat.apply_said(records.Said(message))
        self.chat.next_id = max(self.chat.next_id, kept.next_chat)
        for hand in kept.hands:
            self.hands.apply_up(records.HandUp(hand))
        self.polls.restore(kept.polls)
        self.polls.next_id = max(self.polls.next_id, kept.next_poll)
        self.lead.apply(records.Led(kept.leader))
        for doc in kept.locked:
            self.locks.apply(records.Locked(doc, True))
        self.roster.restore(kept.roles, kept.removed, kept.revoked)
        self._answered = dict(kept.answered)
        self.stage.restore(kept.stage, kept.admitted)
