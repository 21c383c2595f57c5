# pyright: standard
"""One UDP socket as two slabs: `Inbox` fills one with recvmmsg, `Outbox` empties the other with sendmmsg and UDP GSO.

Datagrams are written and encrypted where they will be sent from; nothing is copied a packet. A *run* is a stretch of
equal datagrams (the last may be shorter), which the kernel segments itself. The way to send is chosen at start:
`gso` (Linux with UDP_SEGMENT), `mmsg` (one message a datagram), or `plain` (socket.sendto, any system).
"""

import contextlib
import errno
import socket
from collections import deque
from typing import Any, Protocol

from media import addresses, libc
from media.aiortc_seams import srtp_ffi
from media.limits import DEFAULT_LIMITS

SLOT = 2048
READ_SLOTS = 64
SLAB = 1 << 20
MESSAGES = 512
RUN_BYTES = 62_000
RUN_SEGMENTS = 60
SOCKET_BUFFER = 8 << 20
CONTROL_BYTES = 5
"""Which eight-byte word of a message header says how long its control data is."""

Run = tuple[int, int, int]
"""(offset from the start, bytes in all, bytes a datagram)."""


class Slots(Protocol):
    """Where received datagrams lie: slot i at `view[i * SLOT]`, for libsrtp at `pointers[i]`."""

    view: memoryview
    pointers: list[Any]
    sizes: list[int]
    names: list[bytes]


class Sink(Protocol):
    """Where datagrams are written: at `view[tail:]` after `reserve`, then `add`; see `Outbox`."""

    view: memoryview
    base: Any

    def reserve(self, size: int) -> int: ...
    def add(self, path: Any, start: int, runs: list[Run], end: int) -> None: ...


def open_socket(host: str, port: int) -> socket.socket:
    """A non-blocking UDP socket on one local address, with the largest buffers the system grants."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for forced, ordinary in ((33, socket.SO_RCVBUF), (32, socket.SO_SNDBUF)):
            try:
                sock.setsockopt(socket.SOL_SOCKET, forced, SOCKET_BUFFER)
            except OSError:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, ordinary, SOCKET_BUFFER)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def best_way() -> str:
    """`gso`, `mmsg` or `plain`, for this machine."""
    if not libc.AVAILABLE:
        return "plain"
    return "gso" if libc.gso_works() else "mmsg"


class Inbox:
    """Reads up to `READ_SLOTS` datagrams a call. `view` holds slot i at `i * SLOT`; `pointers[i]` is the same for
    libsrtp."""

    def __init__(self, sock: socket.socket, portable: bool) -> None:
        self.sock = sock
        self.portable = portable
        self.slab = srtp_ffi.new("char[]", READ_SLOTS * SLOT)
        self.view = memoryview(srtp_ffi.buffer(self.slab)).cast("B")
        self.pointers = [self.slab + i * SLOT for i in range(READ_SLOTS)]
        self.name_bytes = addresses.V6_BYTES if sock.family == socket.AF_INET6 else addresses.V4_BYTES
        self.sizes: list[int] = []
        self.names: list[bytes] = []
        if not portable:
            self._prepare()

    def _prepare(self) -> None:
        ffi, size = libc.ffi, libc.MMSGHDR.size
        self._headers = ffi.new("struct mmsghdr[]", READ_SLOTS)
        self._iovecs = ffi.new("struct iovec[]", READ_SLOTS)
        self._sources = ffi.new("char[]", READ_SLOTS * self.name_bytes)
        slab, sources, iovecs = (
            libc.address_of(self.slab),
            libc.address_of(self._sources),
            libc.address_of(self._iovecs),
        )
        headers, vectors = ffi.buffer(self._headers), ffi.buffer(self._iovecs)
        for i in range(READ_SLOTS):
            libc.IOVEC.pack_into(vectors, i * libc.IOVEC.size, slab + i * SLOT, SLOT)
            name, vector = sources + i * self.name_bytes, iovecs + i * libc.IOVEC.size
            libc.MMSGHDR.pack_into(headers, i * size, name, self.name_bytes, vector, 1, 0, 0, 0, 0)
        self._lengths = memoryview(headers).cast("B").cast("I")
        self._source_view = memoryview(ffi.buffer(self._sources)).cast("B")
        self._fd = self.sock.fileno()

    def read(self) -> int:
        """How many datagrams came; their sizes and raw source addresses are in `sizes` and `names`."""
        if self.portable:
            return self._read_portable()
        count = libc.lib.recvmmsg(self._fd, self._headers, READ_SLOTS, libc.MSG_DONTWAIT, libc.ffi.NULL)
        if count <= 0:
            return 0
        lengths, sources, width = self._lengths, self._source_view, self.name_bytes
        self.sizes = [lengths[i * 16 + 14] for i in range(count)]
        self.names = [bytes(sources[i * width : (i + 1) * width]) for i in range(count)]
        return count

    def _read_portable(self) -> int:
        self.sizes, self.names = [], []
        for i in range(READ_SLOTS):
            try:
                size, source = self.sock.recvfrom_into(self.view[i * SLOT : (i + 1) * SLOT])
            except (BlockingIOError, InterruptedError):
                break
            except OSError:  # an ICMP error for something sent earlier
                continue
            self.sizes.append(size)
            self.names.append(addresses.pack((source[0], source[1])))
        return len(self.sizes)


class Path:
    """Where one peer is reached: an outbox and a remote address kept in the kernel's own form."""

    __slots__ = ("_keep", "address", "name", "name_bytes", "outbox", "raw")

    def __init__(self, outbox: Sink, raw: bytes) -> None:
        self.outbox = outbox
        self.raw = raw
        self.address = addresses.unpack(raw)
        self._keep = srtp_ffi.new("char[]", raw)
        self.name = int(srtp_ffi.cast("uintptr_t", self._keep))
        self.name_bytes = len(raw)


