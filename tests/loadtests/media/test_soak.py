# pyright: standard
"""The soak of live media, for a moment: it forwards, people come and go, and nothing is left; and its verdicts."""

import pytest

from loadtests.media import swarm
from loadtests.media.soak import GROWTH_BYTES, Outcome, Plan, soak


async def test_a_short_soak_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    outcome = await soak(Plan(3.0, publishers=2, subscribers=2, churn=0.5, every=0.5), say=False)
    assert outcome.forwarded > 0
    assert outcome.packets > 0
    assert outcome.joins > 4
    assert outcome.is_clean, (outcome.peers_left, outcome.tasks_left)
    assert len(outcome.rss) >= 2


def test_memory_that_grows_is_not_flat() -> None:
    base = 80 << 20
    assert Outcome(rss=[base] * 9).is_flat
    assert Outcome(rss=[base, base, base] + [base + i * GROWTH_BYTES for i in range(6)]).is_flat is False
    assert Outcome(rss=[base >> 1, base >> 1, base, base, base, base]).is_flat, "what it takes to begin is no leak"


def test_holes_are_counted_by_stream() -> None:
    player = swarm.Player.__new__(swarm.Player)
    player.packets = player.holes = 0
    player._next = {}
    for ssrc, seq in [(1, 65534), (2, 7), (1, 65535), (1, 2), (2, 8), (1, 1)]:
        player._packet(b"\x80\x60" + seq.to_bytes(2, "big") + bytes(4) + ssrc.to_bytes(4, "big"))
    assert (player.packets, player.holes) == (6, 2)
