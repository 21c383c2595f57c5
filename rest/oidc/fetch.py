"""HTTP to a provider's addresses, which an institution's administrator chose: bounded in time and size, never
redirected, and (unless the installation says otherwise) never into our own network.

The name is resolved once, and the connection goes to the address that was checked: a name that changes in between gains
nothing."""

import asyncio
import ipaddress
import json
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

MAX_BYTES = 256 * 1024
SECONDS = 8.0


class ProviderAway(Exception):
    """The provider cannot be reached, or what it answers cannot be used. The text is for the log."""


class Fetch:
    """Gets and posts JSON. ``private``: plain HTTP and private addresses are fine too."""

    def __init__(self, private: bool) -> None:
        self._private = private

    async def get(self, url: str) -> dict[str, Any]:
        """The JSON object at ``url``."""
        return await self._send("GET", url)

    async def post(self, url: str, form: Mapping[str, str]) -> dict[str, Any]:
        """The JSON object that answers ``form``."""
        return await self._send("POST", url, data=dict(form))

    async def _send(self, method: str, url: str, **body: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(SECONDS):
                address, host = await self._checked(url)
                return await self._exchange(method, url, address, host, **body)
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise ProviderAway(f"{method} failed: {type(error).__name__}") from error

    async def _checked(self, url: str) -> tuple[str, str]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" and not (self._private and parts.scheme == "http"):
            raise ProviderAway("not https")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
        if not self._private and not ipaddress.ip_address(address).is_global:
            raise ProviderAway("a private address")
        return address, host

    async def _exchange(self, method: str, url: str, address: str, host: str, **body: Any) -> dict[str, Any]:
        target = httpx.URL(url).copy_with(host=address)
        headers = {"Host": urlsplit(url).netloc, "Accept": "application/json"}
        async with httpx.AsyncClient(follow_redirects=False, timeout=SECONDS, trust_env=False) as client:
            sni = {"sni_hostname": host}
            async with client.stream(method, target, headers=headers, extensions=sni, **body) as answer:
                return _object(answer.status_code, await _read(answer))


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            raise ProviderAway("answer too large")
    return body


def _object(status: int, body: bytes) -> dict[str, Any]:
    if status != 200:
        raise ProviderAway(f"answered {status}")
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ProviderAway("not a JSON object")
    return value
