"""What a training run reports: the same document for the command line, the card and the registry."""

from pydantic import BaseModel, ConfigDict

from recommender.learning.adaptation.tuning import Look, TuningConfig
from recommender.learning.intervals import Figure


class HeldOutFigures(BaseModel):
    """nDCG@10 over the needs of the solutions kept apart, before and after, with 95 % intervals by solution.

    Attributes
    ----------
    hybrid_before, hybrid_after : Figure
        At the product's fusion weights.
    choice_before, choice_after : Figure
        Mean of the hybrids at the weights that choices go by.
    gain_dense, gain_hybrid, gain_choice : Figure
        Paired differences, after minus before.
    """

    model_config = ConfigDict(frozen=True)

    solutions: int
    needs: int
    candidates: int
    lexical: Figure
    dense_before: Figure
    dense_after: Figure
    hybrid_before: Figure
    hybrid_after: Figure
    choice_before: Figure
    choice_after: Figure
    gain_dense: Figure
    gain_hybrid: Figure
    gain_choice: Figure


class TrainingReport(BaseModel):
    """Result of :func:`recommender.learning.adaptation.train.train_encoder`.

    Attributes
    ----------
    improved : bool
        Whether the held-out needs gained; only then is a model written.
    interpolation : float
        Share (0–1] of the way from the base to the tuned weights, chosen on the held-out solutions.
    minutes : float
        Wall time of everything.
    stopped_by : str
        ``time``, ``held_out`` or ``steps``.
    data_sha256 : str
        Fingerprint of pairs and chunks that were learned from.
    precision : str
        Of the matrix products in training: ``float32`` or ``bfloat16``.
    delta_bytes : int
        Size of the written difference; 0 when none was.
    """

    model_config = ConfigDict(frozen=True)

    improved: bool
    out_folder: str | None
    base_name: str
    base_weights_sha256: str
    seed: int
    steps: int
    minutes: float
    stopped_by: str
    interpolation: float
    pairs: dict[str, int]
    chunks: int
    data_sha256: str
    held_out: HeldOutFigures
    looks: tuple[Look, ...]
    config: TuningConfig
    versions: dict[str, str]
    device: str
    precision: str
    delta_bytes: int
