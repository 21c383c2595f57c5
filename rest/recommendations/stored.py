"""A fitted `Ranker` as bytes: a NumPy archive of plain arrays, read without pickle."""

import io
from typing import Any
from zipfile import BadZipFile

import numpy as np

from rest.recommendations.arrays import Floats, Sparse, sparse
from rest.recommendations.blend import Blend
from rest.recommendations.ease import Ease
from rest.recommendations.errors import BadData
from rest.recommendations.knn import ItemKnn, PeopleKnn
from rest.recommendations.popularity import Popularity
from rest.recommendations.ranker import Parts, Ranker
from rest.recommendations.sequence import Followers, Markov


def pack(ranker: Ranker) -> bytes:
    """``ranker``, which has no side facts, as bytes."""
    parts = ranker.parts
    if parts.side_knn is not None:
        raise BadData("a ranker with side facts is not stored")
    visits = sparse.csr_array(parts.people_knn.visits)
    arrays: dict[str, Any] = {
        "items": np.array(ranker.items, dtype=np.str_),
        "weights": ranker.blend.weights,
        "floors": ranker.blend.floors,
        "popularity": parts.popularity.people,
        "ease": parts.ease.weights,
        "item_knn": parts.item_knn.similarity,
        "columns": visits.indices,
        "ends": visits.indptr,
        "power": np.array([parts.people_knn.power, parts.ease.side_weight]),
        "markov": parts.markov.chances,
        "markov_back": parts.markov_back.chances,
        "followers": parts.followers.went_on,
    }
    written = io.BytesIO()
    np.savez_compressed(written, **arrays)
    return written.getvalue()


def unpack(packed: bytes) -> Ranker:
    """What `pack` made; raise `BadData`."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
            arrays: dict[str, Any] = {name: archive[name] for name in archive.files}
        return _ranker(arrays)
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise BadData("that is not a ranker of this version") from error


def _ranker(arrays: dict[str, Any]) -> Ranker:
    items = tuple(str(item) for item in arrays["items"])
    power, side_weight = (float(number) for number in arrays["power"])
    visits = _visits(arrays["columns"], arrays["ends"], len(items))
    norms: Floats = np.sqrt(np.diff(arrays["ends"]).astype(np.float64))
    parts = Parts(
        Popularity(arrays["popularity"]),
        Ease(arrays["ease"], side_weight),
        ItemKnn(arrays["item_knn"]),
        PeopleKnn(visits, norms, visits, power),
        Markov(arrays["markov"]),
        Markov(arrays["markov_back"]),
        None,
        Followers(arrays["followers"]),
    )
    return Ranker(items, parts, Blend(arrays["weights"], arrays["floors"]))


def _visits(columns: Any, ends: Any, width: int) -> Sparse:
    return sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, width))
