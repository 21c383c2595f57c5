"""Become another program that dies with its parent. Run by path, standard library only.

``python -I -S launch.py PARENT_PID SIGNAL IDENTITY PROGRAM [ARGUMENT…]``

The process first takes on IDENTITY, then asks the kernel for SIGNAL when its parent ends (changing credentials
would forget the request, hence the order), and then executes PROGRAM, keeping its process id. Doing this in a
process of its own keeps Python code out of the moment between ``fork`` and ``exec`` of a threaded server.

IDENTITY is one of

- ``same``: whoever started it;
- ``drop:UID:GID``: from root to that user, for good;
- ``map:UID:GID``: stay who it is for the file system, but inside a user namespace (user_namespaces(7)) where it
  is known as UID. PostgreSQL refuses to run as root; this way it serves root's own folders and still holds no
  privilege.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
EXIT_REFUSED = 96
"""The identity could not be taken on."""
EXIT_NO_PROGRAM = 97
"""The program could not be executed."""


def _enter_user_namespace(uid: int, gid: int) -> None:
    """Be known as ``uid``:``gid`` in a new user namespace that maps this user alone."""
    outside_uid, outside_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outside_uid} 1"),
        ("gid_map", f"{gid} {outside_gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def _drop_to(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def _take_identity(identity: str) -> None:
    kind, *numbers = identity.split(":")
    if kind == "map":
        _enter_user_namespace(int(numbers[0]), int(numbers[1]))
    elif kind == "drop":
        _drop_to(int(numbers[0]), int(numbers[1]))


def _die_with(parent: int, signal_number: int) -> None:
    """Ask for ``signal_number`` when the parent ends; leave at once when it already has."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def main(arguments: list[str]) -> None:
    """Never returns."""
    parent, signal_number, identity, *program = arguments
    try:
        _take_identity(identity)
    except OSError as error:
        print(f"cannot become {identity}: {error.strerror}", file=sys.stderr)
        sys.exit(EXIT_REFUSED)
    _die_with(int(parent), int(signal_number))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python ignores these, and an ignored signal stays ignored over exec
    try:
        os.execv(program[0], program)  # noqa: S606 - the very purpose of this file
    except OSError as error:
        print(f"cannot execute {program[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(EXIT_NO_PROGRAM)


if __name__ == "__main__":
    main(sys.argv[1:])
