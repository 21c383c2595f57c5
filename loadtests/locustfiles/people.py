# pyright: reportMissingImports=false
"""What the scenarios share: a person with a document open, timed in locust's own statistics.

Rows in the report: ``join`` (connect until the document is here) and ``edit`` (from its author to one reader).
"""

import os
from typing import Any

import gevent
from locust import User, events

from loadtests.collab.client import YjsClient
from loadtests.collab.swarm import Swarm


def _report(name: str, seconds: float, error: Exception | None = None) -> None:
    events.request.fire(
        request_type="yjs", name=name, response_time=seconds * 1000, response_length=0, exception=error, context={}
    )


swarm = Swarm(lambda seconds: _report("edit", seconds))


class Person(User):
    """In the room that `room` names. ``LYCEUM_TOKEN`` holds a token for a prefix (``lyceum token --room '*' …``)."""

    abstract = True
    prefix = "load"
    doc = "notes"

    def room(self) -> str:
        return f"{self.prefix}-0"

    def on_start(self) -> None:
        self.client: Any = None
        self.join()

    def on_stop(self) -> None:
        self.part()

    def join(self) -> None:
        """Come in; what comes is read in a greenlet of its own."""
        client = YjsClient(swarm, self.host or "", self.room(), self.doc, os.environ["LYCEUM_TOKEN"])
        try:
            _report("join", client.open())
        except Exception as error:
            _report("join", 0.0, error)
            return
        self.client = client
        self._reading = gevent.spawn(client.read)

    def part(self) -> None:
        if self.client is not None:
            self.client.close()
            self._reading.join(timeout=5)
            if self.client.reader.gaps:
                _report("order", 0.0, ValueError(f"{self.client.reader.gaps} edits came before an earlier one"))
            self.client = None
