"""The engine (pycrdt, which is Yrs): what is applied, merged and encoded goes through here.

It works on the engine's inner document, because the public wrapper doubles the cost of applying one character (1.9 us
against 0.9). Those names are not promised by pycrdt: its version is pinned, and `tests/crdt/test_engine.py` holds them.
A document is used by the thread that made it, and by one transaction at a time.
"""

from collections.abc import Sequence
from typing import Any

import pycrdt

from crdt.errors import DocumentCorrupt, UpdateRefused

EMPTY_UPDATE = b"\x00\x00"
EMPTY_STATE_VECTOR = b"\x00"

MERGED_AT_ONCE = 32
NOT_APPLIED = "Cannot apply update"


def _raise(error: BaseException) -> None:
    """What the engine raises, in this package's words. A Rust panic arrives as a `BaseException` of its own kind."""
    if isinstance(error, ValueError) or (isinstance(error, RuntimeError) and str(error).startswith(NOT_APPLIED)):
        raise UpdateRefused("malformed", "The engine cannot read the update.") from error
    if type(error).__name__ == "PanicException":
        raise DocumentCorrupt("engine-panic", "The engine broke while applying; the document must be reloaded.") from (
            error
        )
    raise error


class Engine:
    """One document inside the engine."""

    __slots__ = ("_inner", "doc")

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        """The public wrapper, for reading shared types."""
        self._inner: Any = self.doc._doc  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]

    def apply(self, update: bytes) -> None:
        """Apply one screened update."""
        transaction = self._inner.create_transaction()
        try:
            self._inner.apply_update(transaction, update)
        except BaseException as error:
            _raise(error)
        finally:
            transaction.drop()

    def apply_watched(self, update: bytes) -> bytes | None:
        """Apply, and give what of it was news (a new item, or a deletion that was not known) as an update of its own;
        None when nothing was."""
        news: list[bytes] = []

        def heard(event: Any) -> None:
            news.append(event.update)

        subscription = self._inner.observe(heard)
        try:
            self.apply(update)
        finally:
            subscription.drop()
        return news[-1] if news else None

    def rehearse(self, update: bytes) -> None:
        """Refuse what the engine would break off half-way, by trying it on a copy. Costs the whole document."""
        copy = Engine()
        copy.apply(self.diff())
        copy.apply(update)

    @staticmethod
    def check(update: bytes) -> None:
        """Refuse what the engine could not decode, without applying it."""
        try:
            pycrdt.get_state(update)
        except BaseException as error:
            _raise(error)

    def state_vector(self) -> bytes:
        """What is integrated, of each client."""
        transaction = self._inner.create_transaction()
        try:
            return self._inner.get_state(transaction)
        finally:
            transaction.drop()

    def diff(self, state_vector: bytes = EMPTY_STATE_VECTOR) -> bytes:
        """Everything integrated that ``state_vector`` does not cover, and all deletions."""
        transaction = self._inner.create_transaction()
        try:
            return self._inner.get_update(transaction, state_vector)
        finally:
            transaction.drop()


def merge(updates: Sequence[bytes]) -> bytes:
    """One update with the effect of all ``updates`` (at least one), which one document integrated in this order.

    Measured: the engine's merge takes time by the square of their number, so many are merged a few at a time."""
    try:
        while len(updates) > 1:
            updates = [
                pycrdt.merge_updates(*updates[start : start + MERGED_AT_ONCE])
                for start in range(0, len(updates), MERGED_AT_ONCE)
            ]
    except BaseException as error:
        _raise(error)
    return updates[0]
