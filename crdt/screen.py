"""A bounded reader of Yjs updates (encoding v1): the door in front of the engine.

    update   = count, section*, deletes
    section  = count of structs (> 0), client, clock, struct*         one section a client
    struct   = 0, length                                              a tombstone ("GC")
             | 10, length                                             a hole ("Skip"): not in this update
             | info, [left origin], [right origin], [parent, [key]], content
    info     = 128 left origin | 64 right origin | 32 key | kind of content; a parent stands only without origins
    parent   = 1, root's name | 0, id
    id       = client, clock
    deletes  = count, (client, count, (clock, length)*)*

It builds nothing but the facts that `Document` needs, never recurses, and checks every claimed count and length against
the bytes that are left. Clocks stay below 2**31 and client ids below 2**53, where the engine and the browsers agree.
"""

from crdt.contents import READERS, STRING, TYPE, Budget, utf16_length
from crdt.errors import UpdateRefused
from crdt.lib0 import read_uint
from crdt.limits import ScreenLimits
from crdt.values import skip_name

GC, SKIP = 0, 10
LEFT, RIGHT, KEY = 128, 64, 32

DEFAULT_LIMITS = ScreenLimits()

Range = tuple[int, int, int]
"""client, first clock, clock after the last."""


class Screened:
    """What an accepted update says of itself."""

    __slots__ = ("deletes", "holes", "links", "needs", "ranges", "structs")

    def __init__(self) -> None:
        self.ranges: list[Range] = []
        """One for each client that adds something."""
        self.holes: list[tuple[int, int]] = []
        """What lies inside a range without being in the update: client, and the clock after the hole."""
        self.deletes: dict[int, int] = {}
        """Client to the clock after the last one deleted."""
        self.needs: dict[int, int] = {}
        """What must be known of *other* clients: client to the highest clock referred to."""
        self.links: list[tuple[int, int, int, int, bool]] = []
        """Shared types that hang below an item: client, clock, client and clock of that item, whether it is the parent
        (otherwise it is a sibling)."""
        self.structs = 0

    @property
    def is_empty(self) -> bool:
        """Whether it neither adds nor deletes anything (the bytes ``00 00``)."""
        return not self.ranges and not self.deletes


def screen(update: bytes, limits: ScreenLimits = DEFAULT_LIMITS, *, every_link: bool = False) -> Screened:
    """Read ``update`` to its last byte, or raise `UpdateRefused`. ``every_link`` lists links of all items, not of types
    alone."""
    if len(update) > limits.max_bytes:
        raise UpdateRefused("too-large", f"The update is larger than {limits.max_bytes} bytes.")
    found = Screened()
    try:
        pos = _read_sections(update, found, limits, every_link)
        pos = _read_deletes(update, pos, found, limits)
    except IndexError:
        raise UpdateRefused("malformed", "The update ends in the middle.") from None
    except ValueError as error:
        raise UpdateRefused("malformed", f"The update cannot be read: {error}.") from None
    if pos != len(update):
        raise UpdateRefused("malformed", "The update's length and its content do not agree.")
    return found


def _read_sections(data: bytes, found: Screened, limits: ScreenLimits, every_link: bool) -> int:
    sections, pos = read_uint(data, 0)
    if sections > limits.max_clients:
        raise UpdateRefused("too-many", "The update holds too many clients.")
    budget = Budget(limits.max_values)
    clients: set[int] = set()
    for _ in range(sections):
        count, pos = read_uint(data, pos)
        found.structs += count
        if found.structs > limits.max_structs:
            raise UpdateRefused("too-many", "The update holds too many items.")
        named = pos
        client, pos = read_uint(data, pos)
        if client in clients or not count:
            raise ValueError("a client stands there twice, or for nothing")
        clients.add(client)
        section = Section(client, data[named:pos], found, limits, budget, every_link)
        start, pos = read_uint(data, pos)
        pos, end = section.read_structs(data, pos, count, start)
        found.ranges.append((client, start, end))
    return pos


