"""What this machine has beside Python: Chromium for browser tests, Node with the interop peers."""

import os
import shutil
from pathlib import Path

PEERS = Path(__file__).parent / "interop" / "node"
"""The npm project whose `node_modules` hold the real clients (yjs, y-websocket, @hocuspocus/provider, axe-core)."""


def chromium() -> str | None:
    """Path of the browser: `LYCEUM_CHROMIUM`, else Debian's."""
    return os.environ.get("LYCEUM_CHROMIUM") or shutil.which("chromium")


def headless() -> str | None:
    """The browser for pages without media: the headless shell of the same Chromium where it is installed. It has no
    windows of its own to draw, so a page costs half as much; it has no screen to share either."""
    return os.environ.get("LYCEUM_CHROMIUM") or shutil.which("chromium-headless-shell") or chromium()


def no_browser() -> str | None:
    """Why browser tests cannot run, or None."""
    if chromium():
        return None
    return "browser tests: no Chromium (sudo apt-get install chromium, or set LYCEUM_CHROMIUM)"


def no_peers() -> str | None:
    """Why interop tests cannot run, or None."""
    if not shutil.which("node"):
        return "interop tests: no Node.js (sudo apt-get install nodejs npm)"
    if not (PEERS / "node_modules").is_dir():
        return "interop tests: the npm peers are not installed (make test installs them)"
    return None
