"""The handshake of one peer."""

import asyncio
import gc
import weakref
from dataclasses import replace

from pylibsrtp import Session

from media.aiortc_seams import new_certificate
from media.dtls import Handshake, HandshakeFailed, rehearse
from media.limits import MediaLimits


async def test_a_rehearsal_ends_and_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    await rehearse(new_certificate(), MediaLimits())
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


def two_ends() -> tuple[Handshake, Handshake, list[tuple[str, str]]]:
    """A server and a client that hear each other, and the fingerprint of both."""
    certificate, limits = new_certificate(), MediaLimits()
    server = Handshake(lambda data: client.link.feed(data), certificate, limits)
    client = Handshake(lambda data: server.link.feed(data), certificate, limits, "client")
    return server, client, [("sha-256", certificate.sha256())]


async def test_both_ends_have_keys_that_fit_and_hear_the_goodbye() -> None:
    server, client, own = two_ends()
    gone = asyncio.Event()
    server.on_closed = gone.set
    ours, theirs = await asyncio.gather(server.run(own), client.run(own))
    assert ours.profile == theirs.profile
    packet = b"\x80\x60" + bytes(10) + b"heard"
    assert ours.sessions[0].unprotect(theirs.sessions[1].protect(packet)) == packet
    await client.stop()
    await asyncio.wait_for(gone.wait(), 10)
    await server.stop()


async def test_keys_of_an_association_that_is_over_do_not_wait_for_the_collector() -> None:
    async def associate() -> list[weakref.ref[Session]]:
        server, client, own = two_ends()
        held: list[weakref.ref[Session]] = []

        async def shake(end: Handshake) -> None:
            held.extend(map(weakref.ref, (await end.run(own)).sessions))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(shake(server))
            tasks.create_task(shake(client))
        await client.stop()
        await server.stop()
        return held

    gc.collect()
    gc.disable()
    try:
        assert [held() for held in await associate()] == [None] * 4
    finally:
        gc.enable()


async def test_somebody_elses_certificate_is_refused() -> None:
    limits = replace(MediaLimits(), handshake_seconds=5.0)
    server = Handshake(lambda data: client.link.feed(data), new_certificate(), limits)
    client = Handshake(lambda data: server.link.feed(data), new_certificate(), limits, "client")
    other = [("sha-256", new_certificate().sha256())]
    results = await asyncio.gather(server.run(other), client.run(other), return_exceptions=True)
    assert isinstance(results[0], HandshakeFailed)
    await client.stop()
    await server.stop()
