"""Prerequisites between the modules of a course: a graph without circles, asked what is open and what leads where."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from rest.recommendations.errors import PrerequisiteCycle, UnknownModule


@dataclass(frozen=True, slots=True)
class Module:
    """A step of a course: the skills it trains, the modules it stands on, and its place in the teacher's order."""

    id: str
    skills: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    order: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """Modules by id, checked; ``sequence`` holds them so that each stands after what it requires."""

    modules: Mapping[str, Module]
    sequence: tuple[str, ...]
    unlocks: Mapping[str, tuple[str, ...]]

    def open_to(self, done: Collection[str]) -> list[str]:
        """Modules not done whose prerequisites all are, in sequence."""
        return [m for m in self.sequence if m not in done and all(r in done for r in self.modules[m].requires)]

    def missing(self, module: str, done: Collection[str]) -> list[str]:
        """Direct prerequisites of ``module`` that are not done."""
        return [r for r in self._known(module).requires if r not in done]

    def path_to(self, goal: str, done: Collection[str]) -> list[str]:
        """What is left to do, in order, to finish ``goal``, itself last; empty when it is done.

        What a done module stands on is taken as known and not asked for again.
        """
        wanted: set[str] = set()
        waiting = [self._known(goal).id]
        while waiting:
            module = waiting.pop()
            if module not in wanted and module not in done:
                wanted.add(module)
                waiting.extend(self.modules[module].requires)
        return [m for m in self.sequence if m in wanted]

    def reach(self, module: str) -> int:
        """How many modules stand on ``module``, directly or not."""
        found: set[str] = set()
        waiting = list(self.unlocks[module])
        while waiting:
            following = waiting.pop()
            if following not in found:
                found.add(following)
                waiting.extend(self.unlocks[following])
        return len(found)

    def _known(self, module: str) -> Module:
        if module not in self.modules:
            raise UnknownModule(module)
        return self.modules[module]


def course(modules: Collection[Module]) -> Course:
    """A checked course; raises `UnknownModule` or `PrerequisiteCycle`."""
    by_id = {m.id: m for m in sorted(modules, key=lambda m: (m.order, m.id))}
    for module in by_id.values():
        for required in module.requires:
            if required not in by_id:
                raise UnknownModule(required)
    unlocks: dict[str, list[str]] = {m: [] for m in by_id}
    for module in by_id.values():
        for required in module.requires:
            unlocks[required].append(module.id)
    return Course(by_id, _in_sequence(by_id), {m: tuple(u) for m, u in unlocks.items()})


def _in_sequence(modules: Mapping[str, Module]) -> tuple[str, ...]:
    """Prerequisites first; among those equally free, the teacher's order."""
    sorter = TopologicalSorter({m.id: m.requires for m in modules.values()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise PrerequisiteCycle(error.args[1]) from None
    place = {m: n for n, m in enumerate(modules)}
    sequence: list[str] = []
    free = list(sorter.get_ready())
    while free:
        free.sort(key=place.__getitem__)
        sequence.append(free.pop(0))
        sorter.done(sequence[-1])
        free.extend(sorter.get_ready())
    return tuple(sequence)
