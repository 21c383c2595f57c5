"""Whose connection it is, for the limit by address: behind a proxy, the address the proxy was spoken to from."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


class Proxies:
    """The networks whose ``X-Forwarded-For`` is believed."""

    def __init__(self, networks: Iterable[str] = ("127.0.0.0/8", "::1/128")) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(network) for network in networks]

    def client(self, peer: str, forwarded_for: str) -> str:
        """The last address in the chain that is not one of ours."""
        address = peer
        for hop in reversed([hop.strip() for hop in forwarded_for.split(",") if hop.strip()]):
            if not self._is_ours(address):
                return address
            address = hop
        return address if _is_address(address) else peer

    def _is_ours(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self._networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
