"""Why a WebSocket is closed, in two groups: retry, and terminal.

Stock clients decide by the number alone: y-websocket 3 gives up for good on 4400 to 4499 and comes back after
anything else, the Hocuspocus provider knows 4401, 4403, 4408, 4205 and 1009. So what time can mend stays outside 44xx.
"""

import enum
from typing import NamedTuple


class Close(NamedTuple):
    """One reason to close: the RFC 6455 code, the words that go with it, whether to come back by itself."""

    code: int
    name: str
    reason: str
    retry: bool


class CloseCode(enum.Enum):
    """Every code Lyceum closes with."""

    NORMAL = Close(1000, "normal", "Goodbye.", False)
    TOO_BIG = Close(1009, "frame-too-big", "That message is larger than this server takes.", False)
    BAD_REQUEST = Close(4400, "bad-request", "That is not a message of this protocol.", False)
    UNAUTHORIZED = Close(4401, "unauthorized", "The join token is missing, expired or not valid here.", False)
    FORBIDDEN = Close(4403, "forbidden", "This join token does not open that room.", False)
    NOT_FOUND = Close(4404, "not-found", "There is no such room or document name.", False)
    HELLO_TIMEOUT = Close(4408, "hello-timeout", "No join token arrived in time.", False)
    REMOVED = Close(4410, "removed", "A teacher ended your visit to this room.", False)
    DRAINING = Close(1012, "draining", "This server is restarting; another takes over.", True)
    TRY_LATER = Close(1013, "try-later", "The server is at its limit for now; it will let you in shortly.", True)
    INTERNAL = Close(4500, "internal", "Something went wrong on the server; your work is kept.", True)
    SLOW_READER = Close(4508, "slow-reader", "Your connection could not keep up with the room.", True)
    TOO_FAST = Close(4529, "too-fast", "Too many messages in a short time.", True)

    @property
    def code(self) -> int:
        return self.value.code

    @property
    def reason(self) -> str:
        return self.value.reason

    @property
    def retry(self) -> bool:
        return self.value.retry
