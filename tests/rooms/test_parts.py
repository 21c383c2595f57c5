"""The small pure parts: checkpoints, windows, compaction, mailbox, links, farewells, committer's fairness."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.envelopes import Attach, Forward, Leave, Moved, NotOwner, ToRoom, first_of
from realtime.frames.client import Update
from realtime.position import Position
from rooms import compaction
from rooms.checkpoints import KEPT, Checkpoints
from rooms.farewells import AGAIN_SECONDS, Farewells
from rooms.links import TELL_AGAIN_SECONDS, TELLINGS, Links, Verdict
from rooms.log import Stored
from rooms.mailbox import ENVELOPE_BYTES, Mailbox
from rooms.wear import Wear
from rooms.window import (
    AT_EASE,
    COMMIT_AT_EASE,
    COMPANY,
    STRAINED,
    STRETCH,
    TOGETHER,
    Company,
    commit_window,
    flush_at,
    flush_window,
)

POSITIONS = st.builds(Position, st.integers(0, 3), st.integers(0, 200))


@given(st.lists(POSITIONS, min_size=1, max_size=80, unique=True), POSITIONS)
def test_a_checkpoint_is_never_later_than_the_reader(noted: list[Position], reader: Position) -> None:
    checkpoints = Checkpoints()
    for position in sorted(noted):
        checkpoints.note(position, repr(position).encode())
    found = checkpoints.at_or_below(reader)
    before = [position for position in noted if position <= reader]
    assert (found is None) is (not before)
    assert found is None or found in {repr(position).encode() for position in before}
    assert checkpoints.last == repr(max(noted)).encode()
    if len(noted) <= KEPT and before:
        assert found == repr(max(before)).encode()


def test_checkpoints_keep_the_first_and_are_bounded() -> None:
    checkpoints = Checkpoints()
    for seq in range(10_000):
        checkpoints.note(Position(1, seq), b"%d" % seq)
    assert checkpoints.at_or_below(Position(1, 0)) == b"0"
    recent = [checkpoints.at_or_below(Position(1, seq)) for seq in range(9_990, 10_000)]
    assert recent == [b"%d" % seq for seq in range(9_990, 10_000)]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.1))
def test_a_window_grows_with_load_and_stays_within_its_bound(one: float, two: float, widest: float) -> None:
    low, high = sorted((one, two))
    assert 0 <= flush_window(low, widest) <= flush_window(high, widest) + 1e-9
    assert flush_window(STRAINED, widest) <= widest + 1e-9
    assert flush_window(high, widest) <= STRETCH * widest + 1e-9
    assert flush_window(0.0, widest) <= AT_EASE
    assert flush_window(1.0, widest) >= widest * (1 - 1e-9)
    assert flush_window(one, widest, least=widest) == widest
    assert (
        COMMIT_AT_EASE
        <= commit_window(low, widest)
        <= commit_window(high, widest)
        <= max(widest, COMMIT_AT_EASE) + 1e-9
    )


@given(st.floats(AT_EASE * 1.01, 0.1), st.floats(0, 1e6), st.floats(0, 1))
def test_where_windows_are_wide_the_first_edit_waits_and_rooms_flush_together(
    window: float, now: float, flushed: float
) -> None:
    at = flush_at(window, now - flushed, now)
    assert now + 0.8 * window <= at <= now + 1.2 * window
    others = {flush_at(window, now, now + step * window / 100) for step in range(100)}
    assert len(others) <= TOGETHER + 1


@given(st.floats(0, AT_EASE), st.floats(0, 1e6), st.floats(0, 1))
def test_at_ease_the_first_edit_after_a_pause_waits_for_nobody(window: float, now: float, flushed: float) -> None:
    assert flush_at(window, now - flushed, now) == (now - flushed) + window


def test_company_is_expected_where_it_was_the_rule_lately_and_only_there() -> None:
    company = Company()
    for burst in range(10):
        for edit in range(COMPANY):
            company.came(1, burst * 0.1 + edit * 0.0001)
    assert company.is_expected
    for alone in range(10):
        company.came(1, 2.0 + alone * 0.005)
    assert not company.is_expected


@given(st.integers(0, 10**8), st.lists(st.integers(1, 20_000), max_size=600))
def test_a_load_stays_within_a_small_multiple_of_the_document(base: int, sizes: list[int]) -> None:
    wear = Wear(base)
    for seq, size in enumerate(sizes):
        wear.add(size, seq)
        if compaction.is_due(wear):
            wear.compacted(wear.rows, wear.rows_bytes, base)
        few = wear.rows < compaction.MIN_ROWS
        assert few or wear.rows_bytes <= base + compaction.SPARE_BYTES
        assert few or wear.rows <= compaction.SPARE_ROWS + base // compaction.BYTES_PER_ROW


def test_wear_starts_from_what_is_stored() -> None:
    wear = Wear.of(Stored(b"12345", [b"1", b"23"], Position(1, 9)))
    assert (wear.base_bytes, wear.rows, wear.rows_bytes, wear.last_seq) == (5, 2, 3, 0)


def message(link: int, body: object = None, gateway: str = "g1") -> ToRoom:
    return ToRoom("t/r", gateway, link, "g1.1", body or Leave())  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 500), max_size=60))
def test_a_mailbox_is_bounded_in_bytes_and_keeps_the_order(sizes: list[int]) -> None:
    mailbox = Mailbox(5_000)
    kept = [
        it
        for it in (message(1, Forward(Update("d", n, bytes(size)))) for n, size in enumerate(sizes))
        if mailbox.put(it)
    ]
    assert mailbox.size <= 5_000
    assert [mailbox.pop() for _ in range(len(mailbox))] == kept
    assert mailbox.size == 0


def test_joins_and_leaves_pass_where_requests_do_not() -> None:
    mailbox = Mailbox(3 * ENVELOPE_BYTES)
    request = message(1, Forward(Update("d", 1, b"")))
    assert [mailbox.put(request) for _ in range(4)] == [True, True, True, False]
    assert [mailbox.put(message(1)) for _ in range(4)] == [True, True, True, False]


def test_link_1_the_first_answer_has_the_number_of_its_attach() -> None:
    links = Links()
    links.judge(message(first_of(7), Attach("g1")), 0.0)
    assert links.links["g1"].sent + 1 == first_of(7)
    assert links.judge(message(first_of(7) + 1), 0.0) is Verdict.TAKE
    links.judge(message(first_of(9), Attach("g1")), 0.0)
    assert links.links["g1"].sent + 1 == first_of(9)


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_link_1_every_loss_is_seen_and_nothing_is_taken_after_it(arrives: list[bool]) -> None:
    links = Links()
    assert links.judge(message(1, Attach("g1")), 0.0) is Verdict.TAKE
    lost = False
    for number, there in enumerate(arrives, 2):
        if not there:
            lost = True
            continue
        verdict = links.judge(message(number), 0.0)
        assert (verdict is Verdict.TAKE) is (not lost)
    assert links.judge(message(1, Attach("g1")), 0.0) is Verdict.TAKE
    assert links.judge(message(2), 0.0) is Verdict.TAKE


def test_link_1_a_lost_link_is_told_again_for_a_while_and_at_once_when_it_is_lost_anew() -> None:
    links = Links()
    assert links.judge(message(5), 0.0) is Verdict.TELL
    assert links.judge(message(6), 0.1) is Verdict.DROP
    assert links.still_lost(0.5) == []
    tellings = sum(len(links.still_lost(tick * TELL_AGAIN_SECONDS)) for tick in range(1, 100))
    assert tellings == TELLINGS - 1
    assert links.judge(message(1, Attach("g1")), 100.0) is Verdict.TAKE
    assert links.judge(message(9), 100.0) is Verdict.TELL


def test_what_no_gateway_sent_needs_no_link() -> None:
    assert Links().judge(message(0, gateway=""), 0.0) is Verdict.TAKE


def test_farewells_are_repeated_until_they_are_old_or_the_gateway_is_back() -> None:
    farewells = Farewells()
    farewells.say(Moved("t/r", 3, "w2"), ["g1", "g2"], 0.0)
    farewells.say(NotOwner("t/s", "w1"), ["g1"], 0.0)
    assert list(farewells.due(0.5)) == []
    assert len(list(farewells.due(1.0))) == 3
    farewells.back("t/r", "g2")
    assert list(farewells.due(2.0)) == []
    assert [gateway for gateway, _ in farewells.due(2.0, all=True)] == ["g1", "g1"]
    said = sum(len(list(farewells.due(float(second)))) for second in range(3, 100))
    assert said == 2 * (len(AGAIN_SECONDS) - 1)
