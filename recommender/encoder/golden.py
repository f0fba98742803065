"""Golden vectors: whether an encoder on this machine agrees with the bundled model's own engine."""

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Encoder
from recommender.settings import data_dir

LEAST_COSINE = 0.999
"""Measured least 0.9999: the engine rounds activations to 8 bits, this build does not."""


@dataclass(frozen=True)
class GoldenAgreement:
    """Cosines between an encoder's vectors and the golden ones.

    Attributes
    ----------
    least, mean : float
        Over all golden texts.
    texts : int
        How many there are.
    """

    least: float
    mean: float
    texts: int

    @property
    def holds(self) -> bool:
        """Whether every text reaches `LEAST_COSINE`."""
        return self.least >= LEAST_COSINE


@dataclass(frozen=True)
class GoldenVectors:
    """Sentences and the vectors that the engine gave them."""

    queries: tuple[str, ...]
    passages: tuple[str, ...]
    vectors: NDArray[np.float32]


@lru_cache(maxsize=1)
def golden_vectors() -> GoldenVectors:
    """Return the shipped golden vectors, queries first."""
    content = json.loads((data_dir() / "encoder" / "golden.json").read_text(encoding="utf-8"))
    queries = [item for item in content["items"] if item["kind"] == "query"]
    passages = [item for item in content["items"] if item["kind"] == "passage"]
    return GoldenVectors(
        tuple(item["text"] for item in queries),
        tuple(item["text"] for item in passages),
        np.array([item["vector"] for item in queries + passages], dtype=np.float32),
    )


def check_golden(encoder: Encoder) -> GoldenAgreement:
    """Compare the bundled model, as it runs here, with the golden vectors.

    Parameters
    ----------
    encoder : Encoder
        The bundled model; any other disagrees.

    Returns
    -------
    GoldenAgreement
        Least and mean cosine.
    """
    golden = golden_vectors()
    found = np.vstack([encoder.encode_queries(golden.queries), encoder.encode_passages(golden.passages)])
    norms = np.linalg.norm(golden.vectors, axis=1)  # rounding to five digits leaves them just off one
    cosines = np.einsum("ij,ij->i", found, golden.vectors) / norms
    return GoldenAgreement(float(cosines.min()), float(cosines.mean()), len(cosines))
