"""The data folder: made private, held by one process at a time, with a place for sockets.

::

    DATA/lyceum.lock      held by flock(2) while a lyceum serves this folder; the kernel lets go when it dies
    DATA/secret           signs tokens (see `lyceum.secret`)
    DATA/postgres/        the PostgreSQL cluster
    DATA/run/             sockets; only this user may enter
"""

import errno
import fcntl
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lyceum.errors import DataFolderInUse, DataFolderUnusable, DiskFull, ServiceError

MIN_FREE_BYTES = 128 * 1024 * 1024
"""A fresh cluster takes 40 MB and the write-ahead log grows before it is recycled."""
SOCKET_PATH_BYTES = 107
"""sun_path of unix(7) without its closing zero."""
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9/._+-]*\Z")


def make_private(path: Path) -> Path:
    """Create the data folder if it is missing, for this user alone, and return its absolute path.

    A folder that is already there keeps its mode. Root's is passable, but not listable, by others, so that a
    PostgreSQL that had to leave root reaches its cluster; everything inside has a mode of its own.
    """
    path = path.expanduser().resolve()
    with readable_errors(path):
        path.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    return path


def check_space(path: Path) -> None:
    """Raise `DiskFull` when so little is free that starting could do harm."""
    free = shutil.disk_usage(path).free
    if free < MIN_FREE_BYTES:
        raise DiskFull(
            f"The disk is full: {free // 2**20} MB are free where {path} is, and {MIN_FREE_BYTES // 2**20} MB are "
            "needed to start. Free some space, or choose another folder with --data-dir."
        )


@contextmanager
def readable_errors(path: Path) -> Iterator[None]:
    """Turn what the file system says about ``path`` into one of our errors."""
    try:
        yield
    except OSError as error:
        raise describe(error, path) from error


def describe(error: OSError, path: Path) -> ServiceError:
    """``error`` in words a person can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk is full: nothing can be written to {path}. Free some space and start again.")
    reason = error.strerror or str(error)
    return DataFolderUnusable(
        f"The data folder {path} cannot be used: {error.filename or path}: {reason}. "
        "Give this user write access to it, or choose another folder with --data-dir."
    )


@contextmanager
def held(folder: Path, name: str = "lyceum.lock") -> Iterator[None]:
    """Hold ``folder`` for this process; raise `DataFolderInUse` when another live one does."""
    with readable_errors(folder):
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle, folder)
        with readable_errors(folder):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise DataFolderInUse(
            f"The data folder {folder} is already in use by a running lyceum (process {holder}). "
            "Stop it first, or choose another folder with --data-dir."
        ) from None


def socket_folder(folder: Path, name: str) -> Path:
    """A private folder for the Unix socket ``name``: ``folder/run``, or a short one elsewhere when that does not do.

    A socket's path holds about 100 bytes, connection strings split on some characters, and some shared file systems
    have no sockets. The folder elsewhere is noted, and removed by `drop_socket_folder` or by the next start.
    """
    with readable_errors(folder):
        run = folder / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        drop_socket_folder(folder, name)
        if _takes_sockets(run, name):
            return run
        elsewhere = Path(tempfile.mkdtemp(prefix="lyceum-", dir=os.environ.get("XDG_RUNTIME_DIR")))
        _note(folder, name).write_text(str(elsewhere))
        return elsewhere


def drop_socket_folder(folder: Path, name: str) -> None:
    """Remove the folder elsewhere that `socket_folder` made for ``name``, if it did."""
    note = _note(folder, name)
    with suppress(FileNotFoundError):
        elsewhere = Path(note.read_text())
        if elsewhere.name.startswith("lyceum-"):
            shutil.rmtree(elsewhere, ignore_errors=True)
        note.unlink()


def _note(folder: Path, name: str) -> Path:
    return folder / "run" / f"{name}.elsewhere"


def _takes_sockets(run: Path, name: str) -> bool:
    if not _PLAIN_PATH.match(str(run)) or len(os.fsencode(run / name)) > SOCKET_PATH_BYTES:
        return False
    trial = run / "trial"
    trial.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.bind(str(trial))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES):
                raise
            return False
    trial.unlink()
    return True
