"""One connection in a room: who it is, what it may do, what it has open, what has been promised to it."""

from realtime.grants import Grant
from realtime.roles import STAFF, Capability, Role, may

NATIVE = "native"
YJS = "yjs"
"""A door whose clients have no word for saved."""


class Conn:
    """A session of some gateway. ``role`` may differ from the grant's: staff give roles in the room."""

    __slots__ = (
        "asked_at",
        "awaiting",
        "docs",
        "gateway",
        "gone",
        "grant",
        "hears_saved",
        "held",
        "id",
        "joins",
        "may_edit",
        "may_present",
        "native",
        "role",
        "staff",
        "top",
        "user",
    )

    def __init__(self, id: str, gateway: str, grant: Grant, door: str) -> None:
        self.id = id
        self.gateway = gateway
        self.grant = grant
        self.user = grant.user
        self.native = door == NATIVE
        self.hears_saved = door != YJS
        self.docs: set[str] = set()
        self.gone = False
        self.top = 0
        """The highest numbered edit the room has accepted."""
        self.awaiting: set[str] = set()
        """Documents it was asked about after a loss and has not answered for: nothing is called saved until then."""
        self.joins = 0
        """How often it was joined again. What was promised before is not said any more: a refusal that belongs to it
        may have been lost, and the answers to come cover it."""
        self.asked_at = 0
        """The highest number its gateway had forwarded when it was asked: its answers cover everything up to that."""
        self.held: dict[str, int] = {}
        """Document that is still loading to the lowest numbered edit that waits for it."""
        self.set_role(grant.role)

    def set_role(self, role: Role) -> None:
        self.role = role
        self.staff = role in STAFF
        self.may_edit = may(role, Capability.EDIT)
        self.may_present = may(role, Capability.PRESENT)

    def may(self, capability: Capability) -> bool:
        return may(self.role, capability)

    def covered(self) -> int:
        """The number up to which every accepted edit is in a document by now."""
        return min(self.top, min(self.held.values()) - 1) if self.held else self.top
