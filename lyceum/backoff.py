"""How long to wait before something that died is started again."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Doubling delays in seconds, forgotten after a run that lasted.

    The first death after a healthy run costs ``first`` seconds; each one that follows quickly doubles it, up to
    ``cap``; a run of ``healthy`` seconds or more starts over.
    """

    first: float = 0.1
    cap: float = 5.0
    healthy: float = 30.0
    _quick_deaths: int = 0

    def delay(self, ran_for: float) -> float:
        """Seconds to wait, given how many seconds the run that just ended lasted."""
        if ran_for >= self.healthy:
            self._quick_deaths = 0
        wait = min(self.cap, self.first * 2.0 ** min(self._quick_deaths, 32))
        self._quick_deaths += 1
        return wait
