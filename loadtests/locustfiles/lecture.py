# pyright: reportMissingImports=false
"""A lecture: the first writes, everybody else watches. ``-u 301``."""

import itertools

from locust import constant_throughput, task

from loadtests.locustfiles.people import Person

_seats = itertools.count()


class Attendee(Person):
    prefix = "lecture"
    wait_time = constant_throughput(8)  # type: ignore[no-untyped-call]

    def on_start(self) -> None:
        self.is_lecturer = next(_seats) == 0
        super().on_start()

    @task
    def write(self) -> None:
        if self.is_lecturer and self.client is not None:
            self.client.type()
