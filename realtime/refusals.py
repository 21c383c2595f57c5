"""Why one request is refused while the connection goes on.

A refusal travels as `frames.server.Refused` with the request's number. ``retry`` says whether the same request can
succeed later without anyone changing anything.
"""

import enum
from typing import NamedTuple


class Refusal(NamedTuple):
    """One kind of "no"."""

    code: str
    message: str
    retry: bool


class Refuse(enum.Enum):
    """Every refusal a room or a gateway gives."""

    READ_ONLY = Refusal("read-only", "You can look at this document but not change it.", False)
    LOCKED = Refusal("locked", "The teacher has locked this document.", False)
    NOT_ALLOWED = Refusal("not-allowed", "Your role does not allow that.", False)
    MALFORMED = Refusal("malformed", "That change could not be read.", False)
    TOO_LARGE = Refusal("too-large", "That change is larger than a document takes.", False)
    SCHEMA = Refusal("schema", "That is not something a board can hold.", False)
    DOCUMENT_FULL = Refusal("document-full", "This document has reached its size limit.", False)
    TOO_MANY_DOCUMENTS = Refusal("too-many-documents", "This room has reached its number of documents.", False)
    QUARANTINED = Refusal(
        "quarantined", "This document could not be loaded; its history is kept and staff can mend it.", False
    )
    UNKNOWN = Refusal("unknown", "That does not exist (any more).", False)
    TOO_LONG = Refusal("too-long", "That text is too long.", False)
    TOO_FAST = Refusal("too-fast", "Slow down a little; that was not taken.", True)
    TOO_MANY = Refusal("too-many", "There are too many of those already.", False)
    CLOSED = Refusal("closed", "That poll is closed.", False)
    STORAGE_AWAY = Refusal(
        "storage-away", "The server cannot save right now; keep this page open, it will retry.", True
    )
    ROOM_BUSY = Refusal("room-busy", "The room has too much to do right now; it will retry.", True)
    ROOM_FULL = Refusal("room-full", "The room has reached its number of people.", True)

    @property
    def code(self) -> str:
        return self.value.code

    @property
    def message(self) -> str:
        return self.value.message

    @property
    def retry(self) -> bool:
        return self.value.retry
