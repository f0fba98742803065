"""A ranking model as a folder: ``model.json``, ``metrics.json`` and ``card.md``.

Everything is text that a person can read and compare; nothing that is loaded can run. Numbers come back to
the bit. The folder carries the fingerprints of the features it ranks by, and is refused where the code
computes them otherwise.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from recommender.domain.validation_text import explain, summary
from recommender.encoder.replacing import swap_in
from recommender.errors import Conflict, InvalidInput
from recommender.ranking.feature_definitions import TARGETS, load_feature_definitions
from recommender.ranking.ranking_model import RankingModel

MODEL = "model.json"
METRICS = "metrics.json"
CARD = "card.md"
_TARGET_NAMES = {"solution": "产品", "lead_unit": "牵引单位", "prospect": "企业"}


class UnusableModel(InvalidInput):
    """A folder that holds no ranking model."""

    code = "unusable_model"
    title = "模型文件有误"


class OtherFeatures(Conflict):
    """A model that was made for features which the code computes otherwise by now."""

    code = "model_features_changed"
    title = "模型与现用特征不一致"


class _ModelFile(BaseModel):
    """What ``model.json`` holds.

    Attributes
    ----------
    features : dict
        Fingerprint of the features of each kind of ranking (``feature_definitions``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    features: dict[str, str]
    model: RankingModel


def write_model(
    model: RankingModel, folder: Path, *, metrics: Mapping[str, Any] | None = None, card: str = ""
) -> None:
    """Write a model to a folder that is new or empty; it is there complete or not at all.

    Parameters
    ----------
    metrics : mapping, optional
        What was measured, ready for JSON; NaN and infinity are refused.
    card : str
        What the model is, learned from what, and what it is not for; Markdown, in Chinese.

    Raises
    ------
    UnusableModel
        If the folder holds something.
    ValueError
        If the metrics are no JSON.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnusableModel(f"“{folder}”不是空文件夹，请另选一个", place={"file": str(folder)})
    filed = _ModelFile(features=load_feature_definitions().fingerprints(), model=model)
    measured = json.dumps(dict(metrics or {}), ensure_ascii=False, indent=2, allow_nan=False)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
        ready = Path(temporary) / folder.name
        ready.mkdir()
        for name, text in ((MODEL, filed.model_dump_json(indent=1)), (METRICS, measured), (CARD, card)):
            (ready / name).write_text(text + "\n", encoding="utf-8")
        swap_in(ready, folder)


def read_model(folder: Path) -> RankingModel:
    """Read a model.

    Raises
    ------
    UnusableModel
        If the folder holds none.
    OtherFeatures
        If it was made for other features than the code computes.
    """
    path = folder / MODEL
    try:
        filed = _ModelFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusableModel(f"无法读取模型文件“{path}”", place={"file": str(path)}) from error
    except ValidationError as error:
        problems = explain(error)
        raise UnusableModel(
            f"模型文件“{path}”：{summary(problems)}", place={"file": str(path), "field": problems[0].field}
        ) from error
    now = load_feature_definitions().fingerprints()
    changed = [target for target in TARGETS if filed.features.get(target) != now[target]]
    if changed:
        named = "、".join(_TARGET_NAMES[target] for target in changed)
        raise OtherFeatures(
            f"模型 {filed.model.version} 是按旧的特征定义做的（{named}排序），与现在的程序不一致，请重新训练",
            place={"file": str(path)},
        )
    return filed.model


def read_metrics(folder: Path) -> dict[str, Any]:
    """Read what was measured of a model, as :func:`write_model` took it.

    Raises
    ------
    UnusableModel
        If the file is missing or no JSON object.
    """
    path = folder / METRICS
    try:
        measured = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableModel(f"无法读取模型的指标文件“{path}”", place={"file": str(path)}) from error
    if not isinstance(measured, dict):
        raise UnusableModel(f"模型的指标文件“{path}”须为 JSON 对象", place={"file": str(path)})
    return measured


def read_card(folder: Path) -> str:
    """Read the card of a model.

    Raises
    ------
    UnusableModel
        If it is missing or not UTF-8.
    """
    path = folder / CARD
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableModel(f"无法读取模型说明“{path}”", place={"file": str(path)}) from error
