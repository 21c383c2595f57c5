"""The bus: named channels between the processes of one deployment.

Guarantees, the same in every implementation:

* **at most once**: a message may be lost (never in memory; on Redis when a link breaks) and is
  never delivered twice to a handler;
* **ordered** per publisher and channel: what arrives, arrives in the order it was published;
* **never blocks**: `publish` puts the message into a byte-bounded queue and returns; past the bound the newest is
  dropped and counted (the receivers see a gap);
* **batched**: a handler gets all that arrived in one turn of the loop as one list;
* **breaks show**: after a time in which messages may have been lost unseen, the handlers of `on_reset` are called;
* **death shows**: when a channel has no receiver, the handlers of `on_unreachable` hear of it (with its name), at
  once or with the next message; nobody waits for a time-out to learn that a process is gone.

Messages are immutable and handlers must not keep the loop busy. Handlers never run inside `publish`.
"""

from collections.abc import Callable
from typing import Protocol

from realtime.envelopes import Message

Handler = Callable[[list[Message]], None]
"""Takes what arrived in one turn, in order."""


class Bus(Protocol):
    """See the module's docstring for the guarantees."""

    @property
    def lossy(self) -> bool:
        """Whether messages can be lost at all (then senders send pulses, so that the loss of a last message shows)."""
        ...

    async def subscribe(self, channel: str, handler: Handler) -> None:
        """Have ``handler`` called with what arrives on ``channel``; on return the subscription stands.

        One handler a channel a process; a second `subscribe` replaces the first."""
        ...

    async def unsubscribe(self, channel: str) -> None:
        """Stop; messages under way may be dropped."""
        ...

    def publish(self, channel: str, message: Message) -> None:
        """Send ``message`` to whoever is subscribed to ``channel``, in any process."""
        ...

    def on_reset(self, handler: Callable[[], None]) -> None:
        """Have ``handler`` called when this process is on the bus again after a break (never on a bus in memory)."""
        ...

    def on_unreachable(self, handler: Callable[[str], None]) -> None:
        """Have ``handler`` called with the name of a channel that turned out to have no receiver."""
        ...
