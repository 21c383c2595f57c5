# pyright: reportMissingImports=false
"""A whiteboard: everybody in one room draws and moves. ``-u 30``."""

import random

from locust import constant_throughput, task

from loadtests.locustfiles.people import Person


class Drawer(Person):
    prefix = "whiteboard"
    wait_time = constant_throughput(10)  # type: ignore[no-untyped-call]

    @task(3)
    def draw(self) -> None:
        if self.client is not None:
            self.client.type()

    @task(7)
    def move(self) -> None:
        if self.client is not None:
            self.client.move(random.random(), random.random())
