"""npm projects from their lock files, and the web build."""

import re
import shutil
import subprocess
from pathlib import Path

from scripts.prepare.steps import ROOT, SETUP, PrepareError, Step, digest, quietly

WEB = ROOT / "web"
INTEROP = ROOT / "tests" / "interop" / "node"
NODE_NEEDED = (20, 0)
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


def packages(project: Path, what: str) -> Step:
    """`npm ci` in `project`."""
    lock = project / "package-lock.json"
    modules = project / "node_modules"
    key = digest([lock, project / "package.json", project / ".npmrc"])
    return Step(f"npm packages for {what}", key, modules / ".lyceum", modules, lambda: npm("ci", project))


def web_build() -> Step:
    """`npm run build` into `web/dist`, again only when a source changed."""
    sources = (path for path in WEB.rglob("*") if not NOT_SOURCES & set(path.relative_to(WEB).parts))
    stamp = WEB / "node_modules" / ".lyceum-build"
    return Step("the web client", digest(sources), stamp, WEB / "dist" / "index.html", lambda: npm("run build", WEB))


def npm(command: str, project: Path) -> None:
    """Runs one npm command; its cache and logs stay in the clone."""
    _require_node()
    env = {"npm_config_cache": str(SETUP / "npm"), "npm_config_audit": "false", "npm_config_fund": "false"}
    env |= {"npm_config_update_notifier": "false", "CI": "true", "NO_COLOR": "1"}
    where = project.relative_to(ROOT)
    quietly(["npm", *command.split()], f"npm {command} failed in {where}", cwd=project, env=env)


def _require_node() -> None:
    needed = ".".join(map(str, NODE_NEEDED))
    mend = f"Node.js {needed} or newer with npm is needed: sudo apt-get install nodejs npm, or put yours on PATH"
    if not shutil.which("node") or not shutil.which("npm"):
        raise PrepareError(mend)
    said = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if not found or (int(found[1]), int(found[2])) < NODE_NEEDED:
        raise PrepareError(f"{mend} (found {said.strip() or 'none that runs'})")
