"""`background`: work that belongs to a block."""

import asyncio

import pytest

from lyceum.tasks import background


class Expected(Exception):
    pass


async def _forever(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("work")


async def _fail() -> None:
    raise Expected("work")


async def test_work_is_cancelled_when_the_body_ends() -> None:
    ended: list[str] = []
    async with background(_forever(ended)):
        await asyncio.sleep(0)
    assert ended == ["work"]


async def test_the_bodys_error_comes_out_as_it_is() -> None:
    ended: list[str] = []
    with pytest.raises(Expected, match="body"):
        async with background(_forever(ended)):
            await asyncio.sleep(0)
            raise Expected("body")
    assert ended == ["work"]


async def test_failing_work_ends_the_body() -> None:
    with pytest.raises(Expected, match="work"):
        async with background(_fail()):
            await asyncio.Event().wait()


async def test_cancelling_the_body_from_outside_cancels_the_work() -> None:
    ended: list[str] = []

    async def body() -> None:
        async with background(_forever(ended)):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await body()
    assert ended == ["work"]
