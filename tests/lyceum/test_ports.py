"""One address, one deployment."""

import socket

import pytest

from lyceum.errors import ServerBusy
from lyceum.ports import listen, reserved

HERE = "127.0.0.1"


def _port(opened: socket.socket) -> int:
    return opened.getsockname()[1]


def test_a_busy_port_is_one_clear_line() -> None:
    with listen(HERE, 0) as first:
        with pytest.raises(ServerBusy, match=f"Port {_port(first)} on {HERE} is already taken") as caught:
            listen(HERE, _port(first))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours(host: str) -> None:
    with pytest.raises(ServerBusy, match="--host"):
        listen(host, 0)


def test_gateways_share_a_reserved_port_and_receive_every_connection() -> None:
    with reserved(HERE, 0) as port, listen(HERE, port, shared=True) as one, listen(HERE, port, shared=True) as two:
        clients = [socket.create_connection((HERE, port)) for _ in range(40)]
        taken = sum(_accepted(one)) + sum(_accepted(two))
        for client in clients:
            client.close()
    assert taken == len(clients)


def _accepted(opened: socket.socket) -> list[int]:
    found: list[int] = []
    try:
        while True:
            opened.accept()[0].close()
            found.append(1)
    except BlockingIOError:
        return found


@pytest.mark.parametrize("gateways", [0, 2])
def test_a_second_deployment_cannot_join_in(gateways: int) -> None:
    with reserved(HERE, 0) as port:
        open_now = [listen(HERE, port, shared=True) for _ in range(gateways)]
        with pytest.raises(ServerBusy), reserved(HERE, port):
            pass
        with pytest.raises(ServerBusy):
            listen(HERE, port)
        for opened in open_now:
            opened.close()


def test_the_port_is_free_again_although_connections_linger() -> None:
    with reserved(HERE, 0) as port, listen(HERE, port, shared=True) as server:
        client = socket.create_connection((HERE, port))
        server.accept()[0].close()  # the side that closes first keeps the connection for a minute
        client.close()
    with listen(HERE, port) as alone:
        assert _port(alone) == port
    with reserved(HERE, port) as again:
        assert again == port
