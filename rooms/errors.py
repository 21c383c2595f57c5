"""Everything this package raises.

::

    RoomsError
    ├── CommandRefused      one request of one person is refused; `refuse` is the table entry
    ├── StorageAway         the log cannot be reached right now; the same call may succeed later
    ├── StaleEpoch          another worker has opened the room since: this one may write no more
    └── UnknownDocument     an operator named a document the log does not hold
"""

from realtime.refusals import Refuse


class RoomsError(Exception):
    """Root of the tree. ``code`` is stable and for machines; ``str()`` is for people."""

    code = "rooms"


class CommandRefused(RoomsError):
    """A command that was not carried out and changed nothing."""

    code = "command-refused"

    def __init__(self, refuse: Refuse) -> None:
        super().__init__(refuse.message)
        self.refuse = refuse


class StorageAway(RoomsError):
    """The log cannot be reached or does not answer; nothing is known about what was under way."""

    code = "storage-away"


class StaleEpoch(RoomsError):
    """The room was opened by another owner since; the message names both epochs."""

    code = "stale-epoch"


class UnknownDocument(RoomsError):
    """No such document in the log."""

    code = "unknown-document"
