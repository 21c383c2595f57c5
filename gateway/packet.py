"""One server frame and its encodings, each made at most once however many sockets it goes to."""

from gateway import wire_yjs
from gateway.ws_frames import message
from realtime.frames import codec
from realtime.frames.server import Awareness, ServerFrame, Update


class Packet:
    """``native`` and ``yjs`` are whole WebSocket messages; ``inner`` is what the Hocuspocus door puts a name before.

    ``yjs`` and ``inner`` exist for the two frames that stock clients get in common: updates and awareness."""

    __slots__ = ("_inner", "_native", "_yjs", "frame")

    def __init__(self, frame: ServerFrame) -> None:
        self.frame = frame
        self._native: bytes | None = None
        self._inner: bytes | None = None
        self._yjs: bytes | None = None

    @property
    def native(self) -> bytes:
        if self._native is None:
            self._native = message(codec.encode(self.frame))
        return self._native

    @property
    def inner(self) -> bytes:
        if self._inner is None:
            self._inner = _inner(self.frame)
        return self._inner

    @property
    def yjs(self) -> bytes:
        if self._yjs is None:
            inner = self._inner if self._inner is not None else self.inner
            self._yjs = message(inner) if inner else b""
        return self._yjs

    def hocuspocus(self, prefix: bytes) -> bytes:
        """A whole WebSocket message for the document called by ``prefix`` (a lib0 string)."""
        return message(prefix + self.inner) if self.inner else b""


def _inner(frame: ServerFrame) -> bytes:
    if type(frame) is Update:
        return wire_yjs.update(frame.update)
    if type(frame) is Awareness:
        return wire_yjs.awareness(frame.update)
    return b""
