"""Which media node serves a room, as a gateway process sees it: nodes that die or join, and who is told."""

from lyceum.media_nodes import MediaNodes
from lyceum.planes import Seams
from realtime.bus.bus_memory import MemoryBus
from realtime.clock import SystemClock
from realtime.envelopes import FromMedia, Message, ToMedia, media_inbox, outlet
from realtime.frames.client import Signal
from realtime.grants import Grant
from realtime.leases.leases_memory import MemoryLeases
from realtime.placement import owner_of
from realtime.registry.registry import Node
from realtime.registry.registry_memory import MemoryRegistry
from tests.media.clients import until

ADA = Grant("algebra", "ada")


class Site:
    """A gateway and media nodes that only listen."""

    def __init__(self) -> None:
        clock = SystemClock()
        self.bus, self.registry = MemoryBus(), MemoryRegistry(clock)
        self.nodes = MediaNodes("g", Seams(self.bus, MemoryLeases(clock), self.registry, clock))
        self.got: dict[str, list[Message]] = {}

    async def listen(self) -> None:
        self.got["g"] = []
        await self.bus.subscribe(outlet("g"), self.got["g"].extend)

    async def start(self, node: str) -> None:
        self.got[node] = []
        await self.bus.subscribe(media_inbox(node), self.got[node].extend)
        await self.registry.announce(Node(node, "media"))
        await self.nodes.refresh()

    def moved(self) -> list[list[str] | None]:
        return [it.to for it in self.got["g"] if isinstance(it, FromMedia) and it.frame.kind == "moved"]

    def signals(self, node: str) -> list[tuple[str, bool]]:
        """(connection, whether it is gone) as the node was told."""
        return [(it.conn, it.frame is None) for it in self.got[node] if isinstance(it, ToMedia)]


async def test_people_of_a_node_that_died_are_told_at_once_and_go_to_another() -> None:
    site = Site()
    await site.listen()
    await site.start("m1")
    await site.start("m2")
    room = next(f"default/r{i}" for i in range(99) if owner_of(f"default/r{i}", ["m1", "m2"]) == "m1")
    other = next(f"default/r{i}" for i in range(99) if owner_of(f"default/r{i}", ["m1", "m2"]) == "m2")
    site.nodes.signal("g.1", ADA, room, Signal(1, "join"))
    site.nodes.signal("g.2", ADA, other, Signal(1, "join"))
    site.nodes.signal("g.3", ADA, room, Signal(1, "join"))
    site.nodes.signal("g.3", ADA, room, None)
    await until(lambda: site.signals("m1") == [("g.1", False), ("g.3", False), ("g.3", True)])
    await site.bus.unsubscribe(media_inbox("m1"))
    site.nodes.signal("g.4", ADA, room, Signal(1, "join"))
    await until(site.moved)
    assert sorted(map(str, site.moved())) == ["['g.1']", "['g.4']"]
    await site.nodes.refresh()
    site.nodes.signal("g.1", ADA, room, Signal(2, "join"))
    await until(lambda: ("g.1", False) in site.signals("m2"))


async def test_without_another_node_they_are_told_when_there_is_one() -> None:
    site = Site()
    await site.listen()
    await site.start("m1")
    site.nodes.signal("g.1", ADA, "default/algebra", Signal(1, "join"))
    await site.bus.unsubscribe(media_inbox("m1"))
    await site.registry.withdraw(Node("m1", "media"))
    await site.nodes.refresh()
    assert site.moved() == []
    await site.start("m2")
    await until(site.moved)
    assert site.moved() == [["g.1"]]


async def test_when_nodes_join_the_old_one_lets_those_go_who_move() -> None:
    site = Site()
    await site.listen()
    await site.start("m1")
    room = next(f"default/r{i}" for i in range(99) if owner_of(f"default/r{i}", ["m1", "m2"]) == "m2")
    site.nodes.signal("g.1", ADA, room, Signal(1, "join"))
    await site.start("m2")
    await until(lambda: ("g.1", True) in site.signals("m1"))
    await until(site.moved)
    site.nodes.signal("g.1", ADA, room, Signal(2, "join"))
    await until(lambda: site.signals("m2") == [("g.1", False)])
    site.nodes.signal("g.1", ADA, room, None)
    await until(lambda: site.signals("m2") == [("g.1", False), ("g.1", True)])
