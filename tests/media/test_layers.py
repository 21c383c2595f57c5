from hypothesis import given
from hypothesis import strategies as st

from media.layers import Demand, Layer, allocate

THREE = (Layer(150_000, 180), Layer(500_000, 360), Layer(1_500_000, 720))


def want(height: int = 720, priority: int = 0, current: int = -1, forced: int = -1) -> Demand:
    return Demand(THREE, height, priority, current, forced)


def test_without_an_estimate_the_wanted_size_decides() -> None:
    assert allocate([want(720), want(360), want(180), want(100)], None) == [2, 1, 0, 0]


def test_the_budget_is_shared_lowest_layers_first() -> None:
    assert allocate([want(), want(), want()], 500_000) == [0, 0, 0]
    assert allocate([want(priority=1), want()], 900_000) == [1, 0]


def test_a_poor_link_keeps_the_most_wanted_video() -> None:
    assert allocate([want(), want(priority=5)], 50_000) == [-1, 0]


def test_going_up_needs_a_margin_staying_does_not() -> None:
    step = 150_000 + 350_000 * 1.1
    assert allocate([want(current=0)], step) == [0]
    assert allocate([want(current=1)], step) == [1]


def test_pressure_lowers_everyone() -> None:
    assert allocate([want()], None, pressure=0.9) == [1]
    assert allocate([want()], None, pressure=0.99) == [0]


def test_a_layer_asked_for_by_name() -> None:
    assert allocate([want(forced=1)], None) == [1]
    assert allocate([want(height=1 << 16, forced=2)], None) == [2]


def test_no_layers_no_choice() -> None:
    assert allocate([Demand((), 720, 0, -1)], None) == [-1]
    assert allocate([Demand((), 720, 0, -1), want()], 10.0) == [-1, 0]


demands = st.lists(
    st.builds(Demand, st.just(THREE), st.integers(1, 2000), st.integers(0, 3), st.integers(-1, 2)), max_size=6
)


@given(demands, st.floats(0, 10_000_000), st.floats(0, 1))
def test_never_over_budget_but_for_the_one_video_that_is_always_sent(
    asked: list[Demand], budget: float, pressure: float
) -> None:
    chosen = allocate(asked, budget, pressure)
    spent = sum(d.layers[i].bitrate for d, i in zip(asked, chosen, strict=True) if i >= 0)
    sent = [i for i in chosen if i >= 0]
    assert spent <= budget or (len(sent) == 1 and sent[0] == 0)
    assert bool(sent) == bool(asked)
