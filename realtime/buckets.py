"""Token bucket: a rate with a burst."""


class TokenBucket:
    """Allows ``burst`` at once and ``rate`` a second in the long run.

    The bucket starts full. Each `take` adds what has flowed in since the last one (never past ``burst``) and
    removes the cost if there is enough. Nothing runs in the background: a bucket costs three floats.
    """

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Take ``cost`` at time ``now`` (monotonic seconds); False when the bucket does not hold that much."""
        level = self._level + (now - self._at) * self._rate
        if level > self._burst:
            level = self._burst
        self._at = now
        if level < cost:
            self._level = level
            return False
        self._level = level - cost
        return True

    def wait(self, now: float, cost: float = 1.0) -> float:
        """Seconds until ``cost`` could be taken; 0 when it could be now, infinity when it never fits."""
        if cost > self._burst:
            return float("inf")
        level = min(self._burst, self._level + (now - self._at) * self._rate)
        return max(0.0, (cost - level) / self._rate)
