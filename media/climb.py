"""Finding out whether a receiver could take more than its estimate says, and coming down when it cannot take that much.

A receiver-side estimate (REMB) never passes one and a half times what arrives, and grows some per cent a second: a
viewer of a low layer would stay there. So when the estimate shows that the link is not the limit, the next step is
granted on trial. It stays while nothing points to congestion; a trial that fails is not repeated soon.

Nor does such an estimate always fall when the link is too narrow. It goes by growing delay, and behind a queue that is
full all the time delay does not grow: what does not fit is lost. So loss alone brings a receiver down too, to what got
through, and nothing is tried for a while after any fall.
"""

from dataclasses import dataclass

SPARE = 1.15
"""The link is not the limit while the estimate is this many times what is sent."""
FALL = 0.8
LOSS = 0.08
"""A trial does not stand with more."""
TOO_MUCH_LOSS = 0.15
"""What is sent does not fit. Links that lose some of everything, however little is sent, mostly lose less."""
SETTLE_SECONDS = 2.0
EFFECT_SECONDS = 4.0
"""Until coming down has had its effect: a keyframe is waited for, a queue runs empty, losses are counted."""
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
    last: float = 0.0
    """The estimate when it was last asked for."""
    through: float = 0.0
    """Bits a second that got through when it was too much: the most planned with until `next_at`. 0: no bound."""
    failed_at: float = -EFFECT_SECONDS

    def budget(self, estimate: float, sent: float, needed: float | None, loss: float, now: float) -> float:
        """Bits a second to plan with. `sent` is what goes out now, `needed` what the next step would take in all (None:
        everything wanted is sent), `loss` the share that did not arrive at first, repaired or not."""
        fell, self.last = estimate < FALL * self.last, estimate
        if loss > TOO_MUCH_LOSS or fell:
            self._fail(estimate, sent, loss, now)
        elif self.granted:
            self._judge(estimate, sent, loss, now)
        if now < self.next_at and not self.granted:
            return min(estimate, self.through) if self.through else estimate
        self.through = 0.0
        if self.granted and (needed is None or now - self.began_at <= SETTLE_SECONDS):
            return max(estimate, self.granted)
        limited_by_us = estimate >= SPARE * sent or (self.granted and now - self.began_at > self.wait)
        if needed is not None and needed > estimate and limited_by_us and now >= self.next_at and loss <= LOSS / 2:
            self.granted, self.began_at, self.best = max(needed, self.granted), now, estimate
            self.next_at = now + self.wait
        return max(estimate, self.granted)

    def _judge(self, estimate: float, sent: float, loss: float, now: float) -> None:
        """Whether the trial fails, or was right."""
        self.best = max(self.best, estimate)
        settled = now - self.began_at > SETTLE_SECONDS
        if loss > LOSS or (settled and estimate < FALL * self.best):
            self._fail(estimate, sent, loss, now)
        elif estimate >= self.granted:
            self.granted, self.wait = 0.0, FIRST_WAIT

    def _fail(self, estimate: float, sent: float, loss: float, now: float) -> None:
        """Too much: come down. What happens until that has had its effect is the same failure."""
        self.granted = 0.0
        if now - self.failed_at <= EFFECT_SECONDS:
            return
        self.failed_at = now
        self.through = min(estimate, sent * (1 - loss)) if loss > LOSS else estimate
        self.wait = min(LONGEST_WAIT, self.wait * 2)
        self.next_at = now + self.wait
