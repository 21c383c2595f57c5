"""How busy this process was lately: the share by which rooms widen their windows."""

from collections.abc import Callable
from math import exp

SAMPLE_SECONDS = 0.025
RISE = 0.8
"""Weight of a sample that is more than what was known: a class that begins to type is felt at once,"""
FALL_SECONDS = 0.45
"""and forgotten slowly, so that windows do not swing: after so long a third of it is left."""


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
            weight = RISE if newest > self._share else 1 - exp((before - now) / FALL_SECONDS)
            self._share += weight * (newest - self._share)
            self._last = (cpu, now)
        return self._share
