"""A plan of faults is decided by its seed, and no kind is left out."""

from tests.chaos.plan import KINDS, plan


def test_a_seed_gives_the_same_plan_again() -> None:
    assert list(plan(7, 60, 2, 2)) == list(plan(7, 60, 2, 2))
    assert list(plan(7, 60, 2, 2)) != list(plan(8, 60, 2, 2))


def test_every_kind_comes_once_a_round() -> None:
    faults = list(plan(3, 2 * len(KINDS), 2, 3))
    assert {fault.kind for fault in faults[: len(KINDS)]} == {kind.name for kind in KINDS}
    assert {fault.kind for fault in faults[len(KINDS) :]} == {kind.name for kind in KINDS}
    assert not faults[-1].overlaps


def test_targets_exist() -> None:
    members = {"gateway-1", "gateway-2", "rooms-1", "rooms-2"}
    links = {f"{name}>{service}" for name in members for service in ("redis", "postgres")}
    people = {"people>gateway-1", "people>gateway-2"}
    fixed = {"keep", "empty", "fast", "immediate"}
    assert {fault.target for fault in plan(5, 400, 2, 2)} <= members | links | people | fixed
