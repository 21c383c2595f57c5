# pyright: strict
"""Ids of records: UUID version 7 (RFC 9562 §5.7), which sort by the time they were made."""

from collections.abc import Callable
from uuid import UUID

from realtime.clock import Clock

_VERSION = 7 << 76
_VARIANT = 2 << 62


def uuid7(unix_seconds: float, random_bytes: Callable[[int], bytes]) -> UUID:
    """An id of this moment: 48 bits of Unix milliseconds, 74 random bits. Time and randomness are handed in."""
    milliseconds = int(unix_seconds * 1000) & ((1 << 48) - 1)
    random = int.from_bytes(random_bytes(10))
    high, low = random >> 68, random & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low)


class Ids:
    """Makes ids and secrets for the shells: one source of time and one of randomness."""

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random = random_bytes

    def new(self) -> UUID:
        """A fresh record id."""
        return uuid7(self._clock.wall(), self._random)

    def secret(self, size: int = 32) -> bytes:
        """``size`` unguessable bytes."""
        return self._random(size)
