"""Leaving without a stampede: sockets are closed in jittered steps."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

STEP_SECONDS = 0.1
SHARE = 0.7
"""Of the deadline; the rest is for clients to answer the close."""
FEW = 50
"""So many go at once."""
T = TypeVar("T")


def steps(items: Sequence[T], deadline: float, random: Random) -> Iterator[tuple[float, list[T]]]:
    """``(pause, batch)``: wait so many seconds, then close the batch. All within `SHARE` of ``deadline``."""
    left = list(items)
    random.shuffle(left)
    count = max(1, int(deadline * SHARE / STEP_SECONDS))
    size = max(FEW, -(-len(left) // count))
    first = True
    while left:
        batch, left = left[:size], left[size:]
        yield (0.0 if first else STEP_SECONDS * random.uniform(0.5, 1.0)), batch
        first = False
