# pyright: standard
"""Media through Debian's coturn, with the credentials that browsers are given."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from aioice import stun, turn
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection

from media.turn import TurnServers
from tests.media.clients import Publisher, until
from tests.media.test_sfu import ROOM, TEACHER, stage

SECRET = "a secret that the relay shares"
COTURN = shutil.which("turnserver")
needs_coturn = pytest.mark.skipif(COTURN is None, reason="TURN tests: no coturn (sudo apt-get install coturn)")


def free_port() -> int:
    """One that is free for both, as the relay takes TCP and UDP."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(tcp.getsockname())
        return tcp.getsockname()[1]


@contextlib.asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[int]:
    """A relay on loopback; its port."""
    assert COTURN is not None
    port = free_port()
    options = [
        "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=lyceum", f"--listening-port={port}",
        "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--allow-loopback-peers", "--cli-password=unused",
        "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", f"--pidfile={folder / 'pid'}",
        f"--userdb={folder / 'db'}",
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(COTURN, *options, stdout=asyncio.subprocess.DEVNULL)
    try:
        await until(lambda: answers(port), 30.0)
        yield port
    finally:
        process.terminate()
        await process.wait()


def answers(port: int) -> bool:
    """Whether a STUN server listens there: it also takes TCP on the same port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def told(port: int, user: str = "ada", secret: str = SECRET, wall: float | None = None) -> Mapping[str, object]:
    import time

    servers = TurnServers([f"turn:127.0.0.1:{port}?transport=udp"], secret)
    (server,) = servers.ice_servers(user, time.time() if wall is None else wall)
    return server


def test_credentials_are_what_the_draft_says_and_name_nobody() -> None:
    server = TurnServers(["turn:a", "turn:b"], SECRET).ice_servers("ada@example.org", 1_700_000_000.5)[0]
    name = cast(str, server["username"])
    assert name.startswith("1700003600:")
    assert "ada" not in name
    digest = hmac.digest(SECRET.encode(), name.encode(), hashlib.sha1)
    assert server["credential"] == base64.b64encode(digest).decode()
    assert server["urls"] == ["turn:a", "turn:b"]


def test_without_a_server_or_a_secret_there_are_none() -> None:
    assert TurnServers().ice_servers("ada", 0.0) == []
    assert TurnServers(["turn:a"]).ice_servers("ada", 0.0) == []
    assert SECRET not in repr(TurnServers(["turn:a"], SECRET))


@needs_coturn
async def test_media_comes_in_through_the_relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: [])
    async with coturn(tmp_path) as port, stage() as scene:
        client = Publisher.__new__(Publisher)
        server = told(port)
        ice = RTCIceServer(server["urls"][0], cast(str, server["username"]), cast(str, server["credential"]))  # type: ignore[index]
        monkeypatch.setattr("tests.media.clients.RTCConfiguration", lambda iceServers: RTCConfiguration([ice]))
        client.__init__()
        assert isinstance(client.pc, RTCPeerConnection)
        scene.clients.append(client)
        offer = await client.offer()
        assert "typ relay" in offer
        assert "typ host" not in offer
        ident, answer = scene.sfu.publish(ROOM, offer, TEACHER)
        await client.take(answer)
        await client.connected()
        await client.send("audio", 1, 960, bytes(40))
        track = next(t for t in scene.sfu.publications[ident].tracks.values() if t.kind == "audio")
        await until(lambda: any(s.packets for s in track.streams.values()))


@needs_coturn
@pytest.mark.parametrize("broken", ["secret", "time"])
async def test_the_relay_refuses_what_was_not_signed_or_has_expired(tmp_path: Path, broken: str) -> None:
    async with coturn(tmp_path) as port:
        server = told(port, secret="another") if broken == "secret" else told(port, wall=1_000_000.0)
        with pytest.raises(stun.TransactionFailed) as refused:
            await turn.create_turn_endpoint(
                asyncio.DatagramProtocol, ("127.0.0.1", port), cast(str, server["username"]),
                cast(str, server["credential"]),
            )  # fmt: skip
        assert refused.value.response.attributes["ERROR-CODE"][0] == 401
