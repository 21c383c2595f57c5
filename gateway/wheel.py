"""One clock hand for all connections, instead of a timer each.

Whatever wants to be looked at around a time stands in the slot of that second. A connection stands in one slot, so ten
thousand of them cost one look each every few seconds, and nothing in between.
"""

from typing import Generic, TypeVar

T = TypeVar("T")


class Wheel(Generic[T]):
    """Slots of one second; times are monotonic seconds."""

    def __init__(self, now: float) -> None:
        self._slots: dict[int, list[T]] = {}
        self._hand = int(now)

    def put(self, item: T, at: float) -> None:
        """Have `turn` return ``item`` once ``at`` has passed (never in the second that is being looked at)."""
        slot = max(int(at) + 1, self._hand + 1)
        self._slots.setdefault(slot, []).append(item)

    def turn(self, now: float) -> list[T]:
        """What is due."""
        due: list[T] = []
        while self._hand < int(now):
            self._hand += 1
            due += self._slots.pop(self._hand, [])
        return due
