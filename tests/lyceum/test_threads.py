"""A thread that computes does not keep the loop waiting, and does not count as the loop's load."""

import asyncio
import sys
import time

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
    def compute() -> None:
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            sum(range(100))

    meter = load_meter(SystemClock())
    await asyncio.to_thread(compute)
    assert meter() < 0.5, "the loop had nothing to do meanwhile"
