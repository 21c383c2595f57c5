"""Saved answers of one attempt, merged: the highest sequence number of each question wins.

The client numbers each change of an answer and sends it again until it is acknowledged. Merging is a join: it does not
matter in which order saves arrive, how often, or through which of two tabs; equal numbers with different answers are
settled by their bytes, the same way everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rest.assessment.responses import Response, encode_response

MOST = 2**53 - 1
"""The largest sequence number: what a browser counts exactly."""


@dataclass(frozen=True, slots=True)
class Save:
    """An answer to ``item`` as the client's change ``seq``; None clears it."""

    item: str
    seq: int
    response: Response | None

    def rank(self) -> tuple[int, bytes]:
        return self.seq, encode_response(self.response)


Saved = Mapping[str, Save]
"""The newest save of each question, by item."""


def merge(saved: Saved, incoming: Iterable[Save]) -> dict[str, Save]:
    """``saved`` with ``incoming`` joined in; neither is changed."""
    newest = dict(saved)
    for save in incoming:
        known = newest.get(save.item)
        if known is None or save.rank() > known.rank():
            newest[save.item] = save
    return newest


def changed(before: Saved, after: Saved) -> list[Save]:
    """The saves of ``after`` that ``before`` has not: what has to be written."""
    return [save for item, save in after.items() if before.get(item) != save]


def acknowledged(saved: Saved) -> dict[str, int]:
    """Per question the number up to which the client may forget; say it only once the saves are durable."""
    return {item: save.seq for item, save in saved.items()}


def answers(saved: Saved) -> dict[str, Response]:
    """The answers as they stand, cleared ones left out."""
    return {item: save.response for item, save in saved.items() if save.response is not None}
