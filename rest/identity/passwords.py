"""Argon2id hashes (RFC 9106), made off the event loop, a few at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from rest.problems import Away, Unprocessable
from rest.settings import PasswordCost

MIN_CHARACTERS = 10
MAX_CHARACTERS = 256
AT_ONCE = 2
MAX_WAITING = 2_000
FAMILIAR = (
    "password",
    "passwort",
    "contraseña",
    "qwerty",
    "azerty",
    "letmein",
    "iloveyou",
    "welcome",
    "teacher",
    "student",
    "school",
    "lyceum",
    "abcdef",
    "123456",
)


class Passwords:
    """Hashes and checks passwords, for whoever has the `turn`: so at most `AT_ONCE` cores are held, and a class
    that signs in at once waits for its turn before it takes a database connection, not while it has one."""

    def __init__(self, cost: PasswordCost) -> None:
        self._hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes, type=Type.ID)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody = self._hasher.hash("nobody has this one")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["Passwords"]:
        """Wait for a core; raise `Away` when too many wait already."""
        if self._waiting >= MAX_WAITING:
            raise Away("try-later", "Very many people are signing in; please try again.", {"Retry-After": "5"})
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield self
        finally:
            self._slots.release()

    async def hash(self, password: str) -> str:
        """The hash of ``password``, its salt and cost inside."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether ``kept`` is the hash of ``password``; takes as long when there is no such person."""
        right = await asyncio.to_thread(self._check, kept or self._nobody, password)
        return right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether ``kept`` was made at another cost than the present one."""
        return self._hasher.check_needs_rehash(kept)

    def _check(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def check_choice(password: str, email: str | None) -> str:
    """Return ``password``; raise `Unprocessable` when it is one that others would guess (NIST SP 800-63B §5.1.1)."""
    plain = password.casefold()
    name = (email or "").partition("@")[0].casefold()
    if len(password) < MIN_CHARACTERS:
        raise _refuse(f"Choose at least {MIN_CHARACTERS} characters; a few words in a row are fine.")
    if len(set(plain)) < 5 or (len(name) > 3 and name in plain):
        raise _refuse("That is too easy to guess: too few different characters, or your own address.")
    rest = plain
    for word in FAMILIAR:
        rest = rest.replace(word, "")
    if len(rest) < MIN_CHARACTERS // 2:
        raise _refuse("That is one of the first things others would try; choose something of your own.")
    return password


def _refuse(words: str) -> Unprocessable:
    return Unprocessable("password-weak", words)
