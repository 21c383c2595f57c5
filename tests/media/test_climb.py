"""A viewer behind a simulated link: the estimate follows what arrives, as browsers' does."""

from dataclasses import dataclass, field

from media.climb import Climb
from media.layers import Demand, Layer, allocate, next_step

LAYERS = (Layer(150_000, 180), Layer(500_000, 360), Layer(1_500_000, 720))


@dataclass
class Viewer:
    """``full``: the queue before the link is full as soon as too much is sent, so its delay does not grow and the
    estimate does not fall."""

    capacity: float
    estimate: float = 300_000
    full: bool = False
    climb: Climb = field(default_factory=Climb)
    layer: int = 0
    loss: float = 0.0
    history: list[int] = field(default_factory=list[int])

    def second(self, now: float) -> None:
        sent = LAYERS[self.layer].bitrate
        through = min(sent, self.capacity)
        self.loss = 1 - through / sent
        if self.loss and not self.full:
            self.estimate = 0.85 * self.capacity
        else:
            self.estimate = max(min(self.estimate, 1.5 * through), min(self.estimate * 1.08, 1.5 * through + 10_000))
        demand = Demand(LAYERS, 720, 0, self.layer)
        needed = next_step([demand], [self.layer])
        budget = self.climb.budget(self.estimate, sent, needed, self.loss, now)
        self.layer = allocate([demand], budget)[0]
        self.history.append(self.layer)


def watch(capacity: float, seconds: int, *, full: bool = False) -> Viewer:
    viewer = Viewer(capacity, full=full)
    for now in range(seconds):
        viewer.second(100.0 + now)
    return viewer


def test_a_wide_link_reaches_the_top_soon_and_stays() -> None:
    viewer = watch(10_000_000, 60)
    assert viewer.history.index(2) < 15
    assert set(viewer.history[20:]) == {2}


def test_a_middling_link_stays_in_the_middle_with_rare_trials() -> None:
    viewer = watch(900_000, 300)
    assert viewer.history.count(1) > 240
    assert viewer.history.count(2) <= 15


def test_a_narrow_link_stays_low_with_rare_trials() -> None:
    viewer = watch(300_000, 300)
    assert viewer.history.count(0) > 270


def test_a_link_that_narrows_comes_down() -> None:
    viewer = watch(10_000_000, 30)
    viewer.capacity = 600_000
    for now in range(130, 150):
        viewer.second(float(now))
    assert viewer.history[-10:].count(1) >= 8


def test_a_link_behind_a_full_queue_comes_down_by_what_is_lost_and_stays_there() -> None:
    viewer = watch(10_000_000, 30, full=True)
    assert viewer.layer == 2
    viewer.capacity = 400_000
    for now in range(130, 190):
        viewer.second(float(now))
    after = viewer.history[30:]
    assert after.index(0) < 10, after
    assert after[10:].count(0) >= 40, after
