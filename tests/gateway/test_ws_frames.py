"""The frame reader against the `websockets` library as an independent peer, and against what RFC 6455 forbids."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from gateway import ws_frames
from gateway.ws_frames import BINARY, CLOSE, FAIL, PING, PONG, TEXT, Event, Reader
from gateway.ws_handshake import Request, accept
from realtime.close_codes import CloseCode

LIMIT = 200_000
payloads = st.one_of(st.binary(max_size=140), st.sampled_from([b"x" * n for n in (125, 126, 65_535, 65_536, 70_000)]))


def frame(opcode: int, payload: bytes, fin: bool = True, mask: bool = True, rsv: int = 0) -> bytes:
    data = bytearray(Frame(Opcode(opcode), payload, fin).serialize(mask=mask))
    data[0] |= rsv
    return bytes(data)


def feed_in_pieces(reader: Reader, data: bytes, cuts: list[int]) -> list[Event]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [event for a, b in pairwise(edges) for event in reader.feed(data[a:b])]


messages = st.lists(
    st.tuples(st.sampled_from([BINARY, TEXT, PING, PONG]), payloads).map(
        lambda event: (event[0], event[1][:125]) if event[0] >= CLOSE else event
    ),
    max_size=8,
)


@given(messages, st.lists(st.integers(0, 10**6), max_size=12))
@settings(deadline=None)
def test_messages_survive_any_segmentation(events: list[Event], cuts: list[int]) -> None:
    stream = b"".join(frame(*event) for event in events)
    reader = Reader(LIMIT)
    assert feed_in_pieces(reader, stream, cuts) == events
    assert reader.buffered == 0


@given(payloads, st.lists(st.integers(0, 70_000), max_size=6), st.lists(st.integers(0, 10**6), max_size=6))
@settings(deadline=None)
def test_fragments_join_with_control_frames_between_them(payload: bytes, parts: list[int], cuts: list[int]) -> None:
    edges = [0, *sorted(part % (len(payload) + 1) for part in parts), len(payload)]
    pieces = [payload[a:b] for a, b in pairwise(edges)]
    stream = b"".join(
        frame(BINARY if i == 0 else 0, piece, fin=i == len(pieces) - 1) + frame(PING, b"%d" % i)
        for i, piece in enumerate(pieces)
    )
    events = feed_in_pieces(Reader(LIMIT), stream, cuts)
    assert [event for event in events if event[0] == BINARY] == [(BINARY, payload)]
    assert [body for opcode, body in events if opcode == PING] == [b"%d" % i for i in range(len(pieces))]


@given(payloads)
@settings(deadline=None)
def test_an_independent_client_reads_what_we_write(payload: bytes) -> None:
    client = ClientProtocol(parse_uri("ws://x/"))
    hello = {"sec-websocket-version": "13", "sec-websocket-key": client.key}
    client.receive_data(accept(Request("GET", "/", hello)))
    client.receive_data(ws_frames.message(payload) + ws_frames.ping(b"p") + ws_frames.close(4401, "words"))
    response, binary, ping, close = client.events_received()
    assert isinstance(response, Response)
    assert isinstance(binary, Frame)
    assert (binary.opcode, bytes(binary.data), binary.fin) == (Opcode.BINARY, payload, True)
    assert isinstance(ping, Frame)
    assert bytes(ping.data) == b"p"
    assert isinstance(close, Frame)
    assert client.close_rcvd is not None
    assert (client.close_rcvd.code, client.close_rcvd.reason) == (4401, "words")


VIOLATIONS = [
    frame(BINARY, b"x", mask=False),
    frame(BINARY, b"x", rsv=0x40),
    frame(BINARY, b"x", rsv=0x10),
    frame(0, b"a continuation of nothing"),
    frame(BINARY, b"a", fin=False) + frame(BINARY, b"a second start"),
    b"\x83\x80mask",  # reserved opcode 3
    b"\x8b\x80mask",  # reserved opcode 11
    b"\x09\x80mask",  # a fragmented ping
    b"\x89\xfe\x00\x80mask" + bytes(128),  # a ping of 128 bytes
    (frame(BINARY, b"", fin=False) + frame(0, b"", fin=False) * 2000),
]


@pytest.mark.parametrize("bad", VIOLATIONS, ids=range(len(VIOLATIONS)))  # masks differ from run to run
def test_violations_end_the_reader(bad: bytes) -> None:
    reader = Reader(LIMIT)
    assert reader.feed(frame(BINARY, b"good") + bad)[0] == (BINARY, b"good")
    assert reader.failure is CloseCode.BAD_REQUEST
    assert reader.feed(frame(BINARY, b"after")) == []
    assert reader.buffered == 0


def test_too_much_is_refused_by_its_head_alone() -> None:
    reader = Reader(1_000)
    head = b"\x82\xff" + (2**62).to_bytes(8, "big")
    assert reader.feed(head) == [(FAIL, b"")]
    assert reader.failure is CloseCode.TOO_BIG


def test_fragments_count_together() -> None:
    reader = Reader(1_000)
    part = frame(0, b"x" * 400, fin=False)
    assert reader.feed(frame(BINARY, b"x" * 400, fin=False) + part) == []
    assert reader.feed(part) == [(FAIL, b"")]
    assert reader.failure is CloseCode.TOO_BIG


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=4))
def test_random_bytes_never_raise(data: bytes, cuts: list[int]) -> None:
    reader = Reader(256)
    feed_in_pieces(reader, data, cuts)
    assert reader.buffered <= 256 + 14


@pytest.mark.parametrize(
    ("payload", "valid"),
    [
        (b"", True),
        (b"\x03\xe8", True),
        (b"\x11\x31words", True),
        (b"\x03", False),
        (b"\x03\xed", False),  # 1005 is never sent
        (b"\x00\x01", False),
        (b"\x03\xe8\xff", False),
    ],
)
def test_close_payloads(payload: bytes, valid: bool) -> None:
    assert ws_frames.is_valid_close(payload) is valid


def test_a_long_reason_is_cut_between_characters() -> None:
    data = ws_frames.close(4401, "é" * 100)
    assert data[1] <= 125
    data[4:].decode()


@given(st.lists(st.binary(max_size=300), max_size=6), st.lists(st.integers(0, 10**6), max_size=8), st.booleans())
def test_after_closing_the_peers_close_is_found_behind_whatever_it_still_sent(
    payloads: list[bytes], cuts: list[int], too_big: bool
) -> None:
    reader = Reader(200)
    stream = b"".join(frame(BINARY, p) for p in payloads)
    if too_big:
        stream = frame(BINARY, bytes(70_000)) + stream
        seen = cuts[0] % (len(stream) + 1) if cuts and cuts[0] % (len(stream) + 1) > 20 else 20
        assert reader.feed(stream[:seen]) == [(FAIL, b"")]
        stream = stream[seen:]
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    found = [reader.seek_close(stream[a:b]) for a, b in pairwise(edges)]
    assert not any(found)
    assert reader.buffered < 14
    assert reader.seek_close(frame(CLOSE, b"\x03\xe8"))
