"""The generator that drives a media node to its end: what it says arrived has arrived, and whole."""

import random

import httpx

from loadtests.media.relay import Weather
from loadtests.media.saturate import Crowd, Step, node_on, step, verdict


async def test_thin_people_get_every_packet_of_a_real_node() -> None:
    async with (
        node_on(None) as node,
        httpx.AsyncClient(base_url=node.url, headers={"Authorization": "Bearer x"}, timeout=30.0) as http,
    ):
        crowd = Crowd(node, http)
        try:
            await crowd.publish(2)
            await crowd.send(0.1)
            done = await step(crowd, 7, 0.4, node.rss(), warm_seconds=0.1)
            stats = (await http.get("/stats")).json()
        finally:
            crowd.end()
    assert done.packets == done.expected > 300
    assert done.bad == done.dropped_here == 0
    assert len(done.ages) > 100, "the probes decrypted what they got"
    assert stats["peers"] == 9
    assert stats["handshakes_failed"] == 0


def told(subs: int, packets: int = 1000, ages: list[float] | None = None, dropped_here: int = 0) -> Step:
    return Step(subs, 1.0, packets, 1000, 0.01, 0.0, 0.01, ages or [0.001], 0, dropped_here, 1.0, 1e5)


def test_the_verdict_is_the_last_step_that_held() -> None:
    held = [told(50), told(400)]
    assert verdict(held, 0.1, 50).startswith("carried 400; not driven to its end")
    assert verdict([*held, told(800, packets=990)], 0.1, 50) == "carried 400; broke at 800: 1.00 % lost"
    assert "p99 90.0 ms" in verdict([*held, told(800, ages=[0.09])], 0.1, 50)
    assert "the generator was too slow" in verdict([*held, told(800, packets=990, dropped_here=10)], 0.1, 50)


def test_what_the_relay_loses_is_told_by_its_seed() -> None:
    first, again = Weather(0.05, seed=3), Weather(0.05, seed=3)
    taken = [first.takes() for _ in range(4000)]
    assert taken == [again.takes() for _ in range(4000)]
    assert first.lost == sum(taken)
    expected = random.Random(3)
    assert taken[:50] == [expected.random() < 0.05 for _ in range(50)]
    assert 0.03 < first.lost / 4000 < 0.07
