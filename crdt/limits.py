"""Every bound of this package, with its unit and its default.

Two screens exist: a tight one for what clients send, and a generous one for what our own storage holds.
"""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer a Yjs client can read; it throws past it."""
MAX_CLOCK = 2**31 - 1
"""The engine computes with 32-bit clocks, and subtracts them as signed."""


@dataclass(frozen=True, slots=True)
class ScreenLimits:
    """What one update may hold."""

    max_bytes: int = 2 * MIB
    max_structs: int = 100_000
    """Items, tombstones and skips."""
    max_values: int = 200_000
    """JSON-like values inside items."""
    max_clients: int = 10_000
    max_delete_ranges: int = 100_000
    max_depth: int = 64
    """Values inside values. The engine's own stack ends near 26,000."""
    max_string: int = 2 * MIB
    """Bytes of one text run, JSON string or buffer."""
    max_name: int = 1 * KIB
    """Bytes of a root's name, a key, an attribute, an element's tag."""
    max_clock: int = MAX_CLOCK


STORED_SCREEN = ScreenLimits(
    max_bytes=256 * MIB,
    max_structs=20_000_000,
    max_values=50_000_000,
    max_clients=2_000_000,
    max_delete_ranges=20_000_000,
    max_depth=1_000,
    max_string=64 * MIB,
    max_name=1 * MIB,
)


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What one document may hold, and how it may be asked."""

    screen: ScreenLimits = ScreenLimits()
    stored: ScreenLimits = STORED_SCREEN
    """For blobs that come back from our own storage."""
    max_document_bytes: int = 32 * MIB
    """Of the whole state, encoded."""
    max_pending_bytes: int = 4 * MIB
    """Updates kept aside because an earlier one has not come yet."""
    max_pending_pieces: int = 20_000
    """Runs of items, and deleted ranges, that wait one by one."""
    max_pending_types: int = 2_000
    """Shared types that wait: how deep they nest is known only when they no longer do."""
    max_clock_gap: int = 2**24
    """How far ahead of what is known an update may begin."""
    max_nesting: int = 200
    """Shared types inside shared types. The engine's stack ends between 10,000 and 50,000, a browser's sooner."""
    max_stored_nesting: int = 5_000
    """For what storage holds, and for what waited."""
    max_mended_pairs: int = 200
    """Characters cut in half: each mending encodes and loads the whole document."""
    max_state_vector_bytes: int = 256 * KIB
    max_cache_bytes: int = 8 * MIB
    """Encoded answers kept until the next change."""
