"""A thread that computes does not keep the loop waiting, and does not count as the loop's load."""

import asyncio
import sys
import threading

import pytest

from lyceum.planes import load_meter
from lyceum.threads import SWITCH_SECONDS, put_the_loop_first
from realtime.clock import SystemClock


def test_threads_give_the_interpreter_back_soon() -> None:
    before = sys.getswitchinterval()
    try:
        put_the_loop_first()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    finally:
        sys.setswitchinterval(before)


async def test_what_a_thread_computes_is_not_the_loops_load() -> None:
    meter, stop, looks = load_meter(SystemClock()), threading.Event(), []

    def compute() -> None:
        while not stop.is_set():
            sum(range(100))

    computing = asyncio.create_task(asyncio.to_thread(compute))
    for _ in range(30):
        await asyncio.sleep(0.03)
        looks.append(meter())
    stop.set()
    await computing
    assert sorted(looks)[len(looks) // 2] < 0.5, "half of the time the loop had nothing to do"
