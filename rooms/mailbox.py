"""What one room has not handled yet, bounded in bytes."""

from collections import deque

from realtime.envelopes import Forward, Join, ToRoom
from realtime.frames.client import Answer, Awareness, Do, Update

CARRIERS = (Update, Answer, Awareness)
ENVELOPE_BYTES = 300
"""What a message weighs besides the update it carries."""


class Mailbox:
    """First in, first out.

    Past ``limit`` bytes requests are turned away (`put` is false: the sender is told); past twice that everything is.
    Joins and leaves still pass in between: losing one would cost the link.
    """

    __slots__ = ("_limit", "messages", "size")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.messages: deque[tuple[int, ToRoom]] = deque()
        self.size = 0
        """Bytes that wait."""

    def put(self, message: ToRoom) -> bool:
        """Take a message; false when there is no room for it."""
        size = weight(message)
        total = self.size + size
        if total > self._limit and (is_request(message) or total > 2 * self._limit):
            return False
        self.messages.append((size, message))
        self.size = total
        return True

    def pop(self) -> ToRoom:
        """The oldest message."""
        size, message = self.messages.popleft()
        self.size -= size
        return message

    def __len__(self) -> int:
        return len(self.messages)


def weight(message: ToRoom) -> int:
    """Bytes a message counts for."""
    body = message.body
    if type(body) is Forward:
        frame = body.frame
        return ENVELOPE_BYTES + (len(frame.update) if isinstance(frame, CARRIERS) else 0)
    return ENVELOPE_BYTES * (1 + len(body.docs)) if isinstance(body, Join) else ENVELOPE_BYTES


def is_request(message: ToRoom) -> bool:
    """Whether turning it away costs its sender no more than a refusal."""
    body = message.body
    return type(body) is Forward and isinstance(body.frame, Update | Answer | Awareness | Do)
