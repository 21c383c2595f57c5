"""The screen accepts what honest engines write, and refuses what no engine should be given."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crdt.errors import UpdateRefused
from crdt.lib0 import span, uint
from crdt.limits import MAX_CLOCK, ScreenLimits
from crdt.screen import ROOT, screen
from crdt.state_vector import decode_state_vector
from tests.crdt.peers import MAKERS, Peer, PycrdtPeer
from tests.crdt.wire import (
    after,
    any_item,
    deletes,
    in_item,
    in_root,
    item_id,
    nested_maps,
    string_item,
    text,
    update,
)


def refusal(data: bytes, limits: ScreenLimits | None = None) -> str:
    with pytest.raises(UpdateRefused) as caught:
        screen(data, limits or ScreenLimits())
    return caught.value.code


# what honest peers write


def with_subdocuments(client_id: int) -> PycrdtPeer:
    return PycrdtPeer(client_id, subdocuments=True)


@given(seed=st.integers(0, 2**32), steps=st.integers(1, 60), maker=st.sampled_from([*MAKERS, with_subdocuments]))
def test_accepts_what_engines_write(seed: int, steps: int, maker: Callable[[int], Peer]):
    rng = random.Random(seed)
    peer = maker(rng.getrandbits(rng.choice([8, 32])))
    for _ in range(steps):
        peer.edit(rng)
    for made in peer.drain():
        screen(made)
    state: dict[int, int] = {client: end for client, _, end in screen(peer.diff(b"\x00")).ranges}
    assert state == decode_state_vector(peer.state(), 10_000)


@given(seed=st.integers(0, 2**32))
def test_every_truncation_is_refused(seed: int):
    rng = random.Random(seed)
    peer = rng.choice(MAKERS)(rng.getrandbits(32))
    for _ in range(8):
        peer.edit(rng)
    whole = peer.diff(b"\x00")
    for end in range(len(whole)):
        assert refusal(whole[:end]) == "malformed"
    assert refusal(whole + b"\x00") == "malformed"


@given(data=st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(data: bytes):
    try:
        screen(data)
    except UpdateRefused:
        return


def test_tells_ranges_needs_deletes_and_skips():
    found = screen(
        update(
            (7, 10, [after(4, text("é🙂"), 9, 4), b"\x0a\x05", after(1, uint(2), 7, 9)]),
            (9, 0, [in_root(7, b"\x01")]),
            deletes=deletes({7: [(0, 2), (5, 1)], 3: [(4, 4)]}),
        )
    )
    assert found.ranges == [(7, 10, 20), (9, 0, 1)]
    assert found.needs == {9: 4}
    assert found.deletes == {7: 6, 3: 8}
    assert found.holes == [(7, 18)]
    assert found.structs == 4
    assert not found.is_empty
    assert screen(b"\x00\x00").is_empty


def test_links_name_the_parent_or_the_sibling_of_shared_types():
    child = in_item(7, b"\x00", 1, 0, key="k")
    sibling = after(7, b"\x00", 1, 1)
    made = update((1, 0, [in_root(7, b"\x01"), child, sibling, after(4, text("xy"), 1, 2)]))
    found = screen(made)
    assert found.parents == [(1, 0)]
    assert found.links == [
        (1, 0, 1, ROOT, 0, True, True),
        (1, 1, 2, 1, 0, True, True),
        (1, 2, 3, 1, 1, False, True),
    ]
    assert screen(made, every_link=True).links[3:] == [(1, 3, 5, 1, 2, False, False)]


def test_finds_second_halves_and_what_cuts_them():
    made = update((1, 4, [after(4, text("a🙂b🙃"), 1, 3)]))
    halves = screen(made).halves
    assert halves == [(1, 6), (1, 9)]
    for cutting in (
        after(4, text("x"), 1, 5),
        b"\x44" + item_id(1, 6) + text("x"),
        b"\xc4" + item_id(1, 0) + item_id(1, 9) + text("x"),
    ):
        assert len(screen(update((2, 0, [cutting])), halves=halves).cuts) == 1
    sparing = b"\xc4" + item_id(1, 6) + item_id(1, 7) + text("x")
    assert not screen(update((2, 0, [sparing]), deletes=deletes({1: [(5, 2)]})), halves=halves).cuts
    assert screen(update(deletes=deletes({1: [(5, 1), (9, 1)]})), halves=halves).cuts == [(1, 6), (1, 9)]
    assert screen(update((1, 6, [after(4, text("x"), 1, 5)])), halves=halves).cuts == [(1, 6), (1, 6)]


# what kills an engine, or a browser


def test_nested_values_are_refused():
    """Measured: the engine's stack ends at about 26,200 levels, and the process with it."""
    killer = update((1, 0, [any_item(b"\x75\x01" * 26_200 + b"\x7f")]))
    assert refusal(killer) == "too-deep"
    assert refusal(update((1, 0, [any_item(b"\x76\x01\x01a" * 65 + b"\x7f")]))) == "too-deep"
    screen(update((1, 0, [any_item(b"\x75\x01" * 64 + b"\x7f")])))


