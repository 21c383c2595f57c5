"""Raised hands: a queue in order of raising. Raising twice keeps the place."""

from realtime.frames.state import Member, RaisedHand
from rooms.classroom.records import HandsDown, HandUp


class Hands:
    """The queue."""

    __slots__ = ("_queue",)

    def __init__(self) -> None:
        self._queue: dict[str, RaisedHand] = {}

    def raise_hand(self, who: Member, at: float) -> HandUp | None:
        """Decide a raised hand; None when it is up already."""
        return None if who.user in self._queue else HandUp(RaisedHand(who.user, who.name, at))

    def lower(self, *users: str) -> HandsDown | None:
        """Decide that hands go down (no user: everybody's); None when none of them is up."""
        up = [user for user in users or self._queue if user in self._queue]
        return HandsDown(up) if up else None

    def apply_up(self, up: HandUp) -> None:
        self._queue.setdefault(up.hand.user, up.hand)

    def apply_down(self, down: HandsDown) -> None:
        for user in down.users:
            self._queue.pop(user, None)

    def all(self) -> list[RaisedHand]:
        """In order."""
        return list(self._queue.values())