class Outbox:
    """A slab to write datagrams in at `tail`, and the list of runs that the next `flush` sends.

    Write at `view[tail:]` (or `base + tail` for libsrtp) after `reserve`, then `add` the runs, which moves `tail`.
    """

    def __init__(self, sock: socket.socket, way: str, queue_bytes: int = DEFAULT_LIMITS.send_queue_bytes) -> None:
        self.sock = sock
        self.way = way
        self.slab = srtp_ffi.new("char[]", SLAB)
        self.base = self.slab
        self.view = memoryview(srtp_ffi.buffer(self.slab)).cast("B")
        self.tail = 0
        self.count = 0
        self.datagrams = self.octets = self.dropped = self.syscalls = 0
        self.held: deque[tuple[bytes, int, Path]] = deque()
        self.held_bytes = 0
        self.queue_bytes = queue_bytes
        self._list: list[tuple[int, int, int, Path]] = []
        if way != "plain":
            self._prepare()

    def _prepare(self) -> None:
        ffi = libc.ffi
        self._fd = self.sock.fileno()
        self._headers = ffi.new("struct mmsghdr[]", MESSAGES)
        self._iovecs = ffi.new("struct iovec[]", MESSAGES)
        self._controls = ffi.new("char[]", MESSAGES * libc.CMSG.size)
        self._slab_at = libc.address_of(self.slab)
        self._iovecs_at, self._controls_at = libc.address_of(self._iovecs), libc.address_of(self._controls)
        self._header_bytes = ffi.buffer(self._headers)
        self._iovec_bytes = ffi.buffer(self._iovecs)
        self._control_bytes = ffi.buffer(self._controls)
        for i in range(MESSAGES):
            at = i * libc.CMSG.size
            libc.CMSG.pack_into(self._control_bytes, at, libc.CMSG_LEN, libc.SOL_UDP, libc.UDP_SEGMENT, 0)
            header = (0, 0, self._iovecs_at + i * 16, 1, self._controls_at + at, 0)
            libc.MSGHDR_HEAD.pack_into(self._header_bytes, i * 64, *header)
        self._header_words = memoryview(self._header_bytes).cast("B").cast("Q")
        self._vector_words = memoryview(self._iovec_bytes).cast("B").cast("Q")

    def reserve(self, size: int) -> int:
        """Room for `size` bytes; the offset to write at."""
        if self.tail + size > SLAB:
            self.flush()
        return self.tail

    def add(self, path: Path, start: int, runs: list[Run], end: int) -> None:
        """Take the runs written at `start` for `path`; `end` is where the next writer begins."""
        if self.count + len(runs) > MESSAGES:
            moved = self._move_and_flush(start, end)
            start, end = moved, moved + end - start
        gso = self.way == "gso"
        for offset, total, segment in runs:
            if gso or total == segment:
                self._message(path, start + offset, total, segment)
            else:
                self._split(path, start + offset, total, segment)
        self.tail = end

    def _move_and_flush(self, start: int, end: int) -> int:
        """The message list is full: send it, keeping what was just written."""
        keep = bytes(self.view[start:end])
        self.flush()
        self.view[: len(keep)] = keep
        return 0

    def _split(self, path: Path, start: int, total: int, segment: int) -> None:
        for at in range(start, start + total, segment):
            if self.count >= MESSAGES:
                self._transmit()
                self.count = 0
                self._list.clear()
            size = min(segment, start + total - at)
            self._message(path, at, size, size)

    def _message(self, path: Path, start: int, total: int, segment: int) -> None:
        self._list.append((start, total, segment, path))
        i = self.count
        self.count = i + 1
        self.octets += total
        self.datagrams += 1 if total == segment else -(-total // segment)
        if self.way == "plain":
            return
        vectors, headers = self._vector_words, self._header_words
        vectors[2 * i], vectors[2 * i + 1] = self._slab_at + start, total
        at = 8 * i
        headers[at], headers[at + 1] = path.name, path.name_bytes
        if total == segment:
            headers[at + CONTROL_BYTES] = 0
        else:
            headers[at + CONTROL_BYTES] = 24
            libc.SEGMENT.pack_into(self._control_bytes, i * 24 + libc.SEGMENT_AT, segment)

    def flush(self) -> None:
        """Send all that was added. What a full socket does not take is held, up to `queue_bytes`."""
        if self.count:
            if self.held:
                self._hold(0)
            else:
                self._transmit()
            self.count = 0
            self._list.clear()
        self.tail = 0

    def resume(self) -> bool:
        """The socket is writable again: send what was held. True when nothing is left."""
        waiting, self.held, self.held_bytes = self.held, deque(), 0
        while waiting and not self.held:
            data, segment, path = waiting.popleft()
            start = self.reserve(len(data))
            self.view[start : start + len(data)] = data
            self.add(path, start, [(0, len(data), segment)], start + len(data))
            self.flush()
        self.held.extend(waiting)
        self.held_bytes = sum(len(entry[0]) for entry in self.held)
        return not self.held

    def _transmit(self) -> None:
        if self.way == "plain":
            self._transmit_plain()
            return
        i, n = 0, self.count
        while i < n:
            self.syscalls += 1
            sent = libc.lib.sendmmsg(self._fd, self._headers + i, n - i, libc.MSG_DONTWAIT)
            if sent > 0:
                i += sent
                continue
            problem = libc.ffi.errno
            if problem in (errno.EAGAIN, errno.ENOBUFS):
                self._hold(i)
                return
            if problem != errno.EINTR:
                self._one_by_one(i, problem)
                i += 1

    def _one_by_one(self, index: int, problem: int) -> None:
        """A message the kernel refused: segments larger than the route's MTU, or a device without checksum offload."""
        start, total, segment, path = self._list[index]
        if total == segment:
            self.dropped += 1
            return
        if problem == errno.EIO:
            self.way = "mmsg"
        for at in range(start, start + total, segment):
            self._send_plain(self.view[at : min(at + segment, start + total)], path)

    def _transmit_plain(self) -> None:
        for index, (start, total, segment, path) in enumerate(self._list):
            for at in range(start, start + total, segment):
                if not self._send_plain(self.view[at : min(at + segment, start + total)], path):
                    self._hold(index)
                    return

    def _send_plain(self, data: Any, path: Path) -> bool:
        self.syscalls += 1
        try:
            self.sock.sendto(data, path.address)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            self.dropped += 1
        return True

    def _hold(self, first: int) -> None:
        for start, total, segment, path in self._list[first:]:
            if self.held_bytes + total > self.queue_bytes:
                self.dropped += -(-total // segment)
                continue
            self.held.append((bytes(self.view[start : start + total]), segment, path))
            self.held_bytes += total
