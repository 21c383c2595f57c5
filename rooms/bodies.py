"""Documents as this package makes them: with the deployment's limits, a board where the name says so."""

from crdt.awareness import AwarenessTable
from crdt.board import Board
from crdt.document import Document
from crdt.limits import DocumentLimits, ScreenLimits
from realtime.ids import is_board
from realtime.limits import Limits
from rooms.log import Stored


def document_limits(limits: Limits) -> DocumentLimits:
    """The deployment's limits in the words of `crdt`."""
    screen = ScreenLimits(max_bytes=limits.update_bytes, max_depth=limits.nesting_depth, max_string=limits.update_bytes)
    return DocumentLimits(
        screen=screen,
        max_document_bytes=limits.document_bytes,
        max_pending_bytes=limits.pending_bytes,
        max_state_vector_bytes=limits.state_vector_bytes,
    )


def load_body(name: str, stored: Stored, limits: DocumentLimits) -> Document:
    """A document from what the log holds, a `Board` where the name says so; raises `DocumentCorrupt`."""
    kind = Board if is_board(name) else Document
    return kind.load(stored.blobs(), limits)


def new_awareness(limits: Limits) -> AwarenessTable:
    """An empty table of who is where in one document."""
    return AwarenessTable(limits.awareness_bytes, limits.awareness_seconds)
