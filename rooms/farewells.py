"""What was told to the gateways of rooms this worker serves no more, said again for a while.

A gateway whose people only read sends nothing, so it would never find out that a `NotOwner` or `Moved` was lost. Told
twice it does no harm: a gateway that has gone elsewhere ignores it.
"""

from collections.abc import Iterable, Iterator

from realtime.envelopes import Moved, NotOwner

AGAIN_SECONDS = (1.0, 3.0, 7.0, 15.0, 31.0)
"""After the first time."""


class Farewells:
    """By room and gateway: the message, and when it is said next."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], tuple[NotOwner | Moved, float, int]] = {}

    def say(self, message: NotOwner | Moved, gateways: Iterable[str], now: float) -> None:
        """``message`` was sent to ``gateways``."""
        for gateway in gateways:
            self._said[message.room, gateway] = message, now, 0

    def back(self, room: str, gateway: str) -> None:
        """The gateway is attached to the room here again."""
        self._said.pop((room, gateway), None)

    def due(self, now: float, *, all: bool = False) -> Iterator[tuple[str, NotOwner | Moved]]:
        """Gateway and message of what is to be said again (``all``: everything, because the bus was away)."""
        for key, (message, since, times) in list(self._said.items()):
            if not all and now - since < AGAIN_SECONDS[times]:
                continue
            yield key[1], message
            if times + 1 < len(AGAIN_SECONDS):
                self._said[key] = message, since, times + (not all)
            else:
                del self._said[key]
