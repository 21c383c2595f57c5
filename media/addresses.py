"""Socket addresses as the kernel writes them, so that a datagram's source is a dictionary key without parsing."""

import ipaddress
import socket
import struct

Address = tuple[str, int]
V4_BYTES = 16
V6_BYTES = 28


def pack(address: Address) -> bytes:
    """`sockaddr_in` or `sockaddr_in6` of a literal address and port (Linux, little-endian family)."""
    ip = ipaddress.ip_address(address[0])
    if ip.version == 4:
        return struct.pack("=H", socket.AF_INET) + struct.pack("!H", address[1]) + ip.packed + bytes(8)
    scope = int(ip.scope_id or 0) if (ip.scope_id or "0").isdigit() else 0
    head = struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", address[1], 0)
    return head + ip.packed + struct.pack("=I", scope)


def unpack(raw: bytes) -> Address:
    """The literal address and port of what `pack` wrote, or of a prefix that holds them."""
    family, port = struct.unpack_from("=H", raw)[0], struct.unpack_from("!H", raw, 2)[0]
    if family == socket.AF_INET:
        return str(ipaddress.IPv4Address(raw[4:8])), port
    if family == socket.AF_INET6:
        return str(ipaddress.IPv6Address(raw[8:24])), port
    raise ValueError(f"address family {family} is not IP")


def local_addresses(loopback: bool) -> list[str]:
    """Addresses of this machine fit for candidates: no link-local ones; loopback only when asked for."""
    import ifaddr

    found: list[str] = []
    for adapter in ifaddr.get_adapters():
        for entry in adapter.ips:
            text = entry.ip if isinstance(entry.ip, str) else entry.ip[0]
            ip = ipaddress.ip_address(text)
            if not ip.is_link_local and not ip.is_unspecified and (loopback or not ip.is_loopback):
                found.append(text)
    return found
