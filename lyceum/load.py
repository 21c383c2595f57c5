"""How busy the loop was lately: the share by which rooms widen their windows."""

from collections.abc import Callable
from math import exp

SAMPLE_SECONDS = 0.025
RISE = 0.8
"""Weight of a sample that is more than what was known: a class that begins to type is felt at once,"""
FALL_SECONDS = 0.45
"""and forgotten slowly, so that windows do not swing: after so long a third of it is left."""
SPELL_SECONDS, SPELL_SHARE = 0.01, 0.9
"""Who works through such a time has work waiting already, and what waits goes away slowly where hardly any time is
left:"""
SPELL_HOLDS = 0.15
"""then nothing is left for so long, whatever the samples say. They catch up meanwhile: when windows widen, the process
rests for as long as a window, and the sample of that rest is low."""


class LoadMeter:
    """CPU seconds per second, 0 to 1, smoothed. Both clocks are handed in (seconds); whose CPU time it is, too."""

    def __init__(self, cpu: Callable[[], float], now: Callable[[], float]) -> None:
        self._cpu = cpu
        self._now = now
        self._spell = self._sample = (cpu(), now())
        """What the clocks showed when each was begun."""
        self._share = 0.0
        self._full_until = float("-inf")

    def __call__(self) -> float:
        """The share; measured anew when the last look is older than `SPELL_SECONDS`."""
        now = self._now()
        if now - self._spell[1] >= SPELL_SECONDS:
            self._look(self._cpu(), now)
        return 1.0 if now < self._full_until else self._share

    def _look(self, cpu: float, now: float) -> None:
        if _share(self._spell, cpu, now) >= SPELL_SHARE:
            self._full_until = now + SPELL_HOLDS
        self._spell = (cpu, now)
        before = self._sample[1]
        if now - before >= SAMPLE_SECONDS:
            newest = _share(self._sample, cpu, now)
            weight = RISE if newest > self._share else 1 - exp((before - now) / FALL_SECONDS)
            self._share += weight * (newest - self._share)
            self._sample = (cpu, now)


def _share(since: tuple[float, float], cpu: float, now: float) -> float:
    cpu_before, before = since
    return min(1.0, max(0.0, (cpu - cpu_before) / (now - before)))
