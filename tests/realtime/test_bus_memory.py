"""What only the bus inside one process promises: answers in the same turn, and others' turns in between."""

import asyncio

from realtime.bus.bus_memory import ROUNDS, MemoryBus
from realtime.envelopes import LinkLost, Message


def numbered(number: int) -> LinkLost:
    return LinkLost(str(number), "w")


async def test_what_a_handler_says_is_handed_over_in_the_same_turn_of_the_loop() -> None:
    bus = MemoryBus()
    heard: list[Message] = []

    def answer(batch: list[Message]) -> None:
        for message in batch:
            bus.publish("answered", message)

    await bus.subscribe("asked", answer)
    await bus.subscribe("answered", heard.extend)
    bus.publish("asked", numbered(1))
    bus.publish("asked", numbered(2))
    assert not heard, "never within the call: a handler is not entered while it runs"
    await asyncio.sleep(0)
    assert heard == [numbered(1), numbered(2)]


async def test_two_who_answer_each_other_for_ever_leave_turns_to_others_and_lose_nothing() -> None:
    bus = MemoryBus()
    heard: list[int] = []

    def answer(batch: list[Message]) -> None:
        for message in batch:
            assert isinstance(message, LinkLost)
            heard.append(int(message.room))
            bus.publish("again", numbered(int(message.room) + 1))

    await bus.subscribe("again", answer)
    bus.publish("again", numbered(0))
    await asyncio.sleep(0)
    assert heard == list(range(ROUNDS))
    await asyncio.sleep(0)
    assert heard == list(range(2 * ROUNDS))
    await bus.unsubscribe("again")


async def test_a_handler_that_raises_costs_only_its_own_batch() -> None:
    bus = MemoryBus()
    heard: list[Message] = []
    errors: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: errors.append(context["exception"]))

    def broken(_: list[Message]) -> None:
        raise RuntimeError("broken")

    await bus.subscribe("broken", broken)
    await bus.subscribe("whole", heard.extend)
    bus.publish("broken", numbered(1))
    bus.publish("whole", numbered(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert heard == [numbered(2)]
    assert [str(error) for error in errors] == ["broken"]
