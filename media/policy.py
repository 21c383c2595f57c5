"""What rooms allow: the stage as their owners tell it, asked before anybody publishes or receives. Pure.

A room nobody has told of allows what grants do when the node stands alone, and nothing when rooms have owners that can
be asked (`media.untold`).
"""

from collections.abc import Iterable

from media.errors import Forbidden, NotReady
from media.model import SOURCES, Publication, Who
from realtime.envelopes import StageSet
from realtime.frames.state import Stage
from realtime.grants import Grant
from realtime.roles import STAFF, Capability, Role, may

ROOMS_KEPT = 10_000
"""Rooms whose stage is remembered; past it the one told longest ago is forgotten."""
ALL = frozenset(SOURCES)
NONE: frozenset[str] = frozenset()


class Policy:
    """The stages of all rooms of a node."""

    def __init__(self) -> None:
        self.waits = False
        """Nobody may do anything in a room before its owner has spoken."""
        self._told: dict[str, StageSet] = {}

    def knows(self, room: str) -> bool:
        """Whether what holds in the room is known."""
        return not self.waits or room in self._told

    def told_of(self) -> list[str]:
        """The rooms that are remembered."""
        return list(self._told)

    def forget(self, room: str) -> None:
        """The room is another node's now: what was told is not kept up to date any more."""
        self._told.pop(room, None)

    def take(self, told: StageSet) -> bool:
        """Let a stage hold; False when it is not newer than what holds."""
        held = self._told.get(told.room)
        if held is not None and (told.epoch, told.turn) <= (held.epoch, held.turn):
            return False
        self._told.pop(told.room, None)
        self._told[told.room] = told
        if len(self._told) > ROOMS_KEPT:
            del self._told[next(iter(self._told))]
        return True

    def stage(self, room: str) -> Stage:
        held = self._told.get(room)
        return held.stage if held is not None else Stage()

    def enter(self, room: str, grant: Grant, owner: str = "") -> Who:
        """The person behind a grant, as the room has them now. Raises `Forbidden` for who waits or was sent out,
        `NotReady` while that is not known."""
        held = self._told.get(room)
        if held is None and self.waits:
            raise NotReady("this class cannot be reached right now; try again in a moment")
        if held is not None and grant.issued <= held.revoked.get(grant.user, -1.0):
            raise Forbidden("this grant for the room was withdrawn")
        role = self._role(room, grant.user, grant.role)
        who = Who(
            grant.user,
            grant.shown_name,
            role.value,
            role in STAFF,
            may(role, Capability.PUBLISH),
            owner,
            grant.is_for_many,
        )
        if not self.admits(room, who):
            raise Forbidden("you are not in this class: staff have not let you in, or have sent you out")
        return who

    def admits(self, room: str, who: Who) -> bool:
        """Whether somebody may be in the room at all."""
        held = self._told.get(room)
        if held is None:
            return not self.waits
        if who.user in held.removed:
            return False
        return not held.stage.waiting_room or self._is_staff(room, who) or who.user in held.admitted

    def may_send(self, room: str, who: Who) -> frozenset[str]:
        """Which sources somebody may publish now."""
        held = self._told.get(room)
        if held is None:
            return ALL if who.may_publish and not self.waits else NONE
        if not self.admits(room, who):
            return NONE
        if self._is_staff(room, who):
            return ALL
        own = held.stage.people.get(who.user)
        if own is not None:
            return _with_sound(own)
        role = held.roles.get(who.user)
        allowed = who.may_publish if role is None else may(Role(role), Capability.PUBLISH)
        return _with_sound(held.stage.sources) if allowed else NONE

    def _is_staff(self, room: str, who: Who) -> bool:
        held = self._told.get(room)
        given = held.roles.get(who.user) if held is not None and who.role != Role.TEACHER else None
        return who.staff if given is None else Role(given) in STAFF

    def _role(self, room: str, user: str, role: Role) -> Role:
        held = self._told.get(room)
        if held is None or role is Role.TEACHER:
            return role
        return Role(held.roles.get(user, role))


def spotlit(publications: Iterable[Publication], user: str) -> str:
    """The publication of ``user`` that everybody should see: their screen, else what they began last; or empty."""
    theirs = [p for p in publications if user and p.who.user == user]
    shown = [p for p in theirs if any(t.kind == "video" for t in p.tracks.values())] or theirs
    screens = [p for p in shown if any(t.source == "screen" for t in p.tracks.values())] or shown
    return screens[-1].id if screens else ""


def _with_sound(sources: list[str]) -> frozenset[str]:
    return frozenset([*sources, "screen-audio"] if "screen" in sources else sources)
