"""Who is following one stream (a document, or the class), by the way they read it."""

from collections.abc import Callable

from gateway.awareness_screen import AwarenessScreen
from gateway.member import Member

Write = Callable[[bytes], object]


class Audience:
    """Connections that take everything at once: those that lag are not in here.

    ``native`` and ``yjs`` map a connection to its transport's ``write``; ``hocuspocus`` does so once for each name the
    document has been given (a lib0 string).
    """

    __slots__ = ("hocuspocus", "native", "screen", "yjs")

    def __init__(self) -> None:
        self.screen = AwarenessScreen()
        self.native: dict[str, Write] = {}
        self.yjs: dict[str, Write] = {}
        self.hocuspocus: dict[bytes, dict[str, Write]] = {}

    def add(self, member: Member) -> None:
        match member.door:
            case "native":
                self.native[member.conn] = member.socket.write
            case "yjs":
                self.yjs[member.conn] = member.socket.write
            case "hocuspocus":
                self.hocuspocus.setdefault(member.prefix, {})[member.conn] = member.socket.write

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
