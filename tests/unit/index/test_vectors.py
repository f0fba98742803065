"""The FAISS path equals its numpy twin on random data, filtered or not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.index.vectors import FaissVectorIndex, Floats, NumpyVectorIndex


def _vectors(seed: int, n: int, d: int) -> Floats:
    made = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 300),
    d=st.integers(2, 48),
    k=st.integers(1, 40),
    kept=st.floats(0, 1),
)
def test_faiss_equals_numpy(seed: int, n: int, d: int, k: int, kept: float) -> None:
    vectors = _vectors(seed, n, d)
    queries = _vectors(seed + 1, 3, d)
    allowed = np.flatnonzero(np.random.default_rng(seed + 2).random(n) < kept)
    for subset in (None, allowed):
        scores, rows = FaissVectorIndex(vectors).search(queries, k, subset)
        twin_scores, twin_rows = NumpyVectorIndex(vectors).search(queries, k, subset)
        assert scores.shape == twin_scores.shape
        np.testing.assert_allclose(scores, twin_scores, atol=2e-6)
        # Rows may only differ where two scores are the same to the last bits.
        differing = rows != twin_rows
        np.testing.assert_allclose(scores[differing], twin_scores[differing], atol=2e-6)


def test_equal_vectors_come_in_order_of_their_rows() -> None:
    vectors = np.tile(_vectors(1, 1, 8), (5, 1))
    _, rows = FaissVectorIndex(vectors).search(vectors[:1], 5)
    assert rows[0].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", [FaissVectorIndex, NumpyVectorIndex])
def test_only_allowed_rows_come_back(kind: type[FaissVectorIndex] | type[NumpyVectorIndex]) -> None:
    vectors = _vectors(3, 50, 16)
    allowed = np.asarray([4, 17, 33])
    _, rows = kind(vectors).search(vectors[:2], 10, allowed)
    assert rows.shape == (2, 3)
    assert set(rows.ravel().tolist()) == {4, 17, 33}
