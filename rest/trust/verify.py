# pyright: strict
"""Checking the audit log: each entry's hash covers the one before it, so nothing can be changed, taken out or put in
between without every later hash being wrong. What was cut off at the end shows in the head, and in any head somebody
wrote down earlier.

    hash 0 = SHA-256(tenant)        hash n = SHA-256(hash n-1, "n:", entry n)
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is stored: its number, its text, and its hash."""

    seq: int
    entry: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """``broken_at``: the first number that is wrong or missing; None: all is as it was written."""

    entries: int
    head: bytes
    broken_at: int | None = None


class Verifier:
    """Takes the entries in order, in as many parts as one likes."""

    def __init__(self, tenant: str) -> None:
        self._seq = 0
        self._hash = hashlib.sha256(tenant.encode()).digest()
        self._broken: int | None = None

    def take(self, links: Iterable[Link]) -> None:
        """The next entries."""
        for link in links:
            if self._broken is not None:
                return
            self._take(link)

    def _take(self, link: Link) -> None:
        expected = hashlib.sha256(self._hash + f"{self._seq + 1}:{link.entry}".encode()).digest()
        if link.seq != self._seq + 1 or link.hash != expected:
            self._broken = self._seq + 1
            return
        self._seq, self._hash = link.seq, link.hash

    def verdict(self, head_seq: int, head_hash: bytes) -> Verdict:
        """What was found, against the head the log claims."""
        broken = self._broken
        if broken is None and (head_seq, head_hash) != (self._seq, self._hash):
            broken = min(head_seq, self._seq) + 1
        return Verdict(self._seq, self._hash, broken)
