"""The numbered links of one room to the gateways that have people in it."""

import enum

from realtime.envelopes import Attach, ToRoom, outlet

TELL_AGAIN_SECONDS = 1.0
"""Until a gateway attaches again it is told this often that its link is lost: the telling may have been lost too."""
TELLINGS = 20
"""Then it is left alone: it is not there any more, or has nobody in the room."""


class Verdict(enum.Enum):
    """What to do with a message."""

    TAKE = enum.auto()
    TELL = enum.auto()
    """Messages before it were lost: drop it, and tell the gateway to attach again."""
    DROP = enum.auto()
    """As `TELL`, but the gateway has just been told."""


class Link:
    """One gateway: what came, what was sent."""

    __slots__ = ("channel", "gateway", "lost", "received", "sent", "tellings", "told_at")

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.channel = outlet(gateway)
        self.received = 0
        self.sent = 0
        self.lost = True
        self.told_at = float("-inf")
        self.tellings = 0

    def attach(self, number: int) -> None:
        """Both counters start again: the first answer has the number of the question."""
        self.received, self.sent, self.lost = number, number - 1, False
        self.told_at, self.tellings = float("-inf"), 0


class Links:
    """By gateway."""

    __slots__ = ("links",)

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}

    def judge(self, message: ToRoom, now: float) -> Verdict:
        """Count a message in, or find that others before it were lost. From no gateway: always taken."""
        if not message.gateway:
            return Verdict.TAKE
        link = self.links.get(message.gateway)
        if link is None:
            link = self.links[message.gateway] = Link(message.gateway)
        if type(message.body) is Attach:
            link.attach(message.link)
            return Verdict.TAKE
        if not link.lost and message.link == link.received + 1:
            link.received += 1
            return Verdict.TAKE
        return self._lose(link, now)

    def lose(self, gateway: str, now: float) -> Verdict:
        """A message of this gateway had to be dropped."""
        return self._lose(self.links.setdefault(gateway, Link(gateway)), now)

    def _lose(self, link: Link, now: float) -> Verdict:
        link.lost = True
        if now - link.told_at < TELL_AGAIN_SECONDS:
            return Verdict.DROP
        link.told_at = now
        link.tellings += 1
        return Verdict.TELL

    def still_lost(self, now: float) -> list[str]:
        """The gateways to be told again."""
        due = [
            link.gateway
            for link in self.links.values()
            if link.lost and link.tellings < TELLINGS and now - link.told_at >= TELL_AGAIN_SECONDS
        ]
        for gateway in due:
            self.lose(gateway, now)
        return due

    def detached(self, gateway: str, number: int) -> None:
        """Its Detach, message ``number``, was handled: the link is over, unless it has attached again meanwhile."""
        link = self.links.get(gateway)
        if link is not None and link.received == number:
            del self.links[gateway]

    def forget(self, gateway: str) -> None:
        """The gateway is gone from the room."""
        self.links.pop(gateway, None)
