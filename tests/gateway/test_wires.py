"""What stock clients send: read back whole, refused when cut or wrong, and never more than it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import wire_hocuspocus, wire_yjs
from gateway.wire_yjs import BadMessage
from realtime.lib0 import span, text

names = st.text(max_size=60)


@given(st.binary(max_size=300))
def test_yjs_messages_read_back(body: bytes) -> None:
    assert wire_yjs.parse(wire_yjs.step1(body)) == (wire_yjs.STEP1, body)
    assert wire_yjs.parse(wire_yjs.step2(body)) == (wire_yjs.STEP2, body)
    assert wire_yjs.parse(wire_yjs.update(body)) == (wire_yjs.UPDATE, body)
    assert wire_yjs.parse(wire_yjs.awareness(body)) == (wire_yjs.AWARENESS, body)
    assert wire_yjs.parse(b"\x03") == (wire_yjs.QUERY_AWARENESS, b"")


@given(names, st.binary(max_size=300))
def test_hocuspocus_messages_read_back(name: str, body: bytes) -> None:
    wire = text(name)
    assert wire_hocuspocus.parse(wire + wire_yjs.update(body)) == (name, wire_hocuspocus.UPDATE, body)
    assert wire_hocuspocus.parse(wire + b"\x04\x01" + span(body)) == (name, wire_hocuspocus.STEP2, body)
    assert wire_hocuspocus.parse(wire + b"\x07") == (name, wire_hocuspocus.CLOSE, b"")
    assert wire_hocuspocus.parse(wire + b"\x02\x00" + text("token") + text("4.8.0")) == (
        name,
        wire_hocuspocus.AUTH,
        b"token",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x00\x03\x00",
        b"\x00\x02\x05abc",
        b"\x00\x02\xff\xff\xff\xff\x0fabc",
        b"\x00\x02\x01ab",
        b"\x01",
        b"\x02\x00\x00",
        b"\x63",
        b"\xff" * 12,
    ],
)
def test_what_is_no_yjs_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        wire_yjs.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x05ab",
        text("room/doc"),
        text("room/doc") + b"\x02\x01" + text("x"),
        text("room/doc") + b"\x63",
        text("room/doc") + b"\x00\x02\xff\x0f",
        text("x" * 300) + b"\x07",
        b"\x02\xff\xfe\x07",
    ],
)
def test_what_is_no_hocuspocus_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        wire_hocuspocus.parse(data)


@given(st.binary(max_size=80))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    for parse in (wire_yjs.parse, wire_hocuspocus.parse):
        try:
            parse(data)
        except BadMessage:
            pass


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("room/doc", ("room", "doc")),
        ("room/doc\0session", ("room", "doc")),
        ("room", ("room", "")),
        ("a/b/c", ("a", "b/c")),
        ("\0x", ("", "")),
    ],
)
def test_names(name: str, names: tuple[str, str]) -> None:
    assert wire_hocuspocus.split_name(name) == names
