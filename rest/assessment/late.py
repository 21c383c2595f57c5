"""What lateness costs: a share of the points for each day or hour begun, up to a most, or everything after a while."""

from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Literal

import msgspec

from rest.assessment.points import FULL, NONE

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]

STEP = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


class LatePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``percent`` of the points is lost for each ``per`` begun, at most ``most`` percent; nothing is left after
    ``cutoff_hours`` (0: never cut off). The first ``free_minutes`` cost nothing."""

    percent: Percent = 0
    per: Literal["day", "hour", "once"] = "day"
    most: Percent = 100
    free_minutes: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    cutoff_hours: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0


def kept(policy: LatePolicy, late: timedelta) -> Fraction:
    """The share of the points that is kept, from 1 (in time) to 0."""
    if late <= timedelta(minutes=policy.free_minutes):
        return FULL
    if policy.cutoff_hours and late > timedelta(hours=policy.cutoff_hours):
        return NONE
    begun = 1 if policy.per == "once" else -(-late // STEP[policy.per])
    return FULL - Fraction(min(policy.most, policy.percent * begun), 100)
