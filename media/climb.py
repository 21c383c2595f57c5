"""Finding out whether a receiver could take more than its estimate says.

A receiver-side estimate (REMB) never passes one and a half times what arrives, and grows some per cent a second: a
viewer
of a low layer would stay there. So when the estimate shows that the link is not the limit, the next step is granted on
trial. It stays while nothing points to congestion (a falling estimate, loss); a trial that fails is not repeated soon.
"""

from dataclasses import dataclass

SPARE = 1.15
"""The link is not the limit while the estimate is this many times what is sent."""
FALL = 0.8
LOSS = 0.08
SETTLE_SECONDS = 2.0
FIRST_WAIT, LONGEST_WAIT = 3.0, 60.0


@dataclass(slots=True)
class Climb:
    """One receiver. Call `budget` about once a second."""

    granted: float = 0.0
    """Bits a second that a trial allows beyond the estimate; 0 without one."""
    wait: float = FIRST_WAIT
    next_at: float = 0.0
    began_at: float = 0.0
    best: float = 0.0
    """The highest estimate since the trial began."""

    def budget(self, estimate: float, sent: float, needed: float | None, loss: float, now: float) -> float:
        """Bits a second to plan with. `sent` is what goes out now, `needed` what the next step would take in all (None:
        everything wanted is sent), `loss` the share that the receiver missed."""
        if self.granted:
            self.best = max(self.best, estimate)
            settled = now - self.began_at > SETTLE_SECONDS
            if (settled and estimate < FALL * self.best) or loss > LOSS:
                self._fail(now)
                return estimate
            if estimate >= self.granted:
                self.granted, self.wait = 0.0, FIRST_WAIT
            elif needed is None or not settled:
                return self.granted
        limited_by_us = estimate >= SPARE * sent or (self.granted and now - self.began_at > self.wait)
        if needed is not None and needed > estimate and limited_by_us and now >= self.next_at and loss <= LOSS / 2:
            self.granted, self.began_at, self.best = max(needed, self.granted), now, estimate
            self.next_at = now + self.wait
        return max(estimate, self.granted)

    def _fail(self, now: float) -> None:
        self.granted = 0.0
        self.wait = min(LONGEST_WAIT, self.wait * 2)
        self.next_at = now + self.wait
