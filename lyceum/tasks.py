"""Background work that belongs to a ``with`` block."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from realtime.endings import end


@asynccontextmanager
async def background(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run ``work`` beside the body and cancel it when the body ends.

    An error of the body comes out as it is, not inside a group. When the work fails, the body is cancelled and the
    work's error comes out.
    """
    body_error: Exception | None = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine) for coroutine in work]
            try:
                yield
            except Exception as error:
                body_error = error
            finally:
                await end(tasks)
    except BaseExceptionGroup as failures:
        if body_error is None and len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        if body_error is None:
            raise
    if body_error is not None:
        raise body_error
