"""Awareness: the latest state of each client, only from its owner, and nothing stale."""

import json
from typing import Any

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crdt.awareness import MAX_CLIENTS_PER_OWNER, AwarenessTable
from crdt.errors import AwarenessRefused
from crdt.lib0 import read_span, read_uint, span, uint


def message(*states: tuple[int, int, Any]) -> bytes:
    out = uint(len(states))
    for client, clock, state in states:
        out += uint(client) + uint(clock) + span(json.dumps(state, separators=(",", ":")).encode())
    return out


def read(data: bytes | None) -> dict[int, tuple[int, Any]]:
    """Client to clock and state."""
    if data is None:
        return {}
    count, pos = read_uint(data, 0)
    states: dict[int, tuple[int, Any]] = {}
    for _ in range(count):
        client, pos = read_uint(data, pos)
        clock, pos = read_uint(data, pos)
        start, pos = read_span(data, pos)
        states[client] = clock, json.loads(data[start:pos])
    assert pos == len(data)
    return states


def test_newer_states_replace_older_ones_and_go_out_once():
    table = AwarenessTable()
    assert table.receive("a", message((1, 1, {"x": 1})), 0)
    assert table.receive("a", message((1, 2, {"x": 2})), 0)
    assert not table.receive("a", message((1, 2, {"x": 3})), 0)
    assert not table.receive("a", message((1, 1, {"x": 3})), 0)
    assert read(table.drain_changed()) == {1: (2, {"x": 2})}
    assert table.drain_changed() is None
    assert read(table.encode()) == {1: (2, {"x": 2})}


def test_an_echo_is_no_news():
    table = AwarenessTable()
    table.receive("a", message((1, 5, {})), 0)
    table.receive("b", message((2, 1, {})), 0)
    table.drain_changed()
    for echo in (table.encode(), message((1, 5, None)), message((1, 4, {}), (2, 1, {}))):
        assert echo is not None
        assert not table.receive("c", echo, 1)
    assert table.drain_changed() is None
    assert len(table) == 2


def test_another_connection_moves_nobodys_cursor():
    table = AwarenessTable()
    table.receive("a", message((1, 1, {"x": 1})), 0)
    assert not table.receive("b", message((1, 9, {"x": "forged"})), 0)
    assert not table.receive("b", message((1, 9, None)), 0)
    assert not table.receive("b", message((1, 1, None)), 0)
    assert read(table.encode()) == {1: (1, {"x": 1})}


def test_a_word_of_leave_counts_at_an_equal_clock():
    table = AwarenessTable()
    table.receive("a", message((1, 1, {})), 0)
    table.drain_changed()
    assert table.receive("a", message((1, 1, None)), 0)
    assert read(table.drain_changed()) == {1: (1, None)}
    assert table.encode() is None
    assert not table.receive("a", message((1, 1, {})), 0)
    assert not table.receive("b", message((1, 7, None)), 0)
    assert table.receive("b", message((1, 2, {})), 0)


def test_a_connection_leaves_with_its_clients_and_may_come_back():
    table = AwarenessTable()
    table.receive("a", message((1, 3, {}), (2, 1, {})), 0)
    table.receive("b", message((3, 1, {})), 0)
    table.drain_changed()
    assert table.leave("a") == [1, 2]
    assert table.leave("a") == []
    assert read(table.drain_changed()) == {1: (3, None), 2: (1, None)}
    assert table.receive("again", message((1, 3, {})), 0)
    assert not table.receive("b", message((1, 4, {})), 0)
    assert set(read(table.encode())) == {1, 3}


def test_silence_removes_and_renewal_keeps():
    table = AwarenessTable(silence=30)
    table.receive("a", message((1, 1, {})), 0)
    table.receive("b", message((2, 1, {})), 0)
    table.receive("b", message((2, 2, {})), 15)
    assert table.expire(30) == []
    table.drain_changed()
    assert table.expire(31) == [1]
    assert read(table.drain_changed()) == {1: (1, None)}
    assert not table.receive("c", message((1, 1, None)), 31)
    assert set(read(table.encode())) == {2}


