"""What a receiver's repeated requests say of what did not arrive at first."""

import random

from media.missed import ENOUGH_PACKETS, LONGEST_SECONDS, Missed


def test_a_packet_counts_once_however_often_it_is_asked_for() -> None:
    missed = Missed()
    for _ in range(5):
        for seq in (3, 7, 7, 9):
            missed.asked(seq)
    assert missed.share(30, LONGEST_SECONDS) == 3 / 30


def test_the_share_is_that_of_the_link_though_everything_is_repaired() -> None:
    luck, missed, shares = random.Random(4), Missed(), list[float]()
    for seq in range(3_000):
        if luck.random() < 0.2:
            missed.asked(seq)
        if seq % 25 == 0:
            shares.append(missed.share(seq, seq / 25))
    settled = shares[5:]
    assert abs(sum(settled) / len(settled) - 0.2) < 0.02


def test_few_packets_are_waited_for_but_not_for_long() -> None:
    missed = Missed()
    missed.asked(1)
    assert missed.share(ENOUGH_PACKETS - 1, 0.5) == 0.0, "too few to say"
    assert missed.share(ENOUGH_PACKETS, 0.6) == 1 / ENOUGH_PACKETS
    assert missed.share(ENOUGH_PACKETS + 2, 0.7) == 1 / ENOUGH_PACKETS
    assert missed.share(ENOUGH_PACKETS + 2, 0.6 + LONGEST_SECONDS) == 0.0, "what is long past says nothing"
    assert missed.share(ENOUGH_PACKETS + 2, 1.0 + 2 * LONGEST_SECONDS) == 0.0, "nothing was sent"
