"""How busy this process was lately: the share by which rooms widen their windows."""

from collections.abc import Callable

SAMPLE_SECONDS = 0.1
RISE, FALL = 0.8, 0.2
"""Weight of the newest sample, where it is more than what was known before and where it is less: a class that begins to
type is felt at once, and windows do not swing."""


class LoadMeter:
    """CPU seconds per second of this process, 0 to 1, smoothed. Both clocks are handed in (seconds)."""

    def __init__(self, cpu: Callable[[], float], now: Callable[[], float]) -> None:
        self._cpu = cpu
        self._now = now
        self._last = (cpu(), now())
        self._share = 0.0

    def __call__(self) -> float:
        """The share; measured anew when the last sample is older than `SAMPLE_SECONDS`."""
        now = self._now()
        cpu_before, before = self._last
        if now - before >= SAMPLE_SECONDS:
            cpu = self._cpu()
            newest = min(1.0, max(0.0, (cpu - cpu_before) / (now - before)))
            self._share += (RISE if newest > self._share else FALL) * (newest - self._share)
            self._last = (cpu, now)
        return self._share
