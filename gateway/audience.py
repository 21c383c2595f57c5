"""Who is following one stream (a document, or the class), by the way they read it."""

from gateway.awareness_screen import AwarenessScreen
from gateway.member import Member
from gateway.outlet import Outlet


class Audience:
    """Connections that take everything at once: those that lag are not in here.

    ``native`` and ``yjs`` map a connection to its outlet; ``hocuspocus`` does so once for each name the document has
    been given (a lib0 string).
    """

    __slots__ = ("hocuspocus", "native", "screen", "yjs")

    def __init__(self) -> None:
        self.screen = AwarenessScreen()
        self.native: dict[str, Outlet] = {}
        self.yjs: dict[str, Outlet] = {}
        self.hocuspocus: dict[bytes, dict[str, Outlet]] = {}

    def add(self, member: Member) -> None:
        match member.door:
            case "native":
                self.native[member.conn] = member.socket.outlet
            case "yjs":
                self.yjs[member.conn] = member.socket.outlet
            case "hocuspocus":
                self.hocuspocus.setdefault(member.prefix, {})[member.conn] = member.socket.outlet

    def remove(self, member: Member) -> None:
        match member.door:
            case "native":
                self.native.pop(member.conn, None)
            case "yjs":
                self.yjs.pop(member.conn, None)
            case "hocuspocus":
                named = self.hocuspocus.get(member.prefix)
                if named is not None:
                    named.pop(member.conn, None)
                    if not named:
                        del self.hocuspocus[member.prefix]

    def __len__(self) -> int:
        return len(self.native) + len(self.yjs) + sum(map(len, self.hocuspocus.values()))
