"""Programs that come from Debian's packages. Only root, or a user whose sudo asks no password, gets them installed."""

import os
import shutil
import subprocess

from scripts.prepare.steps import PrepareError, quietly

WITHOUT_QUESTIONS = {"DEBIAN_FRONTEND": "noninteractive"}


def program(name: str, package: str, what_for: str, otherwise: str = "will be skipped") -> None:
    """Installs `package` when `name` is not on PATH; where that may not be, says what becomes of `what_for`."""
    if shutil.which(name):
        return
    print(f"  · {name} for {what_for} (Debian's package {package}) …", flush=True)
    if not install(package) or not shutil.which(name):
        print(f"    not installed: {what_for} {otherwise}; to mend it: sudo apt-get install {package}", flush=True)


def install(package: str) -> bool:
    """True when the package is there now."""
    prefix = _privilege()
    if prefix is None or not shutil.which("apt-get"):
        return False
    steps = [["install", "-y", "--no-install-recommends", package]]
    try:
        _apt(prefix, steps[0])
    except PrepareError:
        return _after_update(prefix, steps[0])
    return True


def _after_update(prefix: list[str], arguments: list[str]) -> bool:
    """A new machine has no package lists, or old ones."""
    try:
        _apt(prefix, ["update"])
        _apt(prefix, arguments)
    except PrepareError as error:
        print(f"    {error}", flush=True)
        return False
    return True


def _apt(prefix: list[str], arguments: list[str]) -> None:
    quietly([*prefix, "apt-get", "-q", *arguments], f"apt-get {arguments[0]} failed", env=WITHOUT_QUESTIONS)


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL)
    return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"] if asked.returncode == 0 else None