@pytest.mark.parametrize(
    "claim",
    [
        any_item(b"\x75" + uint(2**50) + b"\x7f"),
        any_item(b"\x76" + uint(2**50) + b"\x7f"),
        any_item(b"\x7f", count=2**40),
        in_root(4, uint(2**40) + b"x"),
        in_root(3, uint(2**31) + b"x"),
        in_root(2, uint(2**31) + b"x"),
        any_item(b"\x74" + uint(2**45)),
    ],
)
def test_claimed_sizes_are_not_believed(claim: bytes):
    """y-crdt#415: 21 bytes asked for 215 TB."""
    assert refusal(update((1, 0, [claim]))) in {"malformed", "too-large", "unsupported"}


def test_deletions_that_overlap_are_refused():
    """Measured: the engine walks every range over every item, so overlapping ones multiply."""
    assert refusal(update(deletes=deletes({1: [(0, 5), (4, 5)]}))) == "malformed"
    assert refusal(update(deletes=deletes({1: [(5, 1), (0, 1)]}))) == "malformed"
    assert refusal(b"\x00\x02\x01\x01\x00\x01\x01\x01\x05\x01") == "malformed"


def test_claimed_counts_are_not_believed():
    assert refusal(uint(2**32) + b"\x01\x01\x00") == "too-many"
    assert refusal(b"\x01" + uint(2**32) + b"\x01\x00") == "too-many"
    assert refusal(b"\x00\x01\x01" + uint(2**32)) == "too-many"
    assert refusal(b"\x00" + uint(2**32)) == "too-many"


@pytest.mark.parametrize("kind", [b"\x00", b"\x0a"])
def test_tombstones_and_holes_stay_below_the_engines_clock(kind: bytes):
    assert refusal(update((1, 0, [kind + uint(MAX_CLOCK + 1)]))) == "clock-out-of-range"
    assert refusal(update((1, MAX_CLOCK - 4, [kind + uint(5)]))) == "clock-out-of-range"
    assert refusal(update((1, 0, [kind + uint(2**53 - 1)]))) == "clock-out-of-range"
    assert refusal(update(deletes=deletes({1: [(2**31, 1)]}))) == "clock-out-of-range"
    assert refusal(update((1, 0, [kind + uint(0)]))) == "malformed"
    screen(update((1, 0, [kind + uint(1000)])))


