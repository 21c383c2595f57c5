"""Rooms whose stage this node was not told yet: what is asked about them waits while their owner is asked.

A node that takes a room over knows nothing of who was sent out, taken off the stage or never let in. Rather than
believe grants until the room's owner speaks, it asks, again and again, and answers nobody before it knows.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from media.errors import LimitReached, MediaError, NotReady
from media.policy import Policy
from realtime.envelopes import ToMedia

AskOwner = Callable[[str], Awaitable[None]]
"""Has the owner of a room told to answer with its `StageSet`. Returns once that is sent; when it cannot be, says
nothing: it is asked again."""
AGAIN_SECONDS = 0.2
PATIENCE_SECONDS = 8.0
MOST_WAITING = 2_000
"""Requests in all, and"""
MOST_OF_ONE = 8
"""of one connection."""


@dataclass(slots=True)
class _Question:
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[ToMedia] = field(default_factory=list[ToMedia])


class Untold:
    """`take` gets what waited, in order, once the stage is there; `refuse` what waited in vain."""

    def __init__(
        self,
        policy: Policy,
        ask: AskOwner,
        tasks: asyncio.TaskGroup,
        take: Callable[[ToMedia], None],
        refuse: Callable[[ToMedia, MediaError], None],
    ) -> None:
        self.policy = policy
        self._ask = ask
        self._tasks = tasks
        self._take = take
        self._refuse = refuse
        self._questions: dict[str, _Question] = {}
        self._count = 0

    def hold(self, message: ToMedia) -> bool:
        """Whether the message has to wait. A connection that is gone takes with it what waited for it."""
        if self.policy.knows(message.room):
            return False
        if message.frame is None:
            self._forget(message.room, message.conn)
            return False
        waiting = self._question(message.room).waiting
        if self._count >= MOST_WAITING or sum(it.conn == message.conn for it in waiting) >= MOST_OF_ONE:
            self._refuse(message, LimitReached("too much waits for this class to be found; try again in a moment"))
        else:
            waiting.append(message)
            self._count += 1
        return True

    async def told(self, room: str) -> None:
        """Return when the room's stage is known, or cannot be had."""
        if not self.policy.knows(room):
            await self._question(room).answered.wait()

    def answered(self, room: str) -> None:
        """The stage is known: what waited goes on."""
        for message in self._close(room):
            self._take(message)

    def end(self) -> None:
        """Nobody waits any more: the node ends."""
        for room in list(self._questions):
            self._close(room)

    def _question(self, room: str) -> _Question:
        question = self._questions.get(room)
        if question is None:
            question = self._questions[room] = _Question()
            self._tasks.create_task(self._insist(room, question), name=f"media-stage-{room}")
        return question

    def _forget(self, room: str, conn: str) -> None:
        question = self._questions.get(room)
        if question is not None:
            kept = [it for it in question.waiting if it.conn != conn]
            self._count -= len(question.waiting) - len(kept)
            question.waiting = kept

    def _close(self, room: str) -> list[ToMedia]:
        question = self._questions.pop(room, None)
        if question is None:
            return []
        question.answered.set()
        self._count -= len(question.waiting)
        return question.waiting

    async def _insist(self, room: str, question: _Question) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not question.answered.is_set():
                    await self._ask(room)
                    await _either(question.answered, AGAIN_SECONDS)
        except TimeoutError:
            for message in self._close(room):
                self._refuse(message, NotReady("this class cannot be reached right now; try again in a moment"))


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Until the event, or for so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
