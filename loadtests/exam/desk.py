"""Somebody at the API, one blocking request at a time: for what comes before and after a load and is not measured."""

import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from loadtests.exam.http import Refused, Unreachable

BUSY = (429, 503)
TRIES = 60
TIMEOUT_SECONDS = 30.0


class Desk:
    """``host`` is the server's origin, such as ``http://127.0.0.1:8000``; ``token`` a session's or an API key."""

    def __init__(self, host: str, token: str = "") -> None:
        self._root = host.rstrip("/") + "/api/v1"
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What is answered; a server that says when to come back is taken at its word. Raise `Refused` or
        `Unreachable`."""
        content = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(self._root + path, content, self._headers | named, method=method)
        for _ in range(TRIES):
            try:
                with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                    return json.loads(answer.read() or b"null")
            except HTTPError as error:
                _wait_or_refuse(error, f"{method} {path.partition('?')[0]}")
            except OSError as error:
                raise Unreachable(f"{self._root}: {error}") from None
        raise Unreachable(f"{method} {path}: told to wait {TRIES} times")


def _wait_or_refuse(error: HTTPError, asked: str) -> None:
    with error:
        if error.code not in BUSY:
            raise Refused(f"{asked}: {error.code} {error.read(300).decode(errors='replace')}") from None
        time.sleep(float(error.headers.get("Retry-After", 1)))
