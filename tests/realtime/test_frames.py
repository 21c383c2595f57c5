"""The codec of the native protocol: rules FRAME-1 to FRAME-3."""

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import client, commands, events, server, state
from realtime.frames.codec import BadFrame, FrameTooBig, decode_client, decode_server, encode

TEXTS = st.text(max_size=40)
CLIENT_FRAMES = st.one_of(
    st.builds(client.Hello, TEXTS, st.integers(0, 2**53)),
    st.builds(client.Open, TEXTS, st.binary(max_size=60)),
    st.builds(client.Update, TEXTS, st.integers(1, 2**53), st.binary(max_size=60)),
    st.builds(client.Do, st.integers(1, 2**53), st.builds(commands.Say, TEXTS)),
    st.builds(
        client.Do, st.integers(1, 2**53), st.builds(commands.Vote, st.integers(0, 99), st.lists(st.integers(0, 9)))
    ),
    st.builds(client.Ping, st.integers(0, 2**53)),
)


@given(CLIENT_FRAMES)
def test_frame_1_a_frame_is_one_array_any_messagepack_reader_can_read(frame: client.ClientFrame) -> None:
    data = encode(frame)
    array = msgpack.unpackb(data, raw=False)
    assert isinstance(array, list)
    assert isinstance(array[0], int)
    assert decode_client(data, len(data)) == frame


def test_frame_2_the_size_is_checked_before_anything_is_parsed() -> None:
    with pytest.raises(FrameTooBig):
        decode_client(b"\xc1" * 101, 100)


@given(st.binary(max_size=200))
def test_frame_2_any_other_bytes_are_a_bad_frame(data: bytes) -> None:
    try:
        frame = decode_client(data, 1000)
    except BadFrame:
        return
    assert decode_client(encode(frame), 1000) == frame


def test_frame_2_deep_nesting_is_a_bad_frame() -> None:
    with pytest.raises(BadFrame):
        decode_client(b"\x91" * 100_000, 1_000_000)


def test_frame_3_fields_after_those_known_are_ignored() -> None:
    longer = bytes(msgpack.packb([9, 5, "from the future"]) or b"")
    assert decode_client(longer, 100) == client.Ping(5)


def test_frame_1_the_whole_class_travels() -> None:
    poll = state.Poll(1, "2+2?", ["3", "4"], False, True, True, False, 5.0, [0, 1], 1, [1])
    classroom = state.Classroom(
        9,
        [state.Member("u", "Ada", "teacher")],
        state.Summary(1, True),
        [state.RaisedHand("u", "Ada", 4.0)],
        [state.ChatMessage(1, "u", "Ada", "teacher", 3.0, "hi")],
        [poll],
        state.LeaderView("u", "board.main", "p1", 1.0, 2.0, 0.5),
        [state.DocumentInfo("board.main", True)],
    )
    for frame in (server.Class(classroom), server.Happened(10, events.PollChanged(poll))):
        assert decode_server(encode(frame), 10_000) == frame


def test_frame_1_tags_are_unique_numbers_and_names() -> None:
    for union in (client.ClientFrame, server.ServerFrame, commands.Command, events.Event):
        tags = [member.__struct_config__.tag for member in union.__args__]
        assert len(set(tags)) == len(tags)
    assert not {m.__struct_config__.tag for m in client.ClientFrame.__args__} & {
        m.__struct_config__.tag for m in server.ServerFrame.__args__
    }


def test_raw_bodies_of_signals_survive() -> None:
    body = msgspec.Raw(msgspec.msgpack.encode({"sdp": "v=0"}))
    frame = decode_client(encode(client.Signal(1, "publish", body)), 1000)
    assert isinstance(frame, client.Signal)
    assert msgspec.msgpack.decode(frame.body) == {"sdp": "v=0"}
