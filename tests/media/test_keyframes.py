from media.keyframes import GIVE_UP_SECONDS, REPEAT_SECONDS, THROTTLE_SECONDS, KeyframeGate


def test_the_first_need_is_asked_at_once() -> None:
    gate = KeyframeGate()
    assert not gate.due(10.0)
    gate.want(10.0)
    assert gate.due(10.0)


def test_a_storm_of_needs_is_one_request() -> None:
    gate = KeyframeGate()
    asked = 0
    for i in range(200):
        gate.want(10.0 + i * 0.001)
        asked += gate.due(10.0 + i * 0.001)
    assert asked == 1


def test_it_repeats_until_a_keyframe_comes() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    assert gate.due(10.0)
    assert not gate.due(10.0 + REPEAT_SECONDS * 0.9)
    assert gate.due(10.0 + REPEAT_SECONDS * 1.1)
    gate.arrived()
    assert not gate.due(20.0)


def test_a_new_need_right_after_a_keyframe_waits_for_the_throttle() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    assert gate.due(10.0)
    gate.arrived()
    gate.want(10.1)
    assert not gate.due(10.1)
    assert gate.due(10.0 + THROTTLE_SECONDS)


def test_a_dead_stream_is_not_asked_for_ever() -> None:
    gate = KeyframeGate()
    gate.want(10.0)
    asked = sum(gate.due(10.0 + i * 0.02) for i in range(int(2 * GIVE_UP_SECONDS / 0.02)))
    assert asked == GIVE_UP_SECONDS / REPEAT_SECONDS or abs(asked - GIVE_UP_SECONDS / REPEAT_SECONDS) <= 2
    assert not gate.due(10.0 + 3 * GIVE_UP_SECONDS)
