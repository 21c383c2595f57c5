"""Who PostgreSQL runs as. It refuses to be root, and root is what containers and fresh machines give us."""

import os
import pwd
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from lyceum.errors import NoIdentity

LAUNCHER = Path(__file__).with_name("launch.py")
PROBE = '"$0" --version >/dev/null && test -w "$1" && test -x "$1"'


@dataclass(frozen=True, slots=True)
class Identity:
    """``kind`` as in `launch`: ``same``, ``drop`` or ``map``; ``uid`` and ``gid`` are unused for ``same``."""

    kind: str
    uid: int = 0
    gid: int = 0

    def __str__(self) -> str:
        return self.kind if self.kind == "same" else f"{self.kind}:{self.uid}:{self.gid}"

    def own(self, path: Path) -> None:
        """Give ``path`` (not what is inside) to this identity."""
        if self.kind == "drop":
            os.chown(path, self.uid, self.gid)


SAME = Identity("same")


def launch_command(identity: Identity, death_signal: signal.Signals, program: list[str]) -> list[str]:
    """The command that runs ``program`` as ``identity``, and ends it by ``death_signal`` when this process ends."""
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
    return [*launcher, str(os.getpid()), str(int(death_signal)), str(identity), *program]


def choose_identity(program: Path, cluster: Path, folder: Path) -> Identity:
    """Who may run ``program`` on ``cluster`` (which need not exist) with sockets in ``folder``.

    An ordinary user stays who they are; one without a name, as containers have them, borrows one. Root becomes the
    owner of an existing cluster; else root is mapped inside a user namespace, so that folders only root may enter
    still work; where namespaces are not allowed, root drops to an unprivileged account. ``folder`` is given to the
    identity that is returned. Raise `NoIdentity` when nothing works.
    """
    for identity in _candidates(cluster):
        identity.own(folder)
        if identity is SAME or _works(identity, program, folder):
            return identity
    raise NoIdentity(
        "PostgreSQL refuses to run as root, user namespaces are not allowed here, and no other account may enter "
        f"{program.parent} and {folder}. Run lyceum as an ordinary user, or put it and its data folder where others "
        "may enter (for instance under /srv), or set LYCEUM_DATABASE_URL."
    )


def _candidates(cluster: Path) -> list[Identity]:
    if os.geteuid() != 0:
        return [SAME] if _has_name(os.geteuid()) else [_mapped(), SAME]
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        return [Identity("drop", owner.st_uid, owner.st_gid)]
    mapped = _mapped()
    return [mapped, replace(mapped, kind="drop")]


def _has_name(uid: int) -> bool:
    """initdb insists on one."""
    return any(entry.pw_uid == uid for entry in pwd.getpwall())


def _mapped() -> Identity:
    account = _unprivileged_account()
    return Identity("map", account.pw_uid, account.pw_gid)


def _unprivileged_account() -> pwd.struct_passwd:
    """An account that is not root's."""
    accounts = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ("postgres", "nobody", *accounts):
        if name in accounts:
            return accounts[name]
    raise NoIdentity(
        "PostgreSQL refuses to run as root and this machine has no other account: add one (adduser lyceum)."
    )


def _works(identity: Identity, program: Path, folder: Path) -> bool:
    """Whether ``identity`` can be taken on, run ``program`` and write into ``folder``."""
    shell = ["/bin/sh", "-c", PROBE, str(program), str(folder)]
    command = launch_command(identity, signal.SIGKILL, shell)
    finished = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    return finished.returncode == 0
