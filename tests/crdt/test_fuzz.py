"""A short run of the fuzz, and the sequences of updates that once broke something."""

import random

import pytest

from crdt.document import Document
from tests.crdt.fuzz_screen import STEPS, check, run

CASES = 1_500

KEPT: dict[str, list[str]] = {
    "two things said at one clock, one of them waiting for ever": [
        "010302000901036d617004677569647600640200036162630a0200",
        "02030201c90001030004677569647600a10201030401000661f09f9982620101280a0301ffffffffffffff0f010a0a",
    ],
    "what is known ends inside a character of the next update": [
        "0101020004010474657874012000",
        "010102000401047465787408f09f9982f09f998300",
    ],
    "a tombstone, then text over it whose characters count as two": [
        "010201000601036d6170016203227822000200",
        "010101000401047465787408f09f9982f09f998b00",
    ],
    "a waiting run that is partly known when its wait ends": [
        "0201000184000004f09f998201ffffffff0f00040002000361626300",
        "020301000003430102036269" + "6e880103017e010000080104" + "74657874027e7800",
    ],
    "a character cut by an item that waited": [
        "010100016400000661f09f99826200",
        "0102000004010004f09f998248000101770361626303ffffffff0f020203060a03040a020c0a16021d320004020a0d323f0a4e32",
    ],
    "a run that begins before what came meanwhile": [
        "0201ffffffff0f02040103786d6c0661f09f998262020202a7020104000300",
        "0102ffffffff0f0000030501056172726179046e756c6c00",
    ],
    "only a hole": ["0201033605000335097b2261223a5b315d7d0102010a0100", "0101ffffffffffffff0f00000100"],
}


@pytest.mark.parametrize("name", KEPT)
def test_kept(name: str):
    document = Document()
    taken = [document.full()]
    document.merge(taken)
    for made in map(bytes.fromhex, KEPT[name]):
        assert document.apply(made)
        taken.append(made)
    check(document, taken, random.Random(0))


def test_short_run():
    tally = run(CASES, seed=0)
    assert not tally.failures
    assert tally.accepted > CASES
    assert tally.refused > CASES
    assert tally.accepted + tally.refused == CASES * STEPS
