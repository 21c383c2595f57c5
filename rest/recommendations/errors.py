"""Everything this package refuses: `RecommendationError` → `BadData`, `PrerequisiteCycle`, `UnknownModule`."""

from collections.abc import Sequence
from typing import ClassVar


class RecommendationError(ValueError):
    """Something asked of the recommendations cannot be done; ``code`` is for programs, the text for people."""

    code: ClassVar[str] = "recommendation-error"


class BadData(RecommendationError):
    """Numbers or events that do not fit together."""

    code = "bad-data"


class PrerequisiteCycle(RecommendationError):
    """A module would be its own prerequisite; ``cycle`` names it first and last."""

    code = "prerequisite-cycle"

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(f"prerequisites go round in a circle: {' → '.join(cycle)}; remove one of these links")
        self.cycle = tuple(cycle)


class UnknownModule(RecommendationError):
    """A prerequisite or a goal names a module that the course does not have."""

    code = "unknown-module"

    def __init__(self, module: str) -> None:
        super().__init__(f"the course has no module {module[:80]!r}")
        self.module = module
