# pyright: standard
"""The sockets that hundreds of receivers share, and the few receivers whose packets are looked into.

`Floor` counts what comes by the second byte of each datagram, without touching the rest: 512 a system call. `Probe` is
one receiver's own socket: the kernel stamps each datagram when the node's send reaches it, so that latency is the
node's and not that of whoever reads; it is decrypted and checked.
"""

import asyncio
import socket
import struct
import time
from pathlib import Path
from typing import Any

from media import libc
from media.aiortc_seams import srtp_ffi

SLOTS, SLOT = 512, 2048
BUFFER_BYTES = 64 << 20
SO_RCVBUFFORCE, SO_TIMESTAMPNS, SO_REUSEADDR = 33, 35, socket.SO_REUSEADDR
MAGIC = b"\xc0\xde\xfe\xed"
STAMP = struct.Struct("!4sQ")
RTCP = bytes(range(192, 224))
NOT_MEDIA = bytes(range(128))


def stamp() -> bytes:
    """The end of a payload: when it was made."""
    return STAMP.pack(MAGIC, time.time_ns())


class Floor:
    """Every address of 127.0.0.0/8 at one port."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_REUSEADDR, 1)
        large_buffer(self.sock)
        self.sock.setblocking(False)
        self.sock.bind(("0.0.0.0", 0))
        self.port: int = self.sock.getsockname()[1]
        self.media = 0
        self.octets = 0
        ffi = libc.ffi
        self._slab = srtp_ffi.new("char[]", SLOTS * SLOT)
        self._view = memoryview(srtp_ffi.buffer(self._slab)).cast("B")
        self._headers, self._iovecs = ffi.new("struct mmsghdr[]", SLOTS), ffi.new("struct iovec[]", SLOTS)
        at, vectors = libc.address_of(self._slab), libc.address_of(self._iovecs)
        for i in range(SLOTS):
            libc.IOVEC.pack_into(ffi.buffer(self._iovecs), i * 16, at + i * SLOT, SLOT)
            header = (0, 0, vectors + i * 16, 1, 0, 0, 0, 0)
            libc.MMSGHDR.pack_into(ffi.buffer(self._headers), i * libc.MMSGHDR.size, *header)
        self._lengths = memoryview(ffi.buffer(self._headers)).cast("B").cast("I")

    def read(self) -> None:
        """Everything that waits."""
        fd = self.sock.fileno()
        while True:
            count = libc.lib.recvmmsg(fd, self._headers, SLOTS, libc.MSG_DONTWAIT, libc.ffi.NULL)
            if count <= 0:
                return
            firsts = bytes(self._view[0 : count * SLOT : SLOT])
            seconds = bytes(self._view[1 : count * SLOT : SLOT])
            others = count - len(firsts.translate(None, NOT_MEDIA))
            reports = count - len(seconds.translate(None, RTCP))
            self.media += count - others - reports
            self.octets += sum(self._lengths[14 : count * 16 : 16])
            if count < SLOTS:
                return

    def dropped(self) -> int:
        """Datagrams that this socket lost because it was not read in time."""
        for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1] == f"00000000:{self.port:04X}":
                return int(fields[-1])
        return 0


class Probe:
    """One receiver on its own socket. `ages` are in seconds."""

    def __init__(self, sock: socket.socket, rx: Any) -> None:
        self.sock = sock
        self.rx = rx
        self.media = self.bad = 0
        self.ages: list[float] = []
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        large_buffer(sock)

    def read(self) -> None:
        while True:
            try:
                data, control, _, _ = self.sock.recvmsg(SLOT, 64)
            except (BlockingIOError, ConnectionError):
                return
            if 128 <= data[0] <= 191 and not 192 <= data[1] <= 223:
                self.media += 1
                self._look(data, control)

    def _look(self, data: bytes, control: list[Any]) -> None:
        seconds, nanoseconds = struct.unpack("=qq", control[0][2])
        try:
            clear = self.rx.unprotect(data)
            magic, sent = STAMP.unpack_from(clear, len(clear) - STAMP.size)
        except Exception:
            magic, sent = b"", 0
        if magic != MAGIC:
            self.bad += 1
            return
        self.ages.append((seconds * 1_000_000_000 + nanoseconds - sent) / 1e9)


def large_buffer(sock: socket.socket) -> None:
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)


def watch(reader: Floor | Probe) -> None:
    asyncio.get_running_loop().add_reader(reader.sock.fileno(), reader.read)


def unwatch(reader: Floor | Probe) -> None:
    asyncio.get_running_loop().remove_reader(reader.sock.fileno())
    reader.sock.close()
