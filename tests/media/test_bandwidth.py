"""The estimator on a simulated bottleneck: a queue of one rate and one base delay."""

from media import twcc
from media.bandwidth import FLOOR, SendSideEstimator


def simulate(capacity: float, seconds: float, loss_every: int = 0, start: float = 600_000) -> SendSideEstimator:
    """Send as fast as the estimate says through a queue of `capacity` bits a second, with feedback every 50 ms."""
    estimator = SendSideEstimator(start)
    now, busy_until, first = 0.0, 0.0, 0
    pending: list[tuple[float, float | None]] = []
    next_feedback, count = 0.05, 0
    while now < seconds:
        size = 1000
        estimator.sent(size, now)
        count += 1
        busy_until = max(busy_until, now) + size * 8 / capacity
        lost = (loss_every and count % loss_every == 0) or busy_until - now > 0.4
        if lost:
            busy_until -= size * 8 / capacity
        pending.append((busy_until, None if lost else busy_until + 0.02))
        now += size * 8 / estimator.bitrate
        if now >= next_feedback:
            done = [t for done_at, t in pending if done_at <= now]
            if any(t is not None for t in done):
                estimator.feedback(twcc.write(first & 0xFFFF, 0, done), now)
            first += len(done)
            pending = pending[len(done) :]
            next_feedback = now + 0.05
    return estimator


def test_it_grows_toward_a_wide_link_and_stays_near_a_narrow_one() -> None:
    wide = simulate(8_000_000, 30)
    narrow = simulate(1_000_000, 30)
    assert wide.bitrate > 2_000_000
    assert 300_000 < narrow.bitrate < 1_600_000


def test_heavy_loss_lowers_it() -> None:
    assert simulate(20_000_000, 15, loss_every=4).bitrate < 600_000


def test_light_loss_does_not() -> None:
    assert simulate(20_000_000, 15, loss_every=50).bitrate >= 600_000


def test_numbers_wrap_and_garbage_changes_nothing() -> None:
    estimator = SendSideEstimator()
    before = estimator.bitrate
    estimator.feedback(b"garbage", 1.0)
    estimator.feedback(bytes(40), 1.0)
    assert estimator.bitrate == before
    numbers = [estimator.sent(100, i * 0.001) for i in range(70_000)]
    assert numbers[65_535:65_538] == [65_535, 0, 1]
    estimator.feedback(twcc.write(numbers[-1], 0, [1.0]), 71.0)
    assert estimator.bitrate >= FLOOR
