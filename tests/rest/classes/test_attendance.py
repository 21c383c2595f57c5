"""How a meeting was attended, from what was seen."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rest.classes.attendance import GRACE, judge

OPENED = datetime(2026, 9, 7, 9, tzinfo=UTC)
UNTIL = OPENED + timedelta(hours=1)
moments = st.integers(-1000, 5000).map(lambda seconds: OPENED + timedelta(seconds=seconds))
stays = st.lists(st.tuples(moments, moments), max_size=8)


def test_two_devices_count_once() -> None:
    minutes = [timedelta(minutes=n) for n in range(61)]
    seen = [(OPENED, OPENED + minutes[20]), (OPENED + minutes[10], OPENED + minutes[30]), (OPENED + minutes[50], UNTIL)]
    assert judge(OPENED, UNTIL, seen) == ("present", 40 * 60)


def test_after_the_grace_somebody_is_late_and_nobody_seen_is_absent() -> None:
    assert judge(OPENED, UNTIL, [(OPENED + GRACE, UNTIL)])[0] == "present"
    assert judge(OPENED, UNTIL, [(OPENED + GRACE + timedelta(seconds=1), UNTIL)])[0] == "late"
    assert judge(OPENED, UNTIL, []) == ("absent", 0)


@given(stays)
def test_nobody_was_there_longer_than_the_meeting_and_more_seen_is_never_less(
    seen: list[tuple[datetime, datetime]],
) -> None:
    _, seconds = judge(OPENED, UNTIL, seen)
    assert 0 <= seconds <= 3600
    assert judge(OPENED, UNTIL, [*seen, (OPENED, UNTIL + GRACE)])[1] == 3600
    assert judge(OPENED, UNTIL, seen[::-1])[1] == seconds
    second = sum(any(a <= OPENED + timedelta(seconds=t) < b for a, b in seen) for t in range(3600))
    assert second == seconds
