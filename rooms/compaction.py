"""When a document's entries are worth a new snapshot.

A snapshot costs the size of the document, a load the snapshot and every entry since. So entries may add up to about as
much as the document itself before it is written anew: loading stays within a small multiple of loading the document
alone, and all snapshots together cost no more than a constant times what was ever written.
"""

from rooms.wear import Wear

MIN_ROWS = 32
SPARE_BYTES = 64 * 1024
SPARE_ROWS = 400
BYTES_PER_ROW = 256
"""Reading one entry costs about as much as reading so many bytes of a snapshot."""
OVERDUE = 8
CLOSING_ROWS = 8
"""When a room is let go nobody waits: fewer entries are worth it."""


def is_due(wear: Wear) -> bool:
    """Whether a live document should get a new snapshot."""
    if wear.rows < MIN_ROWS:
        return False
    many_bytes = wear.rows_bytes > SPARE_BYTES + wear.base_bytes
    return many_bytes or wear.rows > SPARE_ROWS + wear.base_bytes // BYTES_PER_ROW


def is_overdue(wear: Wear) -> bool:
    """Whether it has waited long enough for a calm moment."""
    return wear.rows_bytes > OVERDUE * (SPARE_BYTES + wear.base_bytes) or wear.rows > OVERDUE * SPARE_ROWS


def is_due_at_close(wear: Wear) -> bool:
    """Whether a document should get one before its room is let go."""
    return wear.rows >= CLOSING_ROWS
