"""Tasks end, also those that miss that they were told to."""

import asyncio

from realtime.endings import end


async def hard_of_hearing(told: list[int]) -> None:
    while len(told) < 3:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append(len(told))
    raise asyncio.CancelledError


async def test_a_task_that_swallows_its_cancellation_is_told_again() -> None:
    told: list[int] = []
    deaf = asyncio.create_task(hard_of_hearing(told))
    plain = asyncio.create_task(asyncio.Event().wait())
    done = asyncio.create_task(asyncio.sleep(0))
    await done
    await asyncio.wait_for(end([deaf, plain, done], again=0.01), 10)
    assert told == [0, 1, 2]
    assert deaf.cancelled()
    assert plain.cancelled()
    assert not done.cancelled()
