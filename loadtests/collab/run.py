"""One scenario against one server: who connects when, what is sent when, and what came of it.

    ready   everybody is in and it is quiet        done    everything sent has arrived, or the drain was too short

`play` calls ``mark`` at both, and reads nothing meanwhile: that is when the server's own CPU and memory are looked at.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loadtests.collab.crowd import Client, Crowd, LoadError, wait_until
from loadtests.collab.doors import Door
from loadtests.collab.ledger import Ledger, now
from loadtests.collab.scenarios import Scenario

CONNECT_SECONDS = 60.0
CONNECTS_A_SECOND = 40
"""At the least, on top of that."""
SETTLE_SECONDS = 1.5
VERIFY_SECONDS = 20.0
RESUME_SECONDS = 30.0
SENDS_A_TURN = 16
"""The readers have their turn at least so often."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how: ``token`` opens every room whose name starts with ``prefix``. ``sign`` gives each client number a
    token of its own instead, so that a class is as many people as connections."""

    host: str
    port: int
    door: Door
    token: str = ""
    prefix: str = "load-"
    sign: Callable[[int], str] | None = None

    def token_of(self, number: int) -> str:
        return self.sign(number) if self.sign else self.token


class Play:
    """One run under way."""

    def __init__(self, scenario: Scenario, target: Target, essay: bytes, mark: Callable[[str], None]) -> None:
        it = self.scenario = scenario
        self.essay, self.mark = essay, mark
        self.clients: list[Client] = []
        per_room = it.clients + 1 if it.mode == "join" else it.clients
        self._ledger = Ledger(it.rooms * per_room + 1, per_room, it.edit_bytes)
        self._crowd = Crowd(target.host, target.port, target.door, target.token_of, self._ledger)
        self._crowd.echo, self._crowd.opaque = it.echo, bool(it.preload)
        self._crowd.presence = it.mode == "aware"
        for number in range(it.rooms * per_room):
            room = f"{target.prefix}{number // per_room}"
            self.clients.append(Client(number, room, number % per_room >= per_room - it.stalled))

    def run(self) -> dict[str, Any]:
        """The figures; raises `LoadError` when the server refuses, and TimeoutError when the people do not get in."""
        try:
            return self._run()
        finally:
            self._crowd.close()

    def _run(self) -> dict[str, Any]:
        it, ledger = self.scenario, self._ledger
        connected = self._gather()
        self._serve(SETTLE_SECONDS)
        self.mark("ready")
        ledger.begin()
        before, began = _own_cpu(), now()
        expected = {"text": self._send_all, "aware": self._send_all, "join": self._join_all, "idle": self._hold}[
            it.mode
        ]()
        wall, own = now() - began, _own_cpu() - before
        ledger.measuring = False
        self.mark("done")
        found = self._figures(expected, wall, own) | {"connect_s": round(connected, 3)}
        if it.stalled:
            found["stalled_exact"] = self._resume()
        if it.mode == "text":
            found["verified"] = self._verify()
        found |= {"closed": self._crowd.lost, "gaps": ledger.gaps, "strays": ledger.strays}
        return found

    # getting in

    def _gather(self) -> float:
        """The first of each room, then the others; seconds it took."""
        began = now()
        if self.scenario.mode == "join":
            self._enter(self.clients[:1])
            self._crowd.paste(self.clients[0], self.essay)
            return now() - began
        per_room = self.scenario.clients
        self._enter([client for client in self.clients if client.number % per_room == 0])
        self._enter([client for client in self.clients if client.number % per_room])
        return now() - began

    def _enter(self, clients: list[Client]) -> None:
        goal, began, started = self._crowd.synced + len(clients), now(), 0
        while self._crowd.synced < goal:
            due = int((now() - began) * self.scenario.connects_a_second) + 1
            for client in clients[started : min(due, started + 64)]:
                self._crowd.connect(client)
                started += 1
            self._crowd.turn(0.001 if started < len(clients) else 0.005)
            if now() - began > CONNECT_SECONDS + len(clients) / CONNECTS_A_SECOND:
                short = goal - self._crowd.synced
                raise TimeoutError(f"{short} of {len(clients)} were not in after {now() - began:.0f} s")

    def _serve(self, seconds: float) -> None:
        wait_until(self._crowd, lambda: False, seconds)

    # what is measured

    def _send_all(self) -> int:
        """Writers take turns over the rooms, evenly or all together; then until all has arrived. What is expected."""
        it = self.scenario
        for client in self.clients:
            if client.stalled:
                self._crowd.stall(client)
        if it.mode == "aware":
            self._know_the_present()
        writers = [self.clients[room * it.clients + seat] for seat in range(it.writers) for room in range(it.rooms)]
        total = round(len(writers) * it.rate * it.seconds)
        gap, began, sent = 1.0 / (it.rate * len(writers)), now(), 0
        while sent < total:
            at = now() - began
            due = (int(at * it.rate) + 1) * len(writers) if it.together else int(at / gap) + 1
            for _ in range(min(due, total, sent + SENDS_A_TURN) - sent):
                self._act(writers[sent % len(writers)])
                sent += 1
            until = (sent // len(writers)) / it.rate if it.together else sent * gap
            self._crowd.turn(min(0.01, max(0.0, began + until - now())) if sent >= min(due, total) else 0.0)
        expected = total * (it.clients - it.stalled - 1)
        wait_until(self._crowd, lambda: self._ledger.delivered >= expected, it.drain_seconds)
        return expected

    def _act(self, client: Client) -> None:
        if self.scenario.mode == "text":
            self._crowd.type(client, self.scenario.edit_bytes)
        else:
            self._crowd.move(client)

    def _know_the_present(self) -> None:
        """Cursors shown on entering are nobody's news, however late they come."""
        it = self.scenario
        for client in self.clients:
            first = client.number // it.clients * it.clients
            client.reader.cursors.update(
                {other: self.clients[other].moves for other in range(first, first + it.clients)}
            )

    def _join_all(self) -> int:
        joiners = self.clients[1:]
        self._enter(joiners)
        for client in joiners:
            self._ledger.delays.append(client.synced_at - client.joined_at)
        least = len(self.essay) * 7 // 10
        self._ledger.delivered = sum(client.synced_bytes >= least for client in joiners)
        return len(joiners)

    def _hold(self) -> int:
        self._serve(self.scenario.seconds)
        self._ledger.delivered = sum(not client.closed for client in self.clients)
        return len(self.clients)

    # afterwards

    def _resume(self) -> int:
        """Let the stalled read again; how many reach exactly what was written."""
        slow = [client for client in self.clients if client.stalled]
        for client in slow:
            self._crowd.resume(client)
        wait_until(self._crowd, lambda: all(self._is_exact(client) for client in slow), RESUME_SECONDS)
        return sum(self._is_exact(client) for client in slow)

    def _is_exact(self, client: Client) -> bool:
        first = client.number // self.scenario.clients * self.scenario.clients
        mates = self.clients[first : first + self.scenario.clients]
        return all(client.reader.edits.get(mate.number, 0) == mate.typed for mate in mates if mate is not client)

    def _verify(self) -> bool:
        """Whether somebody who comes now to the first room is given every edit."""
        fresh = Client(len(self.clients), self.clients[0].room, stalled=False)
        self._crowd.connect(fresh)
        mates = self.clients[: self.scenario.clients]

        def has_all() -> bool:
            return fresh.synced and all(fresh.reader.edits.get(mate.number, 0) == mate.typed for mate in mates)

        # their room is told from the number, which this one has not: what it reads is no stray
        strays = self._ledger.strays
        found = wait_until(self._crowd, has_all, VERIFY_SECONDS)
        self._ledger.strays = strays
        return found

    def _figures(self, expected: int, wall: float, own_cpu: float) -> dict[str, Any]:
        ledger = self._ledger
        return {
            "scenario": self.scenario.name,
            "expected": expected,
            "delivered": ledger.delivered,
            "lost": expected - ledger.delivered,
            "wall_s": round(wall, 3),
            "p50_ms": ledger.quantile_ms(0.5),
            "p99_ms": ledger.quantile_ms(0.99),
            "max_ms": ledger.quantile_ms(1.0),
            "frames": ledger.frames,
            "edit_frames": ledger.edit_frames,
            "cursor_frames": ledger.cursor_frames,
            "bytes": ledger.bytes,
            "saved": self._crowd.saved,
            "echoes": self._crowd.echoes,
            "generator_cpu_s": round(own_cpu, 3),
        }


def play(
    scenario: Scenario, target: Target, essay: bytes = b"", mark: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Run ``scenario`` against ``target``: see the module's docstring."""
    _allow_many_files()
    return Play(scenario, target, essay, mark).run()


def _own_cpu() -> float:
    return time.process_time()


def _allow_many_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


__all__ = ["LoadError", "Play", "Target", "play"]
