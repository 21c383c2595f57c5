from prometheus_client import CollectorRegistry, generate_latest

from media.metrics import MediaCollector
from media.node import NodeConfig
from media.pressure import CpuMeter
from media.sfu import Sfu


async def test_every_counter_of_the_node_has_a_metric() -> None:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"], way="plain")) as sfu:
        registry = CollectorRegistry()
        registry.register(MediaCollector(sfu))
        text = generate_latest(registry).decode()
        assert 'lyceum_media_send_info{way="plain"} 1.0' in text
        assert "lyceum_media_forwarded_total 0.0" in text
        assert "lyceum_media_peers 0.0" in text


def test_pressure_is_the_share_of_one_core() -> None:
    used = iter([1.0, 1.9, 2.8, 3.7, 4.6, 5.5, 6.4, 7.3, 8.2, 9.1])
    meter = CpuMeter(lambda: next(used))
    values = [meter.sample(float(i)) for i in range(10)]
    assert values[0] == 0.0
    assert values == sorted(values)
    assert 0.8 < values[-1] < 0.9
