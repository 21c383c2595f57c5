"""A ranker that was stored says the same as the one that was fitted."""

import numpy as np
import pytest

from rest.recommendations.errors import BadData
from rest.recommendations.ranker import fit_ranker
from rest.recommendations.reasons import from_visits
from rest.recommendations.stored import pack, unpack
from rest.recommendations.visits import visits

EVENTS = [(f"p{n}", f"m{(n * step) % 7}") for n in range(30) for step in range(1, 5)]


def test_what_is_unpacked_scores_and_explains_as_before() -> None:
    fitted = fit_ranker(visits(EVENTS))
    stored = unpack(pack(fitted))
    assert stored.items == fitted.items
    for run in ((), (0,), (3, 1), (2, 2, 5)):
        np.testing.assert_allclose(stored.scores(run), fitted.scores(run))
        for item in range(len(fitted.items)):
            before = from_visits(fitted.parts, fitted.items, run, item)
            assert from_visits(stored.parts, stored.items, run, item) == before


@pytest.mark.parametrize("packed", [b"", b"PK", b"\x93NUMPY", pack(fit_ranker(visits(EVENTS)))[:-40]])
def test_what_is_no_ranker_is_refused(packed: bytes) -> None:
    with pytest.raises(BadData):
        unpack(packed)
