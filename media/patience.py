"""How long a receiver should hold pictures back so that what its network loses is repaired in time. Pure.

A browser asks again for a repair that did not come after about 100 ms (it assumes that round trip while it sends
nothing itself). A picture shown as soon as it can be is frozen for so long whenever a repair, or the request for it, is
lost too. So on a link that loses packets pictures are held back for one such round, on a bad one for two or three:
until all of them fail less than about once in a minute. Sound follows by itself. The receiver is told in a header
extension (playout-delay). It begins with one round, until it is known what the link loses, and moves slowly: a jump
would be a freeze too.
"""

ONE_ROUND, TWO_ROUNDS, THREE_ROUNDS = 0.25, 0.4, 0.55
"""Seconds."""
STEPS = ((0.0, 0.0), (0.02, ONE_ROUND), (0.04, TWO_ROUNDS), (0.085, THREE_ROUNDS))
"""(From this share of lost packets on, held back for so long)."""
CALM = 0.6
"""It is waited less again below this share of those."""
FADE = 0.97
"""What is left, after a second, of the worst loss: links that lose in bursts are not believed to be well between."""
MOVE_SECONDS = 0.05
"""By how much pictures are shifted a second."""
KNOWN_REPORTS = 3
SAID_REPORTS = 10
"""So often it is still said that pictures are not held back any more; then nothing is."""
UNIT_SECONDS = 0.01
LONGEST = 1000
"""The most that a receiver may hold by itself, in units. With 0 for both it would show pictures without any order."""


class Patience:
    """One receiver's video. `report` about once a second with the smoothed share of lost packets."""

    __slots__ = ("_calm", "_next_at", "_reports", "_worst", "held", "wanted")

    def __init__(self) -> None:
        self.held = self.wanted = ONE_ROUND
        """Seconds: now, and where it is going."""
        self._worst = 0.0
        self._reports = self._calm = 0
        self._next_at = 0.0

    def report(self, loss: float, now: float) -> bool:
        """Whether packets should say something else from now on."""
        if now < self._next_at:
            return False
        self._next_at = now + 0.8
        self._reports += 1
        self._worst = max(loss, FADE * self._worst)
        if self._reports >= KNOWN_REPORTS:
            self._choose()
        return self._move()

    def _choose(self) -> None:
        index = next(i for i, (_, seconds) in enumerate(STEPS) if seconds >= self.wanted)
        while index + 1 < len(STEPS) and self._worst >= STEPS[index + 1][0]:
            index += 1
        while index and self._worst < CALM * STEPS[index][0]:
            index -= 1
        self.wanted = STEPS[index][1]

    def _move(self) -> bool:
        if self.held == self.wanted:
            self._calm = 0 if self.held else self._calm + 1
            return self._calm == SAID_REPORTS
        self._calm = 0
        step = max(-MOVE_SECONDS, min(MOVE_SECONDS, self.wanted - self.held))
        self.held = round(self.held + step, 3)
        return True

    def said(self) -> bytes:
        """The extension's three bytes: 12 bits the least, 12 bits the most, in units of 10 ms; empty: nothing to
        say."""
        if self._calm >= SAID_REPORTS:
            return b""
        return (round(self.held / UNIT_SECONDS) << 12 | LONGEST).to_bytes(3, "big")
