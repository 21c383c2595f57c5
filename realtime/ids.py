"""Names of rooms and documents, and the ids of nodes and connections.

A room is addressed from outside by ``{room}`` and belongs to the tenant of the grant that opens it. Inside,
the pair travels as one string, the *room key* ``tenant/room``: two tenants that use the same name never meet.
"""

import re
from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")


class BadName(ValueError):
    """A room, document or tenant name that does not match ``[A-Za-z0-9][A-Za-z0-9_.-]{0,63}``."""


def is_name(value: str) -> bool:
    """Whether ``value`` may name a room, a document or a tenant."""
    return _NAME.match(value) is not None


def check_name(value: str) -> str:
    """Return ``value``; raise `BadName` when it may not name a room, a document or a tenant."""
    if not is_name(value):
        raise BadName(f"{value[:80]!r} is not a name: 1 to 64 of A-Z a-z 0-9 _ . - starting with a letter or digit")
    return value


def room_key(tenant: str, room: str) -> str:
    """The room key ``tenant/room``, unique over all tenants."""
    return f"{check_name(tenant)}/{check_name(room)}"


def split_room_key(key: str) -> tuple[str, str]:
    """``tenant/room`` back into its two names."""
    tenant, _, room = key.partition("/")
    return tenant, room


def is_board(doc: str) -> bool:
    """Whether the server knows the schema of this document (its name is ``board`` or starts with ``board.``)."""
    return doc == "board" or doc.startswith("board.")


def new_id(prefix: str, random_bytes: Callable[[int], bytes]) -> str:
    """A fresh id such as ``g-5f0c9a11c2d3``; 48 random bits, randomness handed in."""
    return f"{prefix}-{random_bytes(6).hex()}"


def connection_id(gateway: str, number: int) -> str:
    """Id of one session: its gateway and a number the gateway never reuses."""
    return f"{gateway}.{number}"


def gateway_of(conn: str) -> str:
    """The gateway that holds a connection."""
    return conn.rpartition(".")[0]
