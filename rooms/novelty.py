"""What an update holds that a document does not, found out without applying it.

Somebody who may only read still answers sync step 1, and a Yjs answer always repeats every deletion of the document.
That is no edit; anything more is.
"""

from crdt.document import Document
from crdt.errors import UpdateRefused
from crdt.joining import merge
from crdt.limits import ScreenLimits
from crdt.pieces import Requirement
from crdt.screen import Screened, screen

EMPTY_UPDATE = b"\x00\x00"


def adds_nothing(document: Document, update: bytes, limits: ScreenLimits) -> bool:
    """True when all of ``update`` is known to ``document``; false when it is not, or cannot be read."""
    if update == EMPTY_UPDATE:
        return True
    try:
        found = screen(update, limits)
    except UpdateRefused:
        return False
    if _beyond(document, found):
        return False
    return not found.deletes or _deletes_nothing(document, update)


def lacking(document: Document, update: bytes, limits: ScreenLimits) -> list[Requirement]:
    """Of an update that was applied: how far ``document`` must know which clients until all of it is integrated."""
    return _beyond(document, screen(update, limits))


def _beyond(document: Document, found: Screened) -> list[Requirement]:
    known = document.clients
    ends = [(client, end) for client, _, end in found.ranges] + list(found.deletes.items())
    return [(client, end) for client, end in ends if end > known.get(client, 0)]


def _deletes_nothing(document: Document, update: bytes) -> bool:
    """The difference from a document's own state vector is its deletions; merging in known ones changes nothing."""
    own = document.diff(document.state_vector())
    return update == own or merge((own, update)) == merge((own, own))
