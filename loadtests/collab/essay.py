"""A long document as a person writes it: 260,000 single edits, about 105,000 characters left, one author.

Made from a seed, so that everybody measures the same one; ``paper`` files of a real author can be given instead.
"""

from pathlib import Path
from random import Random

EDITS = 260_000
KEEPS = 0.7
"""Share of edits that write; the others delete."""
JUMPS = 0.02
SEED = 20


def essay(cache: Path) -> bytes:
    """The document as one Yjs update, made on first use and kept in ``cache``."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(_write(Random(SEED)))
    return cache.read_bytes()


def _write(random: Random) -> bytes:
    import pycrdt

    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=77)
    text = doc.get("t", type=pycrdt.Text)
    length = at = 0
    with doc.transaction():
        for _ in range(EDITS):
            if random.random() < JUMPS:
                at = random.randrange(length + 1)
            if random.random() < KEEPS or at == 0:
                text.insert(at, random.choice("etaoin shrdlu"))
                at, length = at + 1, length + 1
            else:
                del text[at - 1]
                at, length = at - 1, length - 1
    return doc.get_update()
