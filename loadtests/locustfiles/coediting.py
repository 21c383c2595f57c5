# pyright: reportMissingImports=false
"""Co-editing: rooms of four, all of them writing. ``-u 400`` is a hundred rooms."""

import itertools

from locust import constant_throughput, task

from loadtests.locustfiles.people import Person

_seats = itertools.count()


class Writer(Person):
    prefix = "coediting"
    wait_time = constant_throughput(2)  # type: ignore[no-untyped-call]

    def on_start(self) -> None:
        self.seat = next(_seats)
        super().on_start()

    def room(self) -> str:
        return f"{self.prefix}-{self.seat // 4}"

    @task
    def write(self) -> None:
        if self.client is not None:
            self.client.type()
