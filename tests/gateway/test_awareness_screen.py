"""DOC-6 at the gateway: echoes go nowhere, news always pass."""

from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Awareness, Doc

from gateway.awareness_screen import AwarenessScreen
from realtime.lib0 import text, uint


def update(*states: tuple[int, int, str]) -> bytes:
    return uint(len(states)) + b"".join(uint(client) + uint(clock) + text(state) for client, clock, state in states)


def test_an_echo_is_no_news() -> None:
    screen = AwarenessScreen()
    moved = update((7, 3, '{"x":1}'))
    assert screen.is_news(moved)
    screen.heard(moved)
    assert not screen.is_news(moved)
    assert not screen.is_news(update((7, 2, '{"x":0}')))
    assert screen.is_news(update((7, 4, '{"x":2}')))
    assert screen.is_news(update((7, 3, '{"x":1}'), (8, 1, "{}")))


def test_gone_counts_at_an_equal_clock() -> None:
    screen = AwarenessScreen()
    screen.heard(update((7, 3, "{}")))
    assert screen.is_news(update((7, 3, "null")))
    assert not screen.is_news(update((7, 2, "null")))
    screen.heard(update((7, 4, "null")))
    assert screen.is_news(update((7, 1, "{}")))


def test_what_cannot_be_read_is_for_the_room() -> None:
    screen = AwarenessScreen()
    screen.heard(b"\xff" * 12)
    for data in (b"", b"\x01", b"\x01\x07\x03\x09{}", b"\xff" * 12, b"\x01\x07\x03\x02{}!"):
        assert screen.is_news(data)


def test_a_new_owner_is_told_again() -> None:
    screen = AwarenessScreen()
    screen.heard(update((7, 3, "{}")))
    screen.forget()
    assert screen.is_news(update((7, 3, "{}")))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=40))
def test_of_each_client_only_later_states_are_news(states: list[tuple[int, int]]) -> None:
    screen = AwarenessScreen()
    latest: dict[int, int] = {}
    for client, clock in states:
        assert screen.is_news(update((client, clock, "{}"))) == (clock > latest.get(client, -1))
        if clock > latest.get(client, -1):
            latest[client] = clock
            screen.heard(update((client, clock, "{}")))


def test_it_reads_what_another_implementation_writes() -> None:
    awareness = Awareness(Doc())
    screen = AwarenessScreen()
    for x in range(3):
        awareness.set_local_state({"x": x})
        said = awareness.encode_awareness_update([awareness.client_id])
        assert screen.is_news(said)
        screen.heard(said)
        assert not screen.is_news(said)
