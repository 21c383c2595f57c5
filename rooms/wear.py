"""How much has been written since a snapshot: what a load has to read on top of it."""

from rooms.log import Stored


class Wear:
    """Counts of one document (or the class) since its snapshot."""

    __slots__ = ("base_bytes", "last_seq", "rows", "rows_bytes")

    def __init__(self, base_bytes: int = 0, rows: int = 0, rows_bytes: int = 0) -> None:
        self.base_bytes = base_bytes
        self.rows = rows
        self.rows_bytes = rows_bytes
        self.last_seq = 0
        """The latest entry of this ownership."""

    @classmethod
    def of(cls, stored: Stored) -> "Wear":
        return cls(len(stored.snapshot or b""), len(stored.rows), sum(map(len, stored.rows)))

    def add(self, size: int, seq: int) -> None:
        """Entry ``seq`` of ``size`` bytes was written."""
        self.rows += 1
        self.rows_bytes += size
        self.last_seq = seq

    def compacted(self, rows: int, rows_bytes: int, base_bytes: int) -> None:
        """A snapshot of ``base_bytes`` now stands for so many rows."""
        self.rows -= rows
        self.rows_bytes -= rows_bytes
        self.base_bytes = base_bytes
