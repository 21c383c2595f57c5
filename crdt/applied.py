"""What an update came to."""

import enum


class Applied(enum.IntEnum):
    """What an update did; false when it did nothing."""

    DUPLICATE = 0
    """Everything in it was known: neither log nor broadcast it."""
    NEW = 1
    PENDING = 2
    """Some of it waits for an earlier update: log and broadcast it, and ask peers with `Document.state_vector`."""
