"""How much of what one receiver is sent of a video does not arrive at first. Pure.

Its reports do not say: browsers count a packet that was repaired as received, and repairs can hide that a link is so
full that a third of everything is lost on it. What they ask for again does say, each packet once.
"""

ENOUGH_PACKETS, LONGEST_SECONDS = 40, 2.0
"""How many packets a share is about, or those of how long: with fewer it says little."""


class Missed:
    """`asked` for each number in a NACK, `share` about once a second with the count of packets sent so far."""

    __slots__ = ("_asked", "_newest", "_sent", "_share", "_since")

    def __init__(self) -> None:
        self._newest = -1
        self._asked = self._sent = 0
        self._share = self._since = 0.0

    def asked(self, seq: int) -> None:
        """The receiver asks for packet `seq` (unwrapped, outgoing), perhaps not for the first time."""
        if seq > self._newest:
            self._newest = seq
            self._asked += 1

    def share(self, sent: int, now: float) -> float:
        """0 to 1, of the last packets."""
        passed = sent - self._sent
        if passed >= ENOUGH_PACKETS or now - self._since >= LONGEST_SECONDS:
            self._share = min(1.0, self._asked / passed) if passed else 0.0
            self._asked, self._sent, self._since = 0, sent, now
        return self._share
