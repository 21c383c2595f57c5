# pyright: reportMissingImports=false
"""The start of an exam: all begin one quiz within a second, save every 5 s, read back, hand in. ``-u 300``.

Rows in the report: ``start``, ``save``, ``read``, ``submit`` (and ``refresh`` in long runs), as the server answered
them, and ``compare``, once a student: a failure there is an answer that was acknowledged and is not there.

Before the time runs (half a minute for 300) the swarm makes a course with a quiz, and gives each student a session:

- ``lyceum up --demo`` on this machine needs no ``TOKEN``: the demo's administrator makes the students, who choose their
  passwords by the links that wait in the development outbox.
- Anywhere else ``TOKEN`` is an API key of a teacher or administrator (or their session, for runs under 15 minutes) with
  the actions ``course.create course.edit drafts.read items.edit roster.edit``, and ``ACCOUNTS`` names a file with
  students that exist, ``institution,email,password`` a line. (An administrator's key that has ``self person.edit`` too
  can do without the file where the development outbox is.)

The server must allow what its limits allow everybody: 1,000 sign-ins at once from one address and 20 a second from
then on, which the swarm waits for; a password costs the server about 20 ms of a core when it is chosen and again at
sign-in, two at a time. Students stay far below 4 requests a second, each person's limit.

In the end the course and the people made are deleted, sessions ended. What stays until the institution's retention
purges it (30 days): the deleted rows and the messages; and the lines of the audit log. What could not be deleted is
named, and the run has failed. Nothing is cleaned up after a SIGKILL: delete the course by its title.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import gevent
from locust import FastHttpUser, events, task

from loadtests.exam.hall import TITLE, Hall, Session, read_accounts
from loadtests.exam.http import Refused, Unreachable
from loadtests.exam.sheet import AnswerSheet, Astray

EVERY_SECONDS = 5.0
HAND_IN_SECONDS = 30.0
"""For each step of handing in, tried once a second: a server that is being restarted comes back in that time."""
STOP_SECONDS = 4 * HAND_IN_SECONDS + EVERY_SECONDS

log = logging.getLogger("exam_start")
halls: list[Hall] = []
seats: list[Session] = []


@events.init.add_listener
def prepare(environment: Any, **_: Any) -> None:
    """Before the clock runs; ends the command with one line when the server does not let us."""
    environment.stop_timeout = STOP_SECONDS  # a save on its way is finished, and everybody hands in
    students = environment.parsed_options.num_users or 1
    halls.append(Hall(environment.host, os.environ.get("LYCEUM_TOKEN", "")))
    log.info("making an exam for %d students", students)
    try:
        named = os.environ.get("LYCEUM_ACCOUNTS")
        seats.extend(halls[0].open(students, read_accounts(Path(named).read_text()) if named else ()))
    except (Refused, Unreachable, ValueError, OSError) as error:
        clean_up()
        sys.exit(f"exam_start: {error}")
    except BaseException:
        clean_up()
        raise


@events.quitting.add_listener
def finish(environment: Any, **_: Any) -> None:
    """Also when it was interrupted: whoever sits is let hand in first."""
    environment.runner.stop()
    if clean_up():
        environment.process_exit_code = 1


def clean_up() -> list[str]:
    left = halls.pop().close() if halls else []
    if left:
        log.error("still there, in the course “%s” or of its people: %s", TITLE, "; ".join(left))
    return left


class LostAnswers(Exception):
    """What was acknowledged is not there."""


class Student(FastHttpUser):
    """One browser."""

    insecure = False
    network_timeout = connection_timeout = 15.0

    def on_start(self) -> None:
        self.session = seats.pop()
        self.quiz = halls[0].quiz
        self.random = Random()
        self.attempt = ""
        self.sheet: AnswerSheet | None = None
        self.due = time.perf_counter() + 1 - self.random.uniform(0.0, EVERY_SECONDS)
        gevent.sleep(self.random.uniform(0.0, 1.0))

    def wait_time(self) -> float:
        """Until the next save, however long the last one took."""
        now = time.perf_counter()
        self.due = max(now, self.due + EVERY_SECONDS)
        return self.due - now

    @task
    def sit(self) -> None:
        if self.sheet is None:
            self.begin()
        else:
            self.sheet.write()
            self.save(self.sheet)

    def begin(self) -> None:
        """Asked again after a failure, it goes on with the attempt that was begun."""
        begun = self.ask("start", "POST", f"/quizzes/{self.quiz}/attempts")
        if begun is not None:
            self.attempt, self.sheet = begun["id"], AnswerSheet(begun["questions"], self.random)

    def save(self, sheet: AnswerSheet) -> None:
        sent = sheet.unsaved()
        told = self.ask("save", "PUT", f"/attempts/{self.attempt}/answers", {"answers": sent})
        try:
            sheet.acknowledge(sent, told["saved"] if told else ())
        except Astray as error:
            _report("acknowledge", error)

    def on_stop(self) -> None:
        if self.sheet is None:
            return  # why is in the row `start`
        gevent.sleep(self.random.uniform(0.0, EVERY_SECONDS))  # locust stops all in one instant, which no class does
        patience = time.perf_counter() + HAND_IN_SECONDS
        while self.sheet.unsaved() and time.perf_counter() < patience:
            self.save(self.sheet)
            gevent.sleep(1.0 if self.sheet.unsaved() else 0.0)
        self.compare(self.sheet)
        self.until("submit", "POST", f"/attempts/{self.attempt}/submit", {})

    def compare(self, sheet: AnswerSheet) -> None:
        back = self.until("read", "GET", f"/attempts/{self.attempt}")
        if back is None:
            _report("compare", LostAnswers("not read back"))
            return
        lost = sheet.lost(back["answers"])
        words = f"{len(lost)} of {sheet.acknowledged} acknowledged answers of attempt {self.attempt} are not there"
        _report("compare", LostAnswers(words) if lost else None)

    def until(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """`ask` until it is answered; None when the server does not come back."""
        patience = time.perf_counter() + HAND_IN_SECONDS
        while (answer := self.ask(name, method, path, body)) is None and time.perf_counter() < patience:
            gevent.sleep(1.0)
        return answer

    def ask(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """One request, counted under ``name``; None when it failed."""
        if time.monotonic() > self.session.renew_at:
            told = self.send("refresh", "POST", "/auth/refresh", {"token": self.session.refresh}, {})
            if told is not None:
                self.session.take(told, time.monotonic())
        return self.send(name, method, path, body, {"Authorization": f"Bearer {self.session.access}"})

    def send(self, name: str, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        answer = self.client.request(method, f"/api/v1{path}", name=name, json=body, headers=headers)
        if not 200 <= answer.status_code < 300:
            return None
        try:
            return json.loads(answer.content)
        except Exception:  # it broke off in the middle, which locust has counted
            return None


def _report(name: str, error: Exception | None) -> None:
    events.request.fire(
        request_type="exam", name=name, response_time=0.0, response_length=0, exception=error, context={}
    )
