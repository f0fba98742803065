"""Models and reports for the tests of the registry."""

from datetime import UTC, datetime
from pathlib import Path

from recommender.ranking.ranking_model import RankingModel, shipped_model
from recommender.registry.entries import Promotion
from recommender.registry.folder import Draft
from recommender.registry.gate import GateReport, GateResult, GateStatus
from recommender.registry.manifest import DataFingerprint
from recommender.registry.registry import ModelRegistry

NOW = datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC)
DATA = DataFingerprint(
    solutions=1,
    enterprises=2,
    lead_units=3,
    diagnoses=4,
    needs=5,
    last_event_sequence=6,
    catalogue_change=7,
    hash="0" * 64,
)


def model(version: str, *, text_match: float = 0.5) -> RankingModel:
    """The shipped model with another weight of the text."""
    shipped = shipped_model()
    prior = shipped.weights.solution["text_match"].model_copy(update={"weight": text_match})
    weights = shipped.weights.model_copy(
        update={"solution": {**shipped.weights.solution, "text_match": prior}, "version": version}
    )
    return RankingModel(version=version, weights=weights, fusion=shipped.fusion)


def registry(folder: Path) -> ModelRegistry:
    """A registry with versions a, b and c."""
    made = ModelRegistry(folder / "models", clock=lambda: NOW)
    for number, version in enumerate("abc"):
        made.add(Draft(model(version, text_match=0.1 * (number + 1))), DATA, by="甲", note="试")
    return made


def report(candidate: RankingModel, served: RankingModel, *, passed: bool = True) -> GateReport:
    """What gates that say so would report."""
    status = GateStatus.PASSED if passed else GateStatus.FAILED
    result = GateResult(gate="offline", title="离线质量", status=status, lets_pass=passed, text="合成结论")
    return GateReport(
        candidate=candidate.version,
        served=served.version,
        at=NOW,
        seconds=0.1,
        rules_version="test",
        passed=passed,
        text="未通过：离线质量" if not passed else "通过",
        gates=(result,),
    )


def promote(models: ModelRegistry, version: str) -> Promotion:
    """Promote through gates that let everything pass."""
    return models.promote(version, report, by="乙", reason="测试")
