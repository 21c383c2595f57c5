"""What still loads of a document whose log does not: pure, and slow without harm.

The stored updates of a document are its snapshot and the entries after it, oldest first. `salvage` finds the ones at
fault and makes a state of the others: up to the first that is damaged, or all but the damaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crdt.errors import DocumentCorrupt
from crdt.limits import DocumentLimits
from rooms.bodies import load_body
from rooms.log import Stored

MOST_DAMAGED = 64
"""Each damaged update costs another load; a log with more of them is better cut where the damage begins."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One stored update that does not load: its place among those given, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Salvage:
    """``state`` is one Yjs update that holds what was kept; ``left_out`` are places among the updates given."""

    state: bytes
    kept: int
    left_out: tuple[int, ...]
    damaged: tuple[Damage, ...]


def first_damage(name: str, blobs: Sequence[bytes], limits: DocumentLimits) -> Damage | None:
    """The first of ``blobs`` with which the document ``name`` does not load."""
    try:
        load_body(name, Stored(rows=list(blobs)), limits)
    except DocumentCorrupt as error:
        index = error.index if error.index is not None else _shortest_that_fails(name, blobs, limits)
        return Damage(index, f"{error.code}: {error.message}")
    return None


def _shortest_that_fails(name: str, blobs: Sequence[bytes], limits: DocumentLimits) -> int:
    """The place of the update that makes the others fail when the engine does not say which one it was."""
    low, high = 0, len(blobs) - 1
    while low < high:
        middle = (low + high) // 2
        if _loads(name, blobs[: middle + 1], limits):
            low = middle + 1
        else:
            high = middle
    return low


def _loads(name: str, blobs: Sequence[bytes], limits: DocumentLimits) -> bool:
    try:
        load_body(name, Stored(rows=list(blobs)), limits)
    except DocumentCorrupt:
        return False
    return True


def salvage(name: str, blobs: Sequence[bytes], limits: DocumentLimits, *, skip_damaged: bool = False) -> Salvage:
    """The last state that loads: everything before the first damaged update, or with ``skip_damaged`` all the others.

    What comes after a damaged update may build on it; such edits stay in the state and wait, as they would for an
    update that has not come."""
    places, damaged = list(range(len(blobs))), list[Damage]()
    while (found := first_damage(name, [blobs[place] for place in places], limits)) is not None:
        place = places[found.index]
        damaged.append(Damage(place, found.reason))
        if skip_damaged and len(damaged) < MOST_DAMAGED:
            del places[found.index]
        else:
            places = places[: found.index]
    body = load_body(name, Stored(rows=[blobs[place] for place in places]), limits)
    kept = set(places)
    left_out = tuple(place for place in range(len(blobs)) if place not in kept)
    return Salvage(body.full(), len(places), left_out, tuple(damaged))
