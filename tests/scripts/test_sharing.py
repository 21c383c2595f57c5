"""The order in which `make test` gives tests to its processes."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.sharing import KEY, Sharing, guess, unit_of

SCHOOL, LOOKS = "tests/e2e/test_school.py::test_a", "tests/e2e/test_school_looks.py::test_b[dark]"
CLASS, CLUSTER = "tests/e2e/test_class.py::test_c", "tests/cluster/test_cluster.py::test_d"
PLAIN, OTHER = "tests/crdt/test_board.py::test_e", "tests/rest/people/test_rights.py::test_f"


class Told:
    """A cache that remembers what it was given."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds

    def get(self, key: str, default: dict[str, float]) -> dict[str, float]:
        return self._seconds if key == KEY else default


class Process:
    """A process that is given tests and finishes none."""

    shutting_down = False

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        pass

    def shutdown(self) -> None:
        pass

    @property
    def gateway(self) -> "Process":
        return self

    id = "a process"


def shared(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, count: int, seconds: dict[str, float]
) -> list[list[str]]:
    """Units that each of ``count`` processes is given at the start, in order."""
    monkeypatch.setattr("tests.sharing.cache_of", lambda config: Told(seconds))
    monkeypatch.setattr("xdist.scheduler.loadscope.parse_tx_spec_config", lambda config: range(count))
    sharing, processes = Sharing(pytestconfig, None), [Process() for _ in range(count)]
    for process in processes:
        node: Any = process
        sharing.add_node(node)
        sharing.add_node_collection(node, sorted(seconds))
    sharing.schedule()
    return [list(work) for work in sharing.assigned_work.values()]


def test_what_stands_on_one_deployment_is_one_unit() -> None:
    assert unit_of(SCHOOL) == unit_of(LOOKS) != unit_of(CLASS)
    assert unit_of(CLUSTER) != unit_of(CLASS)
    assert unit_of(PLAIN) == "tests/crdt/test_board.py"
    assert unit_of("tests/test_tree.py::test_g") == "tests/test_tree.py"
    assert guess(CLUSTER) > guess(PLAIN)


def test_the_longest_is_given_first(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {PLAIN: 3.0, OTHER: 40.0, "tests/crdt/test_screen.py::test_h": 7.0}
    (given,) = shared(pytestconfig, monkeypatch, 1, seconds)
    assert given == ["tests/rest/people/test_rights.py", "tests/crdt/test_screen.py"]


def test_two_processes_at_most_are_at_whole_machines(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = {f"tests/crdt/test_{number}.py::test": float(number) for number in range(1, 6)}
    given = shared(
        pytestconfig, monkeypatch, 3, {SCHOOL: 50.0, LOOKS: 50.0, CLASS: 90.0, CLUSTER: 80.0, PLAIN: 6.0} | plain
    )
    assert [units[0] for units in given] == [unit_of(SCHOOL), unit_of(CLASS), PLAIN.split("::")[0]]
    assert not [units for units in given if unit_of(CLUSTER) in units]