def test_a_chosen_few():
    table = AwarenessTable()
    table.receive("a", message(*((client, 1, {}) for client in range(5))), 0)
    assert set(read(table.encode([1, 3, 99]))) == {1, 3}
    assert table.encode([]) is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "malformed", id="nothing"),
        pytest.param(b"\x01", "malformed", id="no state"),
        pytest.param(message((1, 1, {})) + b"\x00", "malformed", id="more than it says"),
        pytest.param(message((1, 1, {}))[:-1], "malformed", id="less than it says"),
        pytest.param(uint(2**40), "malformed", id="many claimed"),
        pytest.param(b"\x01\x01\x01" + uint(2**50), "malformed", id="long claimed"),
        pytest.param(message((1, 1, [])), "malformed", id="a list"),
        pytest.param(message((1, 1, 5)), "malformed", id="a number"),
        pytest.param(b"\x01\x01\x01" + span(b"{"), "malformed", id="no JSON"),
        pytest.param(b"\x01\x01\x01" + span(b'{"a":\xff}'), "malformed", id="no UTF-8"),
        pytest.param(b"\x01\x01\x01" + span(b'{"a":"\xff"}'), "malformed", id="no UTF-8 inside a string"),
        pytest.param(
            b"\x01\x01\x01" + span(b'{"a":' + b"[" * 9000 + b"]" * 9000 + b"}"), "too-large", id="deep and large"
        ),
        pytest.param(b"\x01\x01\x01" + span(b'{"a":' + b"[" * 4000 + b"]" * 4000 + b"}"), "malformed", id="deep"),
        pytest.param(message((1, 1, {"x": "y" * 17_000})), "too-large", id="large state"),
        pytest.param(b"\x01" * (1024 * 1024 + 1), "too-large", id="large message"),
        pytest.param(message(*((n, 1, {}) for n in range(MAX_CLIENTS_PER_OWNER + 1))), "too-many", id="many cursors"),
    ],
)
def test_refuses(data: bytes, code: str):
    table = AwarenessTable()
    with pytest.raises(AwarenessRefused) as caught:
        table.receive("a", data, 0)
    assert caught.value.code == code


@given(data=st.binary(max_size=60))
def test_random_bytes_raise_nothing_else(data: bytes):
    table = AwarenessTable()
    try:
        table.receive("a", data, 0)
    except AwarenessRefused:
        pass
    read(table.drain_changed())


def test_those_who_left_make_room():
    table = AwarenessTable()
    for number in range(10_050):
        table.receive("a", message((number, 1, {})), 0)
        table.receive("a", message((number, 2, None)), 0)
        table.drain_changed()
    assert table.receive("b", message((99_999, 1, {})), 0)


def test_a_stock_client_agrees():
    """pycrdt's own awareness, fed with what the table sends, sees what the table holds."""
    table, client = AwarenessTable(), pycrdt.Awareness(pycrdt.Doc(client_id=77))
    for step in (
        ("a", (1, 1, {"x": 1})),
        ("b", (2, 1, {"y": 1})),
        ("a", (1, 2, {"x": 2})),
        ("b", (2, 1, None)),
        ("b", (2, 2, {"y": 2})),
    ):
        table.receive(step[0], message(step[1]), 0)
        changed = table.drain_changed()
        assert changed is not None
        client.apply_awareness_update(changed, "server")
    table.leave("a")
    removal = table.drain_changed()
    assert removal is not None
    client.apply_awareness_update(removal, "server")
    assert {key: state for key, state in client.states.items() if key != 77} == {2: {"y": 2}}


class ManyClients(RuleBasedStateMachine):
    """Connections a to d, each with its own client id, and echoes of everything by everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.table = AwarenessTable(silence=30)
        self.clocks: dict[str, int] = {}
        self.states: dict[int, Any] = {}
        self.sent: list[bytes] = []
        self.seen: dict[int, Any] = {}

    owners = st.sampled_from("abcd")

    @rule(owner=owners, value=st.integers(0, 9))
    def move(self, owner: str, value: int) -> None:
        clock = self.clocks[owner] = self.clocks.get(owner, 0) + 1
        state = {"at": value}
        assert self.table.receive(owner, message((ord(owner), clock, state)), 0)
        self.states[ord(owner)] = state

    @rule(owner=owners)
    def go(self, owner: str) -> None:
        gone = self.table.leave(owner)
        assert gone == ([ord(owner)] if ord(owner) in self.states else [])
        self.states.pop(ord(owner), None)

    @rule(owner=owners)
    def say_goodbye(self, owner: str) -> None:
        if ord(owner) in self.states:
            assert self.table.receive(owner, message((ord(owner), self.clocks[owner], None)), 0)
            del self.states[ord(owner)]

    @rule()
    def tick(self) -> None:
        changed = self.table.drain_changed()
        if changed is not None:
            self.sent.append(changed)
            for client, (_, state) in read(changed).items():
                self.seen[client] = state

    @rule(owner=owners, data=st.data())
    def echo(self, owner: str, data: st.DataObject) -> None:
        if self.sent:
            old = data.draw(st.sampled_from(self.sent))
            own = {ord(owner)} & set(read(old))
            left = [client for client, (_, state) in read(old).items() if state and client not in self.states]
            if not own and not left:
                assert not self.table.receive(owner, old, 0)

    @invariant()
    def holds_the_latest(self) -> None:
        assert {client: state for client, (_, state) in read(self.table.encode()).items()} == self.states

    def teardown(self) -> None:
        self.tick()
        assert {client: state for client, state in self.seen.items() if state is not None} == self.states


TestManyClients = ManyClients.TestCase
