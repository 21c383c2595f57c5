"""The end of tasks that run for ever."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_SECONDS = 1.0


async def end(tasks: Iterable[asyncio.Task[Any]], again: float = AGAIN_SECONDS) -> None:
    """Cancel ``tasks`` and wait until they have ended; what they raise is their owner's.

    Saying it once is not enough: `asyncio.wait_for` of Python 3.11, with which redis-py waits, returns its result and
    forgets a cancellation that comes in the same turn of the loop. A gateway that was told to go stayed for ever."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=again)
