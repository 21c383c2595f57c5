# pyright: standard
"""recvmmsg and sendmmsg of the C library, and the kernel's UDP segmentation offload, through cffi (no compiler needed).

A Linux 64-bit layout is assumed by the struct formats below and checked at import against the C declarations; anything
else gets `AVAILABLE = False` and `media.udp` takes its portable path.
"""

import socket
import struct
import sys
from typing import Any

from cffi import FFI

SOL_UDP = 17
UDP_SEGMENT = 103
MSG_DONTWAIT = 0x40

MMSGHDR = struct.Struct("=QI4xQQQQi4xI4x")
MSGHDR_HEAD = struct.Struct("=QI4xQQQQ")
IOVEC = struct.Struct("=QQ")
CMSG = struct.Struct("=QiiH6x")
CMSG_LEN = 18
SEGMENT, SEGMENT_AT = struct.Struct("=H"), 16
"""The size of a segment in a control message."""

ffi = FFI()
ffi.cdef("""
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr { void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
                    void *msg_control; size_t msg_controllen; int msg_flags; };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int recvmmsg(int fd, struct mmsghdr *vec, unsigned int n, int flags, void *timeout);
    int sendmmsg(int fd, struct mmsghdr *vec, unsigned int n, int flags);
""")


def _load() -> Any:
    if sys.platform != "linux" or sys.byteorder != "little":
        return None
    try:
        lib = ffi.dlopen(None)
        found = [getattr(lib, name) for name in ("recvmmsg", "sendmmsg")]
    except (OSError, AttributeError):
        return None
    fits = ffi.sizeof("struct mmsghdr") == MMSGHDR.size and ffi.sizeof("struct iovec") == IOVEC.size
    return lib if fits and found else None


lib = _load()
AVAILABLE = lib is not None


def address_of(cdata: Any) -> int:
    """The machine address of a cffi buffer."""
    return int(ffi.cast("uintptr_t", cdata))


def gso_works(family: int = socket.AF_INET) -> bool:
    """Whether this kernel segments UDP: asks for the option and sets it back, sends nothing."""
    if not AVAILABLE:
        return False
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.setsockopt(SOL_UDP, UDP_SEGMENT, 1200)
            probe.setsockopt(SOL_UDP, UDP_SEGMENT, 0)
        except OSError:
            return False
    return True
