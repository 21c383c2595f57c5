"""An exam on a server that runs already, by its API alone: a course with one quiz, and students who are signed in.

Each student is a person with a password of their own, who takes part by the course's invitation. Where messages can be
read over the API (``lyceum up --demo`` on this machine: ``/dev/outbox``) the hall makes those people and opens the
links they are sent; elsewhere accounts that exist are handed in. `Hall.close` deletes the course and whom the hall
made, as staff do: they are purged when the institution's retention says so, and the audit log tells of it.
"""

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from loadtests.exam.desk import Desk
from loadtests.exam.http import Refused, Unreachable
from loadtests.exam.questions import ITEMS, quiz_of

TITLE = "Load test: the start of an exam"
AT_ONCE = 8
BATCH = 25
"""People made before their messages are read: the outbox shows the last 50 of the institution."""
RENEW_AFTER = 0.6
"""Of an access token's life."""
_LINK = re.compile(r"/set-password#token=(\S+)")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom one may sign in as."""

    institution: str
    email: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Session:
    """Somebody who is signed in; `take` what signing in and refreshing answer."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    renew_at: float = 0.0
    """Monotonic seconds."""

    def take(self, told: Mapping[str, Any], now: float) -> "Session":
        self.access, self.refresh = told["access_token"], told["refresh_token"]
        self.renew_at = now + RENEW_AFTER * told["access_seconds"]
        return self


def read_accounts(text: str) -> list[Account]:
    """``institution,email,password`` a line; empty lines and those that begin with ``#`` are passed over. Raise
    ValueError, without repeating the line."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [_account(number, line) for number, line in lines if line and not line.startswith("#")]


def _account(number: int, line: str) -> Account:
    parts = line.split(",", 2)
    if len(parts) < 3 or not all(parts):
        raise ValueError(f"line {number} of the accounts is not institution,email,password")
    return Account(*parts)


def links(messages: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """From messages, newest first: the newest token to set a password with, by recipient."""
    found = [(one["recipient"], _LINK.search(one["text"])) for one in messages]
    return {recipient: match[1] for recipient, match in reversed(found) if match}


class Hall:
    """``token`` is an API key or a session of staff; without one, the demo's administrator opens and closes."""

    def __init__(self, host: str, token: str = "") -> None:
        self._host, self._token = host, token
        self._course = ""
        self._made: list[str] = []
        self._sessions: list[Session] = []
        self.quiz = ""

    def open(self, students: int, accounts: Sequence[Account] = ()) -> list[Session]:
        """A session for each student, who may begin `quiz`. Raise `Refused`, `Unreachable`, or ValueError when there
        are ``accounts``, but too few. Call `close` afterwards, whatever was raised."""
        if accounts and len(accounts) < students:
            raise ValueError(f"{students} students need as many accounts; there are {len(accounts)}")
        with self._staff() as staff:
            self._make_quiz(staff)
            asked = {"max_uses": students, "days": 1}
            invitation = staff.ask("POST", f"/courses/{self._course}/invitations", asked)["token"]
            known = accounts[:students] or self._make_people(staff, students)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self._sessions += pool.map(lambda account: self._seat(account, invitation), known)
        return list(self._sessions)

    def close(self) -> list[str]:
        """Delete what was made and end the sessions; what could not be deleted, and why."""
        gone = [f"/courses/{self._course}"] if self._course else []
        gone += [f"/people/{person}" for person in self._made]
        try:
            return self._delete(gone) if gone else []
        except (Refused, Unreachable) as error:
            return [f"{path}: {error}" for path in gone]

    def _delete(self, paths: list[str]) -> list[str]:
        with self._staff() as staff, ThreadPoolExecutor(AT_ONCE) as pool:
            if not self._made:
                list(pool.map(self._sign_out, self._sessions))
            return [words for words in pool.map(lambda path: _deleted(staff, path), paths) if words]

    @contextmanager
    def _staff(self) -> Iterator[Desk]:
        if self._token:
            yield Desk(self._host, self._token)
            return
        session = self._sign_in(self._demo_administrator())
        try:
            yield Desk(self._host, session.access)
        finally:
            self._sign_out(session)

    def _demo_administrator(self) -> Account:
        try:
            known = Desk(self._host).ask("GET", "/demo/accounts")
        except Refused:
            raise Refused("without the demo, the exam needs the API key of an administrator or teacher") from None
        one = next(account for account in known if account["role"] == "administrator")
        return Account(one["institution"], one["email"], one["password"])

    def _sign_in(self, account: Account) -> Session:
        asked = {"institution": account.institution, "email": account.email, "password": account.password}
        told = Desk(self._host).ask("POST", "/auth/sign-in", asked | {"mode": "bearer"})
        return Session().take(told, time.monotonic())

    def _make_quiz(self, staff: Desk) -> None:
        course = staff.ask("POST", "/courses", {"title": TITLE})
        self._course = course["id"]
        here = f"/courses/{self._course}"
        staff.ask("PATCH", here, {"status": "published"}, If_Match=f'"{course["version"]}"')
        items = [staff.ask("POST", f"{here}/items", {"content": content})["id"] for content in ITEMS]
        quiz = staff.ask("POST", f"{here}/quizzes", quiz_of(items))
        self.quiz = quiz["id"]
        staff.ask("PATCH", f"/quizzes/{self.quiz}", {"status": "published"}, If_Match=f'"{quiz["version"]}"')

    def _make_people(self, staff: Desk, count: int) -> list[Account]:
        institution, run = staff.ask("GET", "/me")["institution"], secrets.token_hex(4)
        self._outbox(institution)  # before anybody is made who could not be reached
        made: list[Account] = []
        while len(made) < count:
            numbers = range(len(made), min(count, len(made) + BATCH))
            batch = [Account(institution, f"{n}.{run}@exam.example", secrets.token_urlsafe(16)) for n in numbers]
            made += self._make_batch(staff, batch)
        return made

    def _make_batch(self, staff: Desk, batch: list[Account]) -> list[Account]:
        for account in batch:
            person = staff.ask("POST", "/people", {"name": "Load Student", "email": account.email})
            self._made.append(person["id"])
        tokens = links(self._outbox(batch[0].institution))
        if not all(account.email in tokens for account in batch):
            raise Refused("other messages crowd the outbox; try again when nobody else makes people here")
        told = [{"token": tokens[account.email], "password": account.password} for account in batch]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda body: Desk(self._host).ask("POST", "/auth/password/set", body), told))
        return batch

    def _outbox(self, institution: str) -> list[dict[str, Any]]:
        try:
            return Desk(self._host).ask("GET", f"/dev/outbox?institution={institution}")
        except Refused:
            raise Refused("this server sends its messages away: hand in accounts of students that exist") from None

    def _seat(self, account: Account, invitation: str) -> Session:
        session = self._sign_in(account)
        Desk(self._host, session.access).ask("POST", "/invitations/accept", {"token": invitation})
        return session

    def _sign_out(self, session: Session) -> None:
        try:
            Desk(self._host, session.access).ask("POST", "/auth/sign-out")
        except (Refused, Unreachable):
            return  # it ended by itself, or will


def _deleted(staff: Desk, path: str) -> str:
    """Nothing, or why it is still there."""
    try:
        staff.ask("DELETE", path)
    except (Refused, Unreachable) as error:
        return f"{path}: {error}"
    return ""
