"""How long a room gathers before it sends: a moment while there is headroom, milliseconds when there is none.

At ease the first edit after a pause goes out at once: the window only keeps two flushes apart. Where edits come in
company (a class that is told to type, machines in step), the first waits a moment for the others; under load, always.
"""

from math import ceil

EASY, STRAINED, FULL = 0.55, 0.8, 0.92
"""The share of time the process is busy below which nothing widens, from which windows are as wide as they may be, and
from which no time is left: what the machine takes for others does not show in our share."""
STRETCH = 2.25
"""Times the widest, when no time is left: then what is not gathered waits in line for longer than that."""
AT_EASE = 0.003
"""Between two flushes of one room: half of it is what an edit in a dense stream waits, and nobody sees that."""
COMMIT_AT_EASE = 0.012
COMPANY_SECONDS = 0.002
"""Edits that come so soon after the first are its company,"""
COMPANY = 3
"""when there are so many, it included."""
GATHER_SECONDS = 0.002
"""What the first waits at most where company is the rule,"""
GATHER_TURNS = 2
"""and not longer than until so many turns of the loop in a row brought nobody."""
TOGETHER = 8
"""Common moments of all rooms in a window."""
_MEMORY = 0.25


def flush_window(load: float, widest: float, least: float = 0.0) -> float:
    """Seconds between two flushes of a room. ``load`` is the share of time the process was busy lately, 0 to 1."""
    at_ease = min(max(least, AT_EASE), widest)
    if load <= EASY or at_ease == widest:
        return at_ease
    if load <= STRAINED:
        return at_ease + (load - EASY) / (STRAINED - EASY) * (widest - at_ease)
    return widest * (1 + (STRETCH - 1) * min(1.0, (load - STRAINED) / (FULL - STRAINED)))


def flush_at(window: float, flushed_at: float, now: float) -> float:
    """When what came ``now`` is flushed (monotonic seconds), in a room that keeps ``window`` between two flushes.

    At ease the first edit after a pause goes out at once: a person's next key is far. Where windows are wider the first
    waits for others too, and rooms flush at common moments: time is short, and a waking costs as much as a flush."""
    if window <= AT_EASE:
        return flushed_at + window
    common = window / TOGETHER
    return ceil((now + window) / common) * common


def commit_window(load: float, widest: float) -> float:
    """Seconds between the starts of two commits of a process.

    The first after a pause is at once. A commit costs this process as much as sending to ten people (two system calls
    and a process woken), so at ease they keep `COMMIT_AT_EASE` apart: half of it is what a promise takes longer."""
    strain = min(1.0, max(0.0, (load - EASY) / (STRAINED - EASY)))
    return COMMIT_AT_EASE + strain * max(0.0, widest - COMMIT_AT_EASE)


class Company:
    """Learns from when edits come whether the first of several should wait for the others."""

    __slots__ = ("_came", "_share", "_since", "_turns")

    def __init__(self) -> None:
        self._since = float("-inf")
        self._came = 0
        self._share = 0.0
        """Of the last few first edits, how many had company."""
        self._turns = 0
        """Of the loop, since anybody came."""

    def came(self, count: int, now: float) -> None:
        """``count`` messages came at ``now`` (monotonic seconds)."""
        self._turns = 0
        if now - self._since <= COMPANY_SECONDS:
            self._came += count
            return
        self._share += ((self._came >= COMPANY) - self._share) * _MEMORY
        self._since, self._came = now, count

    @property
    def is_expected(self) -> bool:
        return self._share > 0.5

    def is_complete(self, now: float) -> bool:
        """Asked once a turn of the loop: whether there is nobody left to wait for."""
        self._turns += 1
        return self._turns > GATHER_TURNS or now - self._since > GATHER_SECONDS
