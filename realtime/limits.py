"""Every bound in one place: its default, its unit, the environment name that changes it.

`Limits.from_env` reads ``LYCEUM_LIMIT_<NAME>`` for each field, for instance ``LYCEUM_LIMIT_FRAME_BYTES``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

ENV_PREFIX = "LYCEUM_LIMIT_"
KIB = 1024
MIB = 1024 * KIB


class BadLimit(ValueError):
    """An environment value that is not a limit; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds, rates a second."""

    # frames and documents
    frame_bytes: int = 4 * MIB
    """One WebSocket message from a client."""
    update_bytes: int = 2 * MIB
    """One document update."""
    document_bytes: int = 32 * MIB
    """A document's whole state."""
    pending_bytes: int = 4 * MIB
    """Updates of one document that wait for an earlier one."""
    state_vector_bytes: int = 256 * KIB
    documents_per_room: int = 200
    open_documents_per_connection: int = 100
    nesting_depth: int = 64
    """How deep values and shared types may nest in an update."""

    # people and connections
    connections_per_room: int = 5_000
    connections_per_user: int = 20
    """In one room."""
    connections_per_address: int = 20_000
    """From one network address at one gateway: a whole school comes from one."""
    connections_per_gateway: int = 50_000
    hello_seconds: float = 10.0
    """From the opened socket to its token."""
    idle_seconds: float = 45.0
    """Without a byte from a client, pings included."""
    ping_seconds: float = 15.0

    # rates, as token buckets (a second, burst)
    messages_rate: float = 1_000.0
    """Of any kind, from one connection."""
    messages_burst: float = 10_000.0
    updates_rate: float = 100.0
    updates_burst: float = 2_000.0
    update_bytes_rate: float = 4.0 * MIB
    update_bytes_burst: float = 32.0 * MIB
    awareness_rate: float = 60.0
    awareness_burst: float = 600.0
    commands_rate: float = 10.0
    commands_burst: float = 60.0

    # awareness
    awareness_bytes: int = 16 * KIB
    """One person's awareness state."""
    awareness_seconds: float = 30.0
    """Until a state that is not renewed is taken away."""

    # classroom
    chat_characters: int = 4_000
    chat_kept: int = 500
    """Messages sent to somebody who joins; older ones are paged."""
    poll_choices: int = 20
    poll_characters: int = 500
    polls_per_room: int = 500
    roster_full: int = 200
    """Up to so many people the whole roster is sent; above it a summary, and the roster pages."""

    # memory
    outbox_bytes: int = 256 * KIB
    """Unsent bytes of one connection before document updates are dropped for a later difference. The kernel's buffer,
    which fits itself to the line, is in front of it."""
    outbox_events_bytes: int = 1 * MIB
    """Unsent bytes past that for events, before the connection is closed with a retry code."""
    mailbox_bytes: int = 32 * MIB
    """Inputs one room has not handled yet."""
    bus_bytes: int = 64 * MIB
    """Messages one process has not handed to the bus yet."""
    unsaved_bytes: int = 64 * MIB
    """Edits one worker holds while the database is away; past it edits are refused with ``storage-away``."""

    # rooms
    room_idle_seconds: float = 60.0
    """Without a member, until a room is unloaded."""
    flush_window_seconds: float = 0.02
    """The widest window a busy room merges over; the first edit after a pause goes out at once. A process that has no
    time left at all goes up to three times further."""
    flush_window_least_seconds: float = 1e-6
    """The narrowest, whatever the load: benches pin the window by giving both the same value."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Limits":
        """The defaults, changed by what ``env`` names; raise `BadLimit` for an unknown name or a wrong value."""
        known = {ENV_PREFIX + field.name.upper(): field.name for field in fields(cls)}
        changes = {
            _known_name(name, known): _number(name, text) for name, text in env.items() if name.startswith(ENV_PREFIX)
        }
        default = cls()
        typed = {name: type(getattr(default, name))(value) for name, value in changes.items()}
        return replace(default, **typed)


def _known_name(name: str, known: Mapping[str, str]) -> str:
    """The field behind an environment name."""
    try:
        return known[name]
    except KeyError:
        raise BadLimit(f"{name} is not a limit of this version (docs/limits lists them)") from None


def _number(name: str, text: str) -> float:
    """A positive number, or `BadLimit`."""
    try:
        value = float(text)
    except ValueError:
        raise BadLimit(f"{name} takes a number, not {text!r}") from None
    if not 0 < value < float("inf"):
        raise BadLimit(f"{name} takes a number above zero, not {text!r}")
    return value
