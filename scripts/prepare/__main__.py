"""`python -m scripts.prepare TARGET...`: see the package's docstring."""

import fcntl
import sys
from collections.abc import Callable

from scripts.prepare import debian, node, venv
from scripts.prepare.steps import SETUP, PrepareError


def runtime() -> None:
    venv.environment().run()
    venv.locked("base", "the server").run()
    venv.command().run()


def dev() -> None:
    venv.locked("dev", "tests and checks").run()


def load() -> None:
    venv.locked("load", "load tests").run()


def web() -> None:
    node.packages(node.WEB, "the web client").run()
    node.web_build().run()


def interop() -> None:
    node.packages(node.INTEROP, "the interop tests").run()


def browser() -> None:
    debian.program("chromium", "chromium", "the browser tests")
    shell = "chromium-headless-shell"
    debian.program(shell, shell, "the browser tests", "will run in Chromium itself, at twice the cost")


def proxy() -> None:
    debian.program("haproxy", "haproxy", "the proxy tests")
    debian.program("turnserver", "coturn", "the TURN tests")


TARGETS: dict[str, Callable[[], None]] = {
    "runtime": runtime,
    "dev": dev,
    "load": load,
    "web": web,
    "interop": interop,
    "browser": browser,
    "proxy": proxy,
}


def main(targets: list[str]) -> int:
    SETUP.mkdir(exist_ok=True)
    with (SETUP / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            for target in targets:
                TARGETS[target]()
        except PrepareError as error:
            print(f"  ✗ {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