@pytest.mark.parametrize(
    ("struct", "code"),
    [
        pytest.param(in_root(11, b"\x00\x01\x00"), "unsupported", id="move"),
        pytest.param(in_root(7, b"\x07\x00\x01\x00"), "unsupported", id="weak link"),
        pytest.param(in_root(7, b"\x05" + text("hook")), "unsupported", id="xml hook"),
        pytest.param(in_root(0x17, b"\x01"), "malformed", id="fifth bit"),
        pytest.param(after(0, uint(1), 2, 0), "malformed", id="tombstone with an origin"),
        pytest.param(in_root(12, b""), "malformed", id="unknown content"),
        pytest.param(b"\x04\x02" + text("r") + text("x"), "malformed", id="parent of a third kind"),
        pytest.param(in_root(4, text("")), "malformed", id="empty text"),
        pytest.param(in_root(8, b"\x00"), "malformed", id="no values"),
        pytest.param(in_root(1, b"\x00"), "malformed", id="nothing deleted"),
        pytest.param(in_root(4, span(b"\xff\xfe")), "malformed", id="text is not utf-8"),
        pytest.param(in_root(4, span("\ud800".encode("utf-8", "surrogatepass"))), "malformed", id="lone surrogate"),
        pytest.param(any_item(b"\x77" + span(b"\xc3")), "malformed", id="value is not utf-8"),
        pytest.param(any_item(b"\x73"), "malformed", id="unknown value"),
        pytest.param(any_item(b"\x7d\xff\xff\xff\xff\xff\xff\xff\x3f"), "malformed", id="integer past 53 bits"),
        pytest.param(any_item(b"\x7d" + b"\xff" * 9 + b"\x01"), "malformed", id="endless integer"),
        pytest.param(in_root(2, b"\x01" + text("{}")), "unsupported", id="legacy JSON"),
        pytest.param(in_root(9, text("guid") + b"\x7e"), "malformed", id="subdocument without options"),
        pytest.param(after(4, text("x"), 1, 0), "malformed", id="after itself"),
        pytest.param(after(4, text("x"), 1, 5), "malformed", id="after a later one"),
        pytest.param(in_item(4, text("x"), 1, 0), "malformed", id="inside itself"),
        pytest.param(b"\x04\x01" + text("r" * 1025) + text("x"), "too-large", id="long name"),
    ],
)
def test_refuses(struct: bytes, code: str):
    assert refusal(update((1, 0, [struct]))) == code


def test_refuses_a_client_twice():
    assert refusal(update((1, 0, [string_item("a")]), (1, 1, [string_item("b")]))) == "malformed"
    assert refusal(update((1, 0, []))) == "malformed"


def test_refuses_numbers_past_53_bits():
    assert refusal(b"\x01\x01" + b"\xff" * 7 + b"\x7f\x00") == "malformed"
    assert refusal(b"\x01\x01" + b"\x80" * 20 + b"\x00\x00") == "malformed"


def test_limits_hold():
    assert refusal(update((1, 0, [string_item("x" * 100)])), ScreenLimits(max_bytes=50)) == "too-large"
    assert refusal(update((1, 0, [string_item("x" * 100)])), ScreenLimits(max_string=99)) == "too-large"
    assert refusal(update((1, 0, nested_maps(11))), ScreenLimits(max_structs=10)) == "too-many"
    assert refusal(update((1, 0, [any_item(b"\x7f" * 11, count=11)])), ScreenLimits(max_values=10)) == "too-many"
    many = update(*((client, 0, [string_item("x")]) for client in range(11)))
    assert refusal(many, ScreenLimits(max_clients=10)) == "too-many"
    ranges = update(deletes=deletes({1: [(2 * n, 1) for n in range(11)]}))
    assert refusal(ranges, ScreenLimits(max_delete_ranges=10)) == "too-many"


def test_reads_what_only_yjs_writes():
    subdocument = in_root(9, text("guid") + b"\x76\x01" + text("autoLoad") + b"\x78", key="k")
    both = b"\xc4" + item_id(1, 0) + item_id(1, 1) + text("x")
    found = screen(update((1, 0, [string_item("abc"), subdocument, both])))
    assert found.ranges == [(1, 0, 5)]
