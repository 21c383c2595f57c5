"""Who is here: people by user id, each with their connections; roles given in the room; who was sent out.

Somebody whose last connection went is still here for `LEAVE_SECONDS`: a reload or a moved gateway is no news.
"""

from collections.abc import Iterator
from operator import attrgetter

from realtime.frames.state import Member, Summary
from realtime.grants import Grant
from realtime.limits import Limits
from realtime.refusals import Refuse
from realtime.roles import STAFF, Role
from rooms.classroom.records import Removed, Revoked, RoleGiven
from rooms.conn import Conn
from rooms.errors import CommandRefused

LEAVE_SECONDS = 2.0
FULL_AGAIN_SHARE = 0.8
"""A summarised roster is listed again when there are so many of `Limits.roster_full` left."""
_RANK = {role: rank for rank, role in enumerate(Role)}
MAX_PAGE = 500


class Person:
    """One person: what others see of them, and their connections."""

    __slots__ = ("conns", "leaves_at", "member")

    def __init__(self, member: Member) -> None:
        self.member = member
        self.conns: dict[str, Conn] = {}
        self.leaves_at: float | None = None

    @property
    def staff(self) -> bool:
        return self.member.role in STAFF


class Roster:
    """People, and what is kept about them."""

    __slots__ = ("_given", "_leaving", "_limits", "_people", "_removed", "_revoked", "full", "left", "news")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._people: dict[str, Person] = {}
        self._given: dict[str, Role] = {}
        self._removed: dict[str, None] = {}
        self._revoked: dict[str, float] = {}
        self._leaving: dict[str, Person] = {}
        self.full = True
        """Whether everybody is listed; above `Limits.roster_full` people only staff are."""
        self.news: dict[str, Member] = {}
        """Who came, or changed, since the last `take_news`."""
        self.left: dict[str, Member] = {}

    # coming and going

    def admits(self, grant: Grant) -> bool:
        """Whether a grant opens the room: its person was not removed, and it was not withdrawn."""
        withdrawn = grant.issued <= self._revoked.get(grant.user, -1.0)
        return grant.user not in self._removed and not withdrawn

    def is_removed(self, user: str) -> bool:
        """Whether somebody was sent out for good."""
        return user in self._removed

    def enter(self, conn: Conn) -> None:
        """A connection is in; its role is set to what holds here."""
        conn.set_role(self.role_of(conn.grant))
        person = self._people.get(conn.user)
        if person is None:
            person = self._people[conn.user] = Person(Member(conn.user, conn.grant.shown_name, conn.role.value))
            self._came(person)
        person.leaves_at = None
        self._leaving.pop(conn.user, None)
        person.conns[conn.id] = conn
        self._refresh(person, conn.grant.shown_name)

    def leave(self, conn: Conn, now: float) -> None:
        """A connection is gone; with their last one a person is about to leave."""
        person = self._people.get(conn.user)
        if person is None or person.conns.pop(conn.id, None) is None:
            return
        if person.conns:
            self._refresh(person, person.member.name)
        else:
            person.leaves_at = now + LEAVE_SECONDS
            self._leaving[conn.user] = person

    def expire(self, now: float) -> list[str]:
        """Let go of who has been away for `LEAVE_SECONDS`; their user ids."""
        away = [user for user, person in self._leaving.items() if (person.leaves_at or 0.0) <= now]
        for user in away:
            self._drop(user)
        return away

    @property
    def next_leave(self) -> float | None:
        """When `expire` has something to do."""
        return min((person.leaves_at or 0.0 for person in self._leaving.values()), default=None)

    # what staff decide

    def give_role(self, by: Conn, user: str, role: str) -> RoleGiven | None:
        """Decide a role; teachers keep theirs, and only teachers make assistants or change them."""
        person = self.known(user)
        if role not in (Role.ASSISTANT, Role.STUDENT, Role.OBSERVER):
            raise CommandRefused(Refuse.MALFORMED)
        self._check_rank(by, person, Role(role))
        return None if person.member.role == role else RoleGiven(user, role)

    def remove(self, by: Conn, user: str) -> Removed:
        """Decide that somebody is sent out for good."""
        self._check_rank(by, self.known(user), Role.STUDENT)
        return Removed(user)

    def apply_role(self, given: RoleGiven) -> list[Conn]:
        """Returns the connections whose role is another now."""
        self._given[given.user] = Role(given.role)
        person = self._people.get(given.user)
        if person is None:
            return []
        for conn in person.conns.values():
            conn.set_role(self.role_of(conn.grant))
        self._refresh(person, person.member.name)
        return list(person.conns.values())

    def apply_removed(self, removed: Removed) -> list[Conn]:
        """Returns the connections to close."""
        self._removed[removed.user] = None
        return self.conns_of(removed.user)

    def apply_revoked(self, revoked: Revoked) -> list[Conn]:
        """Returns the connections to close."""
        self._revoked[revoked.user] = revoked.at
        return self.conns_of(revoked.user)

    # asking

    def __len__(self) -> int:
        return len(self._people)

    def known(self, user: str) -> Person:
        """Somebody who is here; else refuse with ``unknown``."""
        person = self._people.get(user)
        if person is None:
            raise CommandRefused(Refuse.UNKNOWN)
        return person

    def member(self, user: str) -> Member:
        return self.known(user).member

    def conns_of(self, user: str) -> list[Conn]:
        person = self._people.get(user)
        return list(person.conns.values()) if person else []

    def is_here(self, user: str) -> bool:
        return user in self._people

    def summary(self) -> Summary:
        return Summary(len(self._people), self.full)

    def listed(self) -> list[Member]:
        """Everybody, or staff only when presence is summarised."""
        return [person.member for person in self._people.values() if self.full or person.staff]

    def page(self, offset: int, limit: int) -> list[Member]:
        """A page of everybody, by name."""
        members = sorted((person.member for person in self._people.values()), key=attrgetter("name", "user"))
        offset = max(0, offset)
        return members[offset : offset + min(max(0, limit), MAX_PAGE)]

    # news for the announcer

    def take_news(self) -> tuple[list[Member], list[Member]]:
        """Who came or changed, and who left, since the last call."""
        news, left = list(self.news.values()), list(self.left.values())
        self.news, self.left = {}, {}
        return news, left

    def settle_fullness(self) -> bool:
        """Choose between list and summary by the number of people; True when that has changed."""
        bound = self._limits.roster_full
        before = self.full
        self.full = len(self._people) <= (bound if before else int(bound * FULL_AGAIN_SHARE))
        return self.full != before

    # the kept part

    def kept(self) -> tuple[dict[str, str], list[str], dict[str, float]]:
        """Roles given, who was removed, whose grants were withdrawn when."""
        return {user: role.value for user, role in self._given.items()}, list(self._removed), dict(self._revoked)

    def restore(self, roles: dict[str, str], removed: list[str], revoked: dict[str, float]) -> None:
        self._given = {user: Role(role) for user, role in roles.items()}
        self._removed = dict.fromkeys(removed)
        self._revoked = dict(revoked)

    # inside

    def role_of(self, grant: Grant) -> Role:
        """What somebody with this grant is here."""
        return grant.role if grant.role is Role.TEACHER else self._given.get(grant.user, grant.role)

    def _check_rank(self, by: Conn, person: Person, role: Role) -> None:
        above = person.member.role == Role.TEACHER
        needs_teacher = Role.ASSISTANT in (person.member.role, role)
        if above or (needs_teacher and by.role is not Role.TEACHER):
            raise CommandRefused(Refuse.NOT_ALLOWED)

    def _refresh(self, person: Person, name: str) -> None:
        """Others see the strongest role of a person's connections."""
        role = min((conn.role for conn in person.conns.values()), key=_RANK.__getitem__)
        member = Member(person.member.user, name, role.value)
        if member != person.member:
            person.member = member
            self._came(person)

    def _came(self, person: Person) -> None:
        self.left.pop(person.member.user, None)
        self.news[person.member.user] = person.member

    def _drop(self, user: str) -> None:
        self._leaving.pop(user)
        person = self._people.pop(user)
        self.news.pop(user, None)
        self.left[user] = person.member

    def people(self) -> Iterator[Person]:
        return iter(self._people.values())
