"""How long a busy room gathers before it sends: nothing while there is headroom, milliseconds when there is none.

The first edit after a pause goes out at once, whatever the window: the window only keeps two flushes apart.
"""

EASY, STRAINED = 0.55, 0.9
"""The share of time the process is busy below which nothing widens, and above which all is as wide as it gets."""
SECONDS_A_RECEIVER = 10e-6
"""A flush costs at least a system call a receiver: large rooms keep that much apart even at ease,"""
WIDEST_AT_EASE = 0.002
"""but never more than this."""
COMMIT_AT_EASE = 0.012


def flush_window(load: float, receivers: int, widest: float, least: float = 0.0) -> float:
    """Seconds between two flushes of a room. ``load`` is the share of time the process was busy lately, 0 to 1."""
    at_ease = min(max(least, min(receivers * SECONDS_A_RECEIVER, WIDEST_AT_EASE)), widest)
    if load <= EASY:
        return at_ease
    strain = min(1.0, (load - EASY) / (STRAINED - EASY))
    return min(widest, at_ease + strain * (widest - at_ease))


def commit_window(load: float, widest: float) -> float:
    """Seconds between the starts of two commits of a process.

    The first after a pause is at once. A commit costs this process as much as sending to ten people (two system calls
    and a process woken), so at ease they keep `COMMIT_AT_EASE` apart: half of it is what a promise takes longer."""
    strain = min(1.0, max(0.0, (load - EASY) / (STRAINED - EASY)))
    return COMMIT_AT_EASE + strain * max(0.0, widest - COMMIT_AT_EASE)
