"""`rooms.repair`: whatever is damaged, what is kept loads and holds every sound edit it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from crdt.limits import DocumentLimits
from rooms.repair import first_damage, salvage

LIMITS = DocumentLimits()
DAMAGES = [b"\x01\x01\x05", b"", b"\xff" * 9, b"\x01\x01\x07\x00\x1f\x00\x00"]


def typed(letters: str) -> list[bytes]:
    """One update a letter, each by an author of its own, so that none needs another."""
    updates: list[bytes] = []
    for letter in letters:
        doc: Doc[Text] = Doc()
        text = doc.get("text", type=Text)
        text += letter
        updates.append(doc.get_update())
    return updates


def read(state: bytes) -> str:
    doc: Doc[Text] = Doc()
    doc.apply_update(state)
    return str(doc.get("text", type=Text))


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.sampled_from(DAMAGES))
def test_what_is_kept_loads_and_nothing_sound_is_left_out(sound: list[bool], damage: bytes) -> None:
    letters = "abcdefghijkl"[: len(sound)]
    blobs = [update if good else damage for update, good in zip(typed(letters), sound, strict=True)]
    bad = [index for index, good in enumerate(sound) if not good]
    cut = bad[0] if bad else len(sound)
    found = first_damage("notes", blobs, LIMITS)
    assert (found.index if found else None) == (bad[0] if bad else None)
    before = salvage("notes", blobs, LIMITS)
    assert (sorted(read(before.state)), before.kept) == (list(letters[:cut]), cut)
    assert before.left_out == tuple(range(cut, len(sound)))
    around = salvage("notes", blobs, LIMITS, skip_damaged=True)
    assert sorted(read(around.state)) == [letter for letter, good in zip(letters, sound, strict=True) if good]
    assert (list(around.left_out), [it.index for it in around.damaged]) == (bad, bad)
    assert first_damage("notes", [around.state], LIMITS) is None


def test_edits_behind_a_damaged_one_wait_and_are_not_lost() -> None:
    doc: Doc[Text] = Doc()
    text = doc.get("text", type=Text)
    updates: list[bytes] = []
    for letter in "abc":
        before = doc.get_state()
        text += letter
        updates.append(doc.get_update(before))
    mended = salvage("notes", [updates[0], b"broken", updates[2]], LIMITS, skip_damaged=True)
    late: Doc[Text] = Doc()
    late.apply_update(mended.state)
    assert str(late.get("text", type=Text)) == "a"
    late.apply_update(updates[1])
    assert str(late.get("text", type=Text)) == "abc"


def test_hopeless_logs_are_cut_instead_of_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.repair.MOST_DAMAGED", 2)
    blobs = [*typed("a"), b"?", *typed("b"), b"?", *typed("c"), b"?"]
    mended = salvage("notes", blobs, LIMITS, skip_damaged=True)
    assert sorted(read(mended.state)) == ["a", "b"]
    assert mended.left_out == (1, 3, 4, 5)
