"""Reading a model that somebody trained or wrote into a folder, to register it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from recommender.domain.validation_text import explain, summary
from recommender.ranking.model_files import (
    CARD,
    METRICS,
    MODEL,
    UnusableModel,
    read_card,
    read_metrics,
    read_model,
)
from recommender.ranking.priors import load_priors, read_weights
from recommender.ranking.ranking_model import RankingModel, version_of
from recommender.retrieval.fusion import FusionConfig, load_fusion

_WEIGHTS, _FUSION = "priors.json", "fusion.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """A model that is not registered yet.

    Attributes
    ----------
    card : str, optional
        Markdown in Chinese; one is made where there is none.
    """

    model: RankingModel
    metrics: dict[str, Any] = field(default_factory=dict)
    card: str | None = None
    seed: int | None = None


def read_draft(folder: Path) -> Draft:
    """Read a folder.

    Parameters
    ----------
    folder : Path
        As :func:`recommender.ranking.model_files.write_model` writes it, with the seed of the training among
        the metrics; or with edited copies of ``data/ranking/priors.json`` and ``fusion.json``, one of them or
        both.

    Raises
    ------
    UnusableModel, recommender.ranking.priors.UnusableWeights
        Naming the file.
    recommender.ranking.model_files.OtherFeatures
        If it was made for other features.
    """
    if not folder.is_dir():
        raise UnusableModel(f"“{folder}”不是文件夹", place={"file": str(folder)})
    model = read_model(folder) if (folder / MODEL).exists() else _of_weights(folder)
    metrics = read_metrics(folder) if (folder / METRICS).exists() else {}
    card = read_card(folder) if (folder / CARD).exists() else None
    seed = metrics.get("seed")
    return Draft(model, metrics, card, seed if isinstance(seed, int) else None)


def _of_weights(folder: Path) -> RankingModel:
    weights, fusion = folder / _WEIGHTS, folder / _FUSION
    if not weights.exists() and not fusion.exists():
        raise UnusableModel(
            f"“{folder}”中没有 {MODEL}，也没有 {_WEIGHTS} 或 {_FUSION}", place={"file": str(folder)}
        )
    chosen = read_weights(weights) if weights.exists() else load_priors()
    fused = _fusion(fusion) if fusion.exists() else load_fusion()
    return RankingModel(version=version_of(chosen, fused), weights=chosen, fusion=fused)


def _fusion(path: Path) -> FusionConfig:
    try:
        return FusionConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusableModel(f"无法读取“{path}”", place={"file": str(path)}) from error
    except ValidationError as error:
        problems = explain(error)
        place = {"file": path.name, "field": problems[0].field}
        raise UnusableModel(f"“{path.name}”：{summary(problems)}", place=place) from error
