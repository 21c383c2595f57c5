"""Who waits to be admitted: connections that asked to join and were not let in yet. Not kept: they ask again."""

from msgspec.structs import replace

from realtime.envelopes import Join, ToRoom
from realtime.frames.state import Member


class Lobby:
    """Connections that wait, each with the message it asked to join by."""

    __slots__ = ("_asked", "moved")

    def __init__(self) -> None:
        self._asked: dict[str, tuple[ToRoom, Join]] = {}
        self.moved = False
        """Whether staff have not been told yet who waits."""

    def __len__(self) -> int:
        return len(self._asked)

    def __contains__(self, conn: str) -> bool:
        return conn in self._asked

    def wait(self, message: ToRoom, it: Join) -> None:
        self._asked[message.conn] = message, replace(it, again=False, docs={})
        self.moved = True

    def leave(self, conn: str) -> None:
        self.moved |= self._asked.pop(conn, None) is not None

    def gateway_gone(self, gateway: str) -> None:
        for conn in [conn for conn, (message, _) in self._asked.items() if message.gateway == gateway]:
            self.leave(conn)

    def users(self) -> list[str]:
        """Who waits, in the order in which they came."""
        return list(dict.fromkeys(it.grant.user for _, it in self._asked.values()))

    def members(self) -> list[Member]:
        """As staff see them."""
        people = {it.grant.user: it.grant for _, it in self._asked.values()}
        return [Member(user, grant.shown_name, grant.role.value) for user, grant in people.items()]

    def peek(self, user: str) -> list[tuple[ToRoom, Join]]:
        """The connections of somebody who waits."""
        return [(message, it) for message, it in self._asked.values() if it.grant.user == user]

    def take(self, user: str) -> list[tuple[ToRoom, Join]]:
        """The connections of somebody who waits no more."""
        taken = self.peek(user)
        for message, _ in taken:
            self.leave(message.conn)
        return taken
