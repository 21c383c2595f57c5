"""Each way to send and read, over real loopback sockets."""

import contextlib
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import addresses, libc
from media.fanout import runs_of
from media.udp import RUN_BYTES, RUN_SEGMENTS, SLAB, SLOT, Inbox, Outbox, Path, best_way, open_socket

WAYS = ["plain"] + (["mmsg"] if libc.AVAILABLE else []) + (["gso"] if libc.gso_works() else [])


@contextlib.contextmanager
def pair(host: str, way: str) -> Iterator[tuple[Outbox, Inbox, Path]]:
    sender, receiver = open_socket(host, 0), open_socket(host, 0)
    try:
        outbox = Outbox(sender, way)
        yield outbox, Inbox(receiver, way == "plain"), Path(outbox, addresses.pack(receiver.getsockname()[:2]))
    finally:
        sender.close()
        receiver.close()


def drain(inbox: Inbox) -> list[bytes]:
    got: list[bytes] = []
    while count := inbox.read():
        got += [bytes(inbox.view[i * SLOT : i * SLOT + inbox.sizes[i]]) for i in range(count)]
    return got


def put(outbox: Outbox, path: Path, datagrams: list[bytes]) -> None:
    start = outbox.reserve(sum(map(len, datagrams)))
    data = b"".join(datagrams)
    outbox.view[start : start + len(data)] = data
    outbox.add(path, start, runs_of([len(d) for d in datagrams]), start + len(data))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_datagrams_arrive_as_they_were_written(host: str, way: str) -> None:
    sizes = [1000, 1000, 1000, 400, 30, 30, 1200, 1, 1]
    with pair(host, way) as (outbox, inbox, path):
        datagrams = [bytes([i]) * size for i, size in enumerate(sizes)]
        put(outbox, path, datagrams)
        outbox.flush()
        assert drain(inbox) == datagrams
        assert outbox.datagrams == len(sizes)
        assert outbox.tail == 0


@pytest.mark.parametrize("way", WAYS)
def test_more_than_the_slab_and_the_list_hold_is_sent_on_the_way(way: str) -> None:
    with pair("127.0.0.1", way) as (outbox, inbox, path):
        got: list[bytes] = []
        expected = [b"%06d" % i + bytes(1 + i % 900) for i in range(3_000)]
        for datagram in expected:
            put(outbox, path, [datagram])
            if outbox.tail > SLAB // 2:
                outbox.flush()
            got += drain(inbox)
        outbox.flush()
        got += drain(inbox)
        assert got == expected


@pytest.mark.parametrize("way", WAYS)
def test_sources_are_the_senders_address(way: str) -> None:
    with pair("127.0.0.1", way) as (outbox, inbox, path):
        put(outbox, path, [b"x"])
        outbox.flush()
        assert inbox.read() == 1
        assert inbox.names[0][:8] == addresses.pack(outbox.sock.getsockname())[:8]


@pytest.mark.skipif(not libc.gso_works(), reason="this kernel does not segment UDP")
def test_a_run_that_the_kernel_refuses_goes_out_one_by_one() -> None:
    with pair("127.0.0.1", "gso") as (outbox, inbox, path):
        start = outbox.reserve(9_000)
        outbox.view[start : start + 9_000] = bytes(9_000)
        outbox.add(path, start, [(0, 9_000, 100)], start + 9_000)
        outbox._one_by_one(0, 22)
        assert len(drain(inbox)) == 90


@pytest.mark.parametrize("way", WAYS)
def test_an_unreachable_address_costs_only_its_own_datagrams(way: str) -> None:
    with pair("127.0.0.1", way) as (outbox, inbox, path):
        nowhere = Path(outbox, addresses.pack(("192.0.2.200", 0)))
        put(outbox, nowhere, [b"lost"])
        put(outbox, path, [b"kept"])
        outbox.flush()
        assert drain(inbox) == [b"kept"]
        assert outbox.dropped == 1


@pytest.mark.parametrize("way", WAYS)
def test_what_a_full_socket_does_not_take_waits_within_its_bound(way: str) -> None:
    with pair("127.0.0.1", way) as (outbox, inbox, path):
        outbox.queue_bytes = 5_000
        put(outbox, path, [bytes(1000)] * 3)
        outbox._hold(0)
        outbox.count = 0
        outbox._list.clear()
        outbox.tail = 0
        put(outbox, path, [b"b" * 1000] * 4)
        outbox.flush()
        assert drain(inbox) == []
        assert outbox.held_bytes <= 5_000
        assert outbox.dropped > 0
        assert outbox.resume()
        assert [d[:1] for d in drain(inbox)][:3] == [b"\0"] * 3
        assert outbox.held_bytes == 0


@given(st.lists(st.integers(1, 1500), max_size=150))
def test_runs_are_what_the_kernel_can_cut(sizes: list[int]) -> None:
    cut: list[int] = []
    at = 0
    for start, total, segment in runs_of(sizes):
        assert start == at
        assert total <= max(RUN_BYTES, segment)
        pieces = [min(segment, total - i) for i in range(0, total, segment)]
        assert len(pieces) <= RUN_SEGMENTS + 1
        cut += pieces
        at += total
    assert cut == sizes


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6), st.integers(0, 65535))
def test_addresses_pack_and_unpack(ip: object, port: int) -> None:
    assert addresses.unpack(addresses.pack((str(ip), port))) == (str(ip), port)


def test_packed_addresses_are_the_kernels() -> None:
    with pair("127.0.0.1", "plain") as (outbox, _, path):
        outbox.sock.connect(path.address)
        outbox.sock.send(b"x")
        assert outbox.sock.getpeername() == path.address
    assert best_way() in ("gso", "mmsg", "plain")
    assert socket.AF_INET == 2
