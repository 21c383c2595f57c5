"""Where a reader stands in a room's stream."""

import msgspec


class Position(msgspec.Struct, frozen=True, order=True, array_like=True):
    """``(epoch, seq)``: which ownership of the room, and how many messages into it.

    A higher epoch is a later owner. Within one epoch ``seq`` grows by one a message, so a step of more than
    one is a gap, and a new epoch is a gap of unknown size.
    """

    epoch: int = 0
    seq: int = 0

    def follows(self, last: "Position") -> bool:
        """Whether this is the very next message after ``last`` (nothing was lost between them)."""
        return self.epoch == last.epoch and self.seq == last.seq + 1
