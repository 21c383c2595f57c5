# pyright: reportMissingImports=false
"""A reconnect storm: every fifteen seconds everybody leaves and returns at once. ``-u 200``."""

import time

import gevent
from locust import constant, task

from loadtests.locustfiles.people import Person

PERIOD_SECONDS = 15.0


class Returner(Person):
    prefix = "storm"
    wait_time = constant(0)  # type: ignore[no-untyped-call]

    @task
    def leave_and_return(self) -> None:
        gevent.sleep(PERIOD_SECONDS - time.time() % PERIOD_SECONDS)
        self.part()
        self.join()
        if self.client is not None:
            self.client.type()
