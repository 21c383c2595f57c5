"""Ctrl-C and SIGTERM as an event: the first asks for a drain, the second ends at once."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

ASKING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Yield an event that is set when somebody asks this process to stop; asked again, the process just ends.

    Ending at once is safe at any moment: children end with this process, and what was called saved is saved.
    """
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()

    def ask(number: signal.Signals) -> None:
        if asked.is_set():
            os._exit(128 + number)
        asked.set()

    for number in ASKING:
        loop.add_signal_handler(number, ask, number)
    try:
        yield asked
    finally:
        for number in ASKING:
            loop.remove_signal_handler(number)