class Section:
    """What is the same for all structs of one client."""

    __slots__ = ("budget", "client", "every_link", "found", "limits", "name")

    def __init__(
        self,
        client: int,
        name: bytes,
        found: Screened,
        limits: ScreenLimits,
        budget: Budget,
        every_link: bool = False,
    ) -> None:
        self.client = client
        self.name = name
        """The client as it is encoded: most ids name the same client, and bytes compare faster than they decode."""
        self.found = found
        self.limits = limits
        self.budget = budget
        self.every_link = every_link

    def read_structs(self, data: bytes, pos: int, count: int, clock: int) -> tuple[int, int]:
        """The position after ``count`` structs, and the clock after them. Typed text has its own short way through."""
        max_clock = self.limits.max_clock
        max_string = self.limits.max_string
        while count:
            count -= 1
            info = data[pos]
            if info & 31 == STRING and info > 63 and not self.every_link:
                pos = self._read_id(data, pos + 1, clock)[2]
                if info > 191:
                    pos = self._read_id(data, pos, clock)[2]
                length = data[pos]
                if length < 128:
                    pos += 1
                else:
                    length, pos = read_uint(data, pos)
                end = pos + length
                text = data[pos:end]
                if not text.isascii() or length > max_string:
                    length = utf16_length(text, max_string)
                pos = end
            elif info in (GC, SKIP):
                length, pos = read_uint(data, pos + 1)
                if info == SKIP:
                    self.found.holes.append((self.client, clock + length))
            else:
                pos, length = self._read_item(data, pos + 1, info, clock)
            if length < 1:
                raise ValueError("an item is empty")
            clock += length
            if clock > max_clock:
                raise UpdateRefused("clock-out-of-range", "The update counts further than a document can.")
        return pos, clock

    def _read_item(self, data: bytes, pos: int, info: int, clock: int) -> tuple[int, int]:
        """The position after any item, and its length."""
        kind = info & 31
        linked = kind == TYPE or self.every_link
        if info & (LEFT | RIGHT):
            other, other_clock, pos = self._read_id(data, pos, clock)
            if info & LEFT and info & RIGHT:
                _, _, pos = self._read_id(data, pos, clock)
            if linked:
                self.found.links.append((self.client, clock, other, other_clock, False))
        else:
            named = data[pos]
            pos += 1
            if named == 1:
                pos = skip_name(data, pos, self.limits)
            elif named == 0:
                other, other_clock, pos = self._read_id(data, pos, clock)
                if linked:
                    self.found.links.append((self.client, clock, other, other_clock, True))
            else:
                raise ValueError("a parent is neither named nor an item")
            if info & KEY:
                pos = skip_name(data, pos, self.limits)
        return READERS[kind](data, pos, self.limits, self.budget)

    def _read_id(self, data: bytes, pos: int, clock: int) -> tuple[int, int, int]:
        """Client and clock of an item that is referred to (it must be older), and the position after them."""
        if data.startswith(self.name, pos):
            pos += len(self.name)
            other = self.client
        else:
            other, pos = read_uint(data, pos)
        other_clock = data[pos]
        if other_clock < 128:
            pos += 1
        else:
            other_clock, pos = read_uint(data, pos)
        if other == self.client:
            if other_clock >= clock:
                raise ValueError("an item refers to itself or to a later one")
        elif other_clock > self.found.needs.get(other, -1):
            self.found.needs[other] = other_clock
        return other, other_clock, pos


def _read_deletes(data: bytes, pos: int, found: Screened, limits: ScreenLimits) -> int:
    clients, pos = read_uint(data, pos)
    if clients > limits.max_clients:
        raise UpdateRefused("too-many", "The update deletes from too many clients.")
    budget = limits.max_delete_ranges
    for _ in range(clients):
        client, pos = read_uint(data, pos)
        count, pos = read_uint(data, pos)
        budget -= count
        if budget < 0:
            raise UpdateRefused("too-many", "The update deletes too many ranges.")
        last = found.deletes.get(client, 0)
        for _ in range(count):
            clock, pos = read_uint(data, pos)
            length, pos = read_uint(data, pos)
            clock += length
            if clock > last:
                last = clock
        if last > limits.max_clock:
            raise UpdateRefused("clock-out-of-range", "The update counts further than a document can.")
        found.deletes[client] = last
    return pos
