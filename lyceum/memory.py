"""What a process does with memory it has used once.

glibc learns from the largest block it ever freed (up to 32 MB): from then on blocks of that size come from the heap,
and up to twice as much stays on top of it for ever. One snapshot of a large document, and a process is 50 MB larger for
the rest of its life. With fixed bounds a large block is a mapping of its own, gone when it is freed.
"""

import ctypes
import gc

MMAP_BYTES = 1024 * 1024
"""Blocks from this size are mappings of their own: nearly all that is sent is smaller, large documents are not."""
TRIM_BYTES = 4 * MMAP_BYTES
"""What may stay free on top of the heap."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def give_back() -> None:
    """Have memory that was freed go back to the system; does nothing where the C library is not glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_MMAP_THRESHOLD, MMAP_BYTES)
    mallopt(_M_TRIM_THRESHOLD, TRIM_BYTES)


def keep_imports() -> None:
    """What was imported lives as long as the process: keep the collector from walking it again and again."""
    gc.collect()
    gc.freeze()
