"""The handshake of one peer."""

import asyncio
from dataclasses import replace

from media.aiortc_seams import new_certificate
from media.dtls import Handshake, HandshakeFailed, rehearse
from media.limits import MediaLimits


async def test_a_rehearsal_ends_and_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    await rehearse(new_certificate(), MediaLimits())
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_both_ends_have_keys_that_fit_and_hear_the_goodbye() -> None:
    certificate, limits = new_certificate(), MediaLimits()
    server = Handshake(lambda data: client.link.feed(data), certificate, limits)
    client = Handshake(lambda data: server.link.feed(data), certificate, limits, "client")
    own, gone = [("sha-256", certificate.sha256())], asyncio.Event()
    server.on_closed = gone.set
    ours, theirs = await asyncio.gather(server.run(own), client.run(own))
    assert ours.profile == theirs.profile
    packet = b"\x80\x60" + bytes(10) + b"heard"
    assert ours.sessions[0].unprotect(theirs.sessions[1].protect(packet)) == packet
    await client.stop()
    await asyncio.wait_for(gone.wait(), 10)
    await server.stop()


async def test_somebody_elses_certificate_is_refused() -> None:
    limits = replace(MediaLimits(), handshake_seconds=5.0)
    server = Handshake(lambda data: client.link.feed(data), new_certificate(), limits)
    client = Handshake(lambda data: server.link.feed(data), new_certificate(), limits, "client")
    other = [("sha-256", new_certificate().sha256())]
    results = await asyncio.gather(server.run(other), client.run(other), return_exceptions=True)
    assert isinstance(results[0], HandshakeFailed)
    await client.stop()
    await server.stop()
