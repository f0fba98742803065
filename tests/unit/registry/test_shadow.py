"""A shadow model is compared with what was served, holds nobody up, and says how much it agrees."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.null import NullEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.request import RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.registry.errors import DamagedPointer, UnknownModel
from recommender.registry.registry import ModelRegistry
from recommender.registry.shadow import ShadowRunner, compared, comparisons_of, shadow_report
from recommender.registry.shadow_choice import choose_shadow, chosen_shadow, end_shadow
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, solution, uscc
from tests.unit.registry.making import NOW, registry

INSTRUMENT = load_instrument()


@pytest.fixture
def models(tmp_path: Path) -> ModelRegistry:
    return registry(tmp_path)


@pytest.fixture
def matching(store: Store, tmp_path: Path) -> Iterator[MatchingService]:
    with store.begin() as work:
        work.solutions.put_many([solution(n, text=f"排产{'交期' * n}") for n in range(8)])
        work.enterprises.put(enterprise(1))
        work.diagnoses.put(diagnosis(1))
    keeper = SnapshotKeeper(store, NullEncoder(), INSTRUMENT, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    yield MatchingService(store, keeper, NullEncoder(), INSTRUMENT)
    keeper.stop()


def test_two_lists_compared() -> None:
    assert compared("abcd", "abcd") == {
        "length": 4,
        "overlap": 1.0,
        "rank_correlation": 1.0,
        "first_changed": False,
    }
    assert compared("abcd", "dcba")["rank_correlation"] == -1.0
    half = compared("abcd", "bxay")
    # a and b are in both, the other way round.
    assert (half["overlap"], half["rank_correlation"], half["first_changed"]) == (0.5, -1.0, True)
    assert compared("abcd", "axyz")["rank_correlation"] is None
    assert compared("", "")["overlap"] is None


def test_every_list_is_compared_when_all_are_asked_for(
    models: ModelRegistry, matching: MatchingService
) -> None:
    runner = ShadowRunner(models, seconds=0)
    matching.watch(runner)
    served = matching.recommend(RecommendationRequest(enterprise=uscc(1), k=4))
    choose_shadow(models, "b", share=1.0, by="甲", at=NOW)
    for text in ("排产", "交期", "交期"):
        matching.recommend(RecommendationRequest(text=text, k=4))
    runner.stop()
    report = shadow_report(models, "b")
    # As bare words only the text counts, whatever its weight: the lists are the same.
    assert (report.lists, report.groups) == (3, 2)
    assert (report.overlap.value, report.first_changed.value) == (1.0, 0.0)
    assert served.recommendation_id not in comparisons_of(models, "b").read_text(encoding="utf-8")
    end_shadow(models)
    matching.recommend(RecommendationRequest(text="排产", k=4))
    runner.stop()
    assert shadow_report(models, "b").lists == 3


def test_a_share_of_lists_and_no_list_of_its_own(models: ModelRegistry, matching: MatchingService) -> None:
    runner = ShadowRunner(models, seconds=1000)
    matching.watch(runner)
    choose_shadow(models, "b", share=0.5, by="甲", at=NOW)
    for _ in range(40):
        matching.recommend(RecommendationRequest(text="排产", k=2))
    runner.stop()
    assert 8 <= shadow_report(models, "b").lists <= 32


def test_a_shadow_that_fails_or_is_slow_holds_nobody_up(
    models: ModelRegistry, matching: MatchingService, caplog: pytest.LogCaptureFixture
) -> None:
    choose_shadow(models, "b", share=1.0, by="甲", at=NOW)
    runner = ShadowRunner(models, seconds=0)
    answer = matching.recommend(RecommendationRequest(text="排产", k=2))

    def fail(_engine: object) -> object:
        raise ZeroDivisionError

    for _ in range(3):
        runner(matching.engine(), fail, answer)  # type: ignore[arg-type]
    runner.stop()
    assert len(caplog.records) == 3
    assert shadow_report(models, "b").lists == 0
    # Not a list that an experiment interleaved, and not the model that was served.
    runner(replace(matching.engine(), experiment=(None, "")), fail, answer)  # type: ignore[arg-type]
    runner(matching.engine(), fail, answer.model_copy(update={"model_version": "b"}))  # type: ignore[arg-type]
    runner.stop()
    assert len(caplog.records) == 3


def test_the_choice_is_kept_whole(models: ModelRegistry) -> None:
    assert chosen_shadow(models) is None
    with pytest.raises(UnknownModel):
        choose_shadow(models, "nothing", share=0.1, by="甲", at=NOW)
    chosen = choose_shadow(models, "a", share=0.25, by="甲", at=NOW)
    assert chosen_shadow(models) == chosen
    file = models.folder / "SHADOW"
    file.write_bytes(file.read_bytes().replace(b"0.25", b"0.75"))
    with pytest.raises(DamagedPointer):
        chosen_shadow(models)
    assert ShadowRunner(models)._model() is None, "a damaged choice is no choice"
    end_shadow(models)
    assert chosen_shadow(models) is None
    end_shadow(models)


def test_a_line_that_a_crash_cut_off_does_not_count(models: ModelRegistry) -> None:
    file = comparisons_of(models, "a")
    file.write_text(
        '{"overlap": 1.0, "rank_correlation": null, "first_changed": false, "group": "g"}\n{"over'
    )
    report = shadow_report(models, "a")
    assert (report.lists, report.overlap.value, report.rank_correlation.value) == (1, 1.0, None)
