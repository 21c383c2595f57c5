"""What the REST tier asks of live rooms, over the bus (`rest.live.Live`)."""

from lyceum.planes import Seams
from realtime.envelopes import EndClass, Revoke, RoomInput, ToRoom, inbox
from realtime.placement import owner_of


class BusLive:
    """Sends to the room's owner, or to whoever would own it: a room that sleeps wakes up and remembers."""

    def __init__(self, seams: Seams) -> None:
        self._seams = seams

    async def end_class(self, room_key: str) -> None:
        await self._tell(room_key, EndClass())

    async def revoke(self, room_key: str, user: str) -> None:
        await self._tell(room_key, Revoke(user))

    async def _tell(self, room_key: str, body: RoomInput) -> None:
        owner = await self._seams.leases.holder(room_key) or await self._place(room_key)
        if owner is not None:
            self._seams.bus.publish(inbox(owner), ToRoom(room_key, "", 0, "", body))

    async def _place(self, room_key: str) -> str | None:
        nodes = await self._seams.registry.nodes("rooms")
        return owner_of(room_key, (node.id for node in nodes if not node.draining))
