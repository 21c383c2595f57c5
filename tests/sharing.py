"""How `make test` shares the tests out: what takes longest first, and not too many whole machines at once.

A unit is what one process takes, in order: a file, or several that stand on the same deployment. Each run remembers how
long its tests took (in pytest's cache); what was never run is guessed from its folder.
"""

from collections import defaultdict
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

KEY = "lyceum/seconds"
MACHINES = ("e2e", "cluster", "chaos")
"""Folders whose tests start whole deployments or browsers."""
MOST_MACHINES = 2
"""Processes that may be at those at the same time: they wait a lot, but more of them would only measure each other."""
SECONDS_A_TEST = {"e2e": 4.0, "cluster": 10.0, "chaos": 2.0, "simulation": 2.0, "interop": 4.0}
"""A guess, by folder."""
ANY_TEST = 0.1


def unit_of(nodeid: str) -> str:
    """The unit a test belongs to, by its path from the root."""
    file = nodeid.split("::")[0]
    _, folder, *rest = file.split("/")
    if folder == "e2e":
        return "browsers: school and media" if rest[0].startswith(("test_school", "test_media")) else "browsers: class"
    return f"{folder}: deployment" if folder in MACHINES else file


def folder_of(nodeid: str) -> str:
    return nodeid.split("/")[1]


def guess(nodeid: str) -> float:
    """Seconds that a test may take which was never run."""
    return SECONDS_A_TEST.get(folder_of(nodeid), ANY_TEST)


def cache_of(config: pytest.Config) -> pytest.Cache | None:
    """None when pytest was told to do without."""
    return getattr(config, "cache", None)


def remembered(config: pytest.Config) -> dict[str, float]:
    """Test to its seconds in the last run that had it."""
    cache = cache_of(config)
    return cache.get(KEY, {}) if cache else {}


class Sharing(LoadScopeScheduling):
    """Gives out units, the longest of what may be given first."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._remembered = remembered(config)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(self._next(), last=False)
        super()._assign_work_unit(node)

    def _next(self) -> str:
        """The longest unit left; one of whole machines only while few enough are at those."""
        busy = sum(any(map(self._is_machine, self._begun(node))) for node in self.assigned_work)
        left = [unit for unit in self.workqueue if busy < MOST_MACHINES or not self._is_machine(unit)]
        return max(left or self.workqueue, key=self._seconds)

    def _begun(self, node: WorkerController) -> list[str]:
        """Units a process has not finished."""
        return [unit for unit, tests in self.assigned_work[node].items() if not all(tests.values())]

    def _is_machine(self, unit: str) -> bool:
        work = self.workqueue.get(unit) or next(it[unit] for it in self.assigned_work.values() if unit in it)
        return folder_of(next(iter(work))) in MACHINES

    def _seconds(self, unit: str) -> float:
        return sum(self._remembered.get(test, guess(test)) for test in self.workqueue[unit])


class Durations:
    """Remembers how long each test took, for the next run's order."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        if cache := cache_of(self._config):
            told = {test: round(seconds, 3) for test, seconds in self._seconds.items()}
            cache.set(KEY, remembered(self._config) | told)
