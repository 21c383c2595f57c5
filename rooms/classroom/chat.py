"""Chat: messages by growing id; a deleted one keeps its place without its text."""

from msgspec.structs import replace

from realtime.frames.state import ChatMessage, Member
from realtime.limits import Limits
from realtime.refusals import Refuse
from rooms.classroom.records import Said, Unsaid
from rooms.errors import CommandRefused

PAGE = 100
HELD_MESSAGES = 10_000
HELD_CHARACTERS = 4_000_000
"""What a live room holds; what is older stays in the log alone."""


class Chat:
    """The messages of a room, oldest first."""

    __slots__ = ("_characters", "_limits", "_messages", "next_id")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._messages: dict[int, ChatMessage] = {}
        self._characters = 0
        self.next_id = 1

    def say(self, who: Member, text: str, at: float) -> Said:
        """Decide a message; ``at`` is Unix seconds."""
        text = text.strip()
        if not text:
            raise CommandRefused(Refuse.MALFORMED)
        if len(text) > self._limits.chat_characters:
            raise CommandRefused(Refuse.TOO_LONG)
        return Said(ChatMessage(self.next_id, who.user, who.name, who.role, at, text))

    def unsay(self, who: Member, message: int, *, staff: bool) -> Unsaid:
        """Decide a deletion: staff may delete any message, others their own."""
        held = self._messages.get(message)
        if held is None or held.deleted:
            raise CommandRefused(Refuse.UNKNOWN)
        if not staff and held.user != who.user:
            raise CommandRefused(Refuse.NOT_ALLOWED)
        return Unsaid(message)

    def apply_said(self, said: Said) -> None:
        message = said.message
        self._messages[message.id] = message
        self.next_id = max(self.next_id, message.id + 1)
        self._characters += len(message.text)
        while len(self._messages) > HELD_MESSAGES or self._characters > HELD_CHARACTERS:
            oldest = self._messages.pop(next(iter(self._messages)))
            self._characters -= len(oldest.text)

    def apply_unsaid(self, unsaid: Unsaid) -> None:
        held = self._messages.get(unsaid.id)
        if held is not None:
            self._characters -= len(held.text)
            self._messages[unsaid.id] = replace(held, text="", deleted=True)

    def all(self) -> list[ChatMessage]:
        """Everything held, oldest first."""
        return list(self._messages.values())

    def recent(self) -> list[ChatMessage]:
        """What somebody who enters is shown."""
        return self.all()[-self._limits.chat_kept :]

    def page(self, before: int) -> tuple[list[ChatMessage], bool]:
        """Up to `PAGE` messages with an id below ``before``, oldest first, and whether there is still older."""
        older = [message for message in self._messages.values() if message.id < before]
        return older[-PAGE:], len(older) > PAGE
