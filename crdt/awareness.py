"""Who is here and where (y-protocols awareness): the latest state of each client, and nothing stale.

    message = count, (client, clock, JSON string)*        "null" says that the client is gone

A state replaces an older one when its clock is higher; `null` also at an equal clock. Older stock clients send every
remote change back, which makes n clients cause n squared messages: so client and clock are compared first, and what is
stale is stepped over without looking at its JSON.

A client id belongs to the connection that brought it, for as long as that is here: nobody moves another's cursor.
States stay encoded: what came in goes out again, many of them in one message a tick.
"""

import math
from collections.abc import Iterable

import msgspec

from crdt.errors import AwarenessRefused
from crdt.lib0 import read_uint, uint

KIB = 1024
MAX_MESSAGE_BYTES = 1024 * KIB
MAX_STATES = 10_000
MAX_CLIENTS_PER_OWNER = 16
GONE = b"\x04null"
NOBODY = ""
FORGET_AFTER = 4
"""How many times the silence that removes a state also forgets that it ever was."""

_check_json = msgspec.json.Decoder(msgspec.Raw).decode
"""Walks a JSON text without building it; 0.2 us for a usual state."""


class _Client:
    """The newest that is known of one client. ``entry`` is its part of a message; ``here`` is false once it is gone."""

    __slots__ = ("clock", "entry", "here", "left", "name", "owner", "seen")

    def __init__(self, name: bytes) -> None:
        self.name = name
        """The client id as it is encoded."""
        self.owner = NOBODY
        self.clock = -1
        self.entry = b""
        self.here = False
        self.left = False
        """Gone with its connection, not by its own word: it may come back with the same clock."""
        self.seen = 0.0


class AwarenessTable:
    """The awareness states of one document. Times are seconds of any one clock."""

    __slots__ = ("_changed", "_clients", "_max_state", "_owned", "_silence")

    def __init__(self, max_state_bytes: int = 16 * KIB, silence: float = 30.0) -> None:
        self._max_state = max_state_bytes
        self._silence = silence
        self._clients: dict[int, _Client] = {}
        self._owned: dict[str, set[int]] = {}
        self._changed: set[int] = set()

    def __len__(self) -> int:
        """How many clients are here."""
        return sum(client.here for client in self._clients.values())

    def receive(self, owner: str, message: bytes, now: float) -> bool:
        """Take a message of the connection ``owner``; true when something in it was news.

        States that belong to another connection, or are not newer, are passed over in silence: that is how stock
        clients behave. `AwarenessRefused` when the message cannot be read."""
        if len(message) > MAX_MESSAGE_BYTES:
            raise AwarenessRefused("too-large", f"The message is larger than {MAX_MESSAGE_BYTES} bytes.")
        try:
            return self._receive(owner, message, now)
        except (IndexError, ValueError, RecursionError):
            raise AwarenessRefused("malformed", "The awareness message cannot be read.") from None

    def _receive(self, owner: str, message: bytes, now: float) -> bool:
        news = False
        count, pos = read_uint(message, 0)
        clients = self._clients
        while count:
            count -= 1
            first = pos
            client_id, pos = read_uint(message, pos)
            second = pos
            clock, pos = read_uint(message, pos)
            size, pos = read_uint(message, pos)
            start, pos = pos, pos + size
            if pos > len(message):
                raise IndexError
            client = clients.get(client_id)
            if client is None:
                if size == 4 and message[start:pos] == b"null":
                    continue
                client = self._introduce(client_id, message[first:second])
            elif clock <= client.clock:
                if not self._is_news(client, owner, clock, message[start:pos]):
                    continue
            elif client.owner != owner and (client.here or message[start:pos] == b"null"):
                continue
            self._set(client_id, client, owner, clock, message, first, start, pos)
            client.seen = now
            news = True
        if pos != len(message):
            raise ValueError
        return news

    @staticmethod
    def _is_news(client: _Client, owner: str, clock: int, state: bytes) -> bool:
        """Of a clock that is not newer: a word of leave, or somebody who is back before its clock moved on."""
        if clock != client.clock:
            return False
        if client.here:
            return client.owner == owner and state == b"null"
        return client.left and state != b"null"

    def _introduce(self, client_id: int, name: bytes) -> _Client:
        if len(self._clients) >= MAX_STATES:
            self._forget(math.inf)
            if len(self._clients) >= MAX_STATES:
                raise AwarenessRefused("too-many", "Too many people are here for one more cursor.")
        return _Client(name)

    def _set(
        self, client_id: int, client: _Client, owner: str, clock: int, message: bytes, first: int, start: int, end: int
    ) -> None:
        state = message[start:end]
        here = state != b"null"
        if here:
            self._check_state(state)
            if not client.here:
                self._own(owner, client_id)
                client.owner = owner
        elif client.here:
            self._disown(client_id, client)
        client.clock = clock
        client.entry = message[first:end]
        client.here = here
        client.left = False
        self._clients[client_id] = client
        self._changed.add(client_id)

    def _check_state(self, state: bytes) -> None:
        if len(state) > self._max_state:
            raise AwarenessRefused("too-large", f"A state is larger than {self._max_state} bytes.")
        if state[:1] != b"{" or not (state.isascii() or str(state, "utf-8")):
            raise ValueError
        _check_json(state)

    def _own(self, owner: str, client_id: int) -> None:
        owned = self._owned.setdefault(owner, set())
        if len(owned) >= MAX_CLIENTS_PER_OWNER:
            raise AwarenessRefused("too-many", f"One connection brings at most {MAX_CLIENTS_PER_OWNER} cursors.")
        owned.add(client_id)

    def _disown(self, client_id: int, client: _Client) -> None:
        owned = self._owned.get(client.owner)
        if owned is not None:
            owned.discard(client_id)
            if not owned:
                del self._owned[client.owner]
        client.owner = NOBODY

    # going

    def leave(self, owner: str) -> list[int]:
        """The connection ``owner`` is gone: so are its clients, which are returned."""
        gone = sorted(self._owned.get(owner, ()))
        for client_id in gone:
            self._remove(client_id, self._clients[client_id])
        return gone

    def expire(self, now: float) -> list[int]:
        """Remove the clients that were silent too long, and return them."""
        since = now - self._silence
        gone = [client_id for client_id, client in self._clients.items() if client.here and client.seen < since]
        for client_id in gone:
            self._remove(client_id, self._clients[client_id])
        self._forget(now - FORGET_AFTER * self._silence)
        return gone

    def _remove(self, client_id: int, client: _Client) -> None:
        """At the clock it had: its next word, at a higher one, brings it back everywhere."""
        self._disown(client_id, client)
        client.entry = client.name + uint(client.clock) + GONE
        client.here = False
        client.left = True
        self._changed.add(client_id)

    def _forget(self, since: float) -> None:
        gone = [client_id for client_id, client in self._clients.items() if not client.here and client.seen < since]
        for client_id in gone:
            if client_id not in self._changed:
                del self._clients[client_id]

    # sending

    def drain_changed(self) -> bytes | None:
        """One message with all that changed since the last call, removals too; None when nothing did."""
        if not self._changed:
            return None
        changed = [self._clients[client_id].entry for client_id in self._changed]
        self._changed.clear()
        return uint(len(changed)) + b"".join(changed)

    def encode(self, clients: Iterable[int] | None = None) -> bytes | None:
        """One message with the states of ``clients``, or of all that are here; None when there are none."""
        known = self._clients
        chosen = known.values() if clients is None else [known[client] for client in clients if client in known]
        entries = [client.entry for client in chosen if client.here]
        return uint(len(entries)) + b"".join(entries) if entries else None
