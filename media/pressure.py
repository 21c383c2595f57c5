"""How busy this process is: its CPU time over the wall time, smoothed, on one core."""

import time
from collections.abc import Callable

SMOOTH = 0.3


class CpuMeter:
    """Call `sample` about once a second."""

    def __init__(self, cpu: Callable[[], float] = time.process_time) -> None:
        self._cpu = cpu
        self._last: tuple[float, float] | None = None
        self.pressure = 0.0

    def sample(self, now: float) -> float:
        """0 (idle) to 1 (a whole core); `now` is monotonic seconds."""
        used = self._cpu()
        if self._last is not None and now > self._last[0]:
            share = min(1.0, (used - self._last[1]) / (now - self._last[0]))
            self.pressure += SMOOTH * (share - self.pressure)
        self._last = (now, used)
        return self.pressure
