"""Sparse memory of what a document was: position to state vector.

A reader at position ``p`` holds everything broadcast up to ``p``, so it lacks at most what came after any checkpoint at
or below ``p``: one difference from there heals it. Positions compare across owners: a later owner starts from all that
was durable before it, so a checkpoint of an old position holds for every later one.
"""

from bisect import bisect_right

from realtime.position import Position

KEPT = 32


class Checkpoints:
    """A bounded list of checkpoints, denser towards the present."""

    __slots__ = ("_positions", "_vectors")

    def __init__(self) -> None:
        self._positions: list[Position] = []
        self._vectors: list[bytes] = []

    def note(self, position: Position, state_vector: bytes) -> None:
        """At ``position`` (later than all before) every reader had been sent what ``state_vector`` tells."""
        self._positions.append(position)
        self._vectors.append(state_vector)
        if len(self._positions) > KEPT:
            # the older half loses every other one
            half = KEPT // 2
            del self._positions[1:half:2]
            del self._vectors[1:half:2]

    @property
    def last(self) -> bytes:
        """The latest state vector noted."""
        return self._vectors[-1]

    def at_or_below(self, position: Position) -> bytes | None:
        """The state vector of the latest checkpoint a reader at ``position`` has passed; None when there is none."""
        index = bisect_right(self._positions, position)
        return self._vectors[index - 1] if index else None
