# pyright: reportMissingImports=false
"""A whiteboard: everybody in one room draws strokes on the board and moves the pointer. ``-u 30``."""

import random

from locust import constant_throughput, task

from loadtests.locustfiles.people import Person


class Drawer(Person):
    prefix = "whiteboard"
    doc = "board"
    wait_time = constant_throughput(10)  # type: ignore[no-untyped-call]

    @task(3)
    def draw(self) -> None:
        if self.client is not None:
            self.client.draw(random.uniform(0, 800), random.uniform(0, 600))

    @task(7)
    def move(self) -> None:
        if self.client is not None:
            self.client.move(random.random(), random.random())
