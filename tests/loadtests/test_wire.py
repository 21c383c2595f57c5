"""What the load client writes is what engines and servers read, and it reads what they write."""

from random import Random

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from crdt.document import Applied, Document
from loadtests.collab import ws_wire, yjs_wire
from loadtests.collab.doors import Door, HocuspocusDoor, NativeDoor, Said, YjsDoor, cursor_entry
from loadtests.collab.essay import write
from loadtests.collab.ledger import Ledger, Reader
from loadtests.collab.swarm import FIRST_CLIENT
from realtime.frames import client, server
from realtime.frames.codec import decode_client, encode
from realtime.lib0 import span, text

SIZES = st.one_of(st.integers(0, 300), st.sampled_from([125, 126, 65_535, 65_536, 70_000]))


def by_the_book(data: bytes) -> bytes:
    """RFC 6455, section 5.2, without our code: the payload of one masked frame."""
    size, pos = data[1] & 127, 2
    assert data[1] & 128
    if size > 125:
        width = 2 if size == 126 else 8
        size, pos = int.from_bytes(data[pos : pos + width], "big"), pos + width
    mask, body = data[pos : pos + 4], data[pos + 4 :]
    assert len(body) == size
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))


@given(SIZES)
def test_a_frame_is_what_the_rfc_says(size: int) -> None:
    payload = Random(size).randbytes(size)
    assert by_the_book(ws_wire.frame(payload)) == payload
    assert ws_wire.frame(payload, ws_wire.PONG)[0] == 0x8A


@given(st.lists(SIZES, max_size=4), st.data())
def test_frames_are_split_wherever_the_network_cut_them(sizes: list[int], data: st.DataObject) -> None:
    payloads = [Random(size).randbytes(size) for size in sizes]
    stream = b"".join(Frame(Opcode.BINARY, payload).serialize(mask=False) for payload in payloads)
    cut = data.draw(st.integers(0, len(stream)))
    found, rest = ws_wire.split(stream[:cut])
    if rest:
        needed = ws_wire.missing(rest)
        assert needed > 0
        assert ws_wire.split(rest + stream[cut:][: needed - 1])[0] == []
    later, left = ws_wire.split(rest + stream[cut:])
    assert [payload for _, payload in found + later] == payloads
    assert left == b""


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40)), max_size=30))
def test_what_is_typed_is_a_document_and_reads_back(edits: list[tuple[int, int]]) -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    shown = doc.get("t", type=pycrdt.Text)
    typed: dict[int, int] = {}
    for writer, size in edits:
        doc.apply_update(yjs_wire.typing(FIRST_CLIENT + writer, typed.get(writer, 0), "x" * size))
        typed[writer] = typed.get(writer, 0) + size
    assert len(str(shown)) == sum(typed.values())
    reached: dict[int, int] = {}
    for writer, start, end in YjsDoor().read("r", b"\x00\x01" + span(doc.get_update()), opaque=False).runs:
        assert start == reached.get(writer, 0)
        reached[writer] = end
    assert reached == typed


def test_the_essay_is_a_sound_document_of_its_length() -> None:
    update = write(5_000, Random(1))
    document = Document()
    assert document.apply(update) is Applied.NEW
    assert not document.has_pending
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc.apply_update(update)
    left = len(str(doc.get("t", type=pycrdt.Text)))
    assert 1_000 < left < 5_000
    assert write(5_000, Random(1)) == update


EDIT = yjs_wire.typing(FIRST_CLIENT + 3, 0)
CURSOR = b"\x01" + cursor_entry(3, 7)
BROADCASTS = [
    (YjsDoor(), b"\x00\x02" + span(EDIT), b"\x01" + span(CURSOR)),
    (HocuspocusDoor(), text("r/notes") + b"\x00\x02" + span(EDIT), text("r/notes") + b"\x01" + span(CURSOR)),
    (NativeDoor(), encode(server.Update("notes", EDIT)), encode(server.Awareness("notes", CURSOR))),
]


@pytest.mark.parametrize(("door", "edit", "cursor"), BROADCASTS, ids=["yjs", "hocuspocus", "native"])
def test_every_door_hears_edits_and_cursors(door: Door, edit: bytes, cursor: bytes) -> None:
    assert door.read("r", edit, opaque=False).runs == ((3, 0, 1),)
    assert door.read("r", edit, opaque=True).runs == ()
    assert [state[:2] for state in door.read("r", cursor, opaque=False).states] == [(3, 7)]


def test_the_native_door_speaks_our_frames() -> None:
    door = NativeDoor()
    said = [decode_client(message, 1 << 20) for message in door.hello("r", "token")]
    assert said == [client.Hello("token"), client.Open("notes", b"\x00")]
    assert decode_client(door.edit("r", 4, EDIT), 1 << 20) == client.Update("notes", 4, EDIT)
    refused = encode(server.Refused(1, "locked", "This document is locked."))
    assert "locked" in door.read("r", refused, opaque=False).refused


def test_the_ledger_counts_each_edit_once_a_reader_and_sees_gaps_and_strays() -> None:
    ledger, reader = Ledger(clients=8, per_room=4, edit_bytes=2), Reader(1)
    ledger.sent[0], ledger.sent[5] = [10.0, 11.0, 12.0], [10.0]
    ledger.begin()
    ledger.take(reader, Said(runs=((0, 0, 2),)), 10.5)
    ledger.take(reader, Said(runs=((0, 0, 4),)), 11.5)
    assert (ledger.delivered, ledger.delays, ledger.gaps) == (2, [0.5, 0.5], 0)
    ledger.take(reader, Said(runs=((1, 6, 8),)), 12.0)  # its own, merged with others'
    assert (ledger.delivered, ledger.gaps) == (2, 0)
    ledger.take(Reader(2), Said(runs=((0, 2, 4),)), 12.0)
    assert (ledger.delivered, ledger.gaps) == (3, 1)
    ledger.take(reader, Said(runs=((5, 0, 2),)), 12.0)
    assert (ledger.delivered, ledger.strays) == (3, 1)


def test_a_cursor_covers_the_ones_before_it_and_only_news_is_echoed() -> None:
    ledger, reader = Ledger(clients=4, per_room=4, edit_bytes=1), Reader(1)
    ledger.moved[0] = [1.0, 2.0, 3.0]
    ledger.begin()
    assert ledger.take_cursors(reader, Said(states=((0, 3, b"raw"),)), 4.0) == [b"raw"]
    assert ledger.take_cursors(reader, Said(states=((0, 2, b"old"),)), 4.0) == []
    assert (ledger.delivered, ledger.delays) == (3, [3.0, 2.0, 1.0])
