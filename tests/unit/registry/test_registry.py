"""Versions never change, every changed byte is found, and history tells who served what when."""

import itertools
import json
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import SmematchError
from recommender.ranking import feature_definitions
from recommender.ranking.feature_definitions import FeatureDefinitions, load_feature_definitions
from recommender.ranking.model_files import OtherFeatures, UnusableModel, write_model
from recommender.ranking.priors import FeaturePrior, load_priors
from recommender.ranking.ranking_model import shipped_model
from recommender.registry.errors import (
    DamagedModel,
    DamagedPointer,
    GatesNotPassed,
    ModelExists,
    NoPredecessor,
    NotServed,
    ReasonMissing,
    ServedModelChanged,
    UnknownModel,
)
from recommender.registry.folder import Draft, read_draft
from recommender.registry.keeper import ModelKeeper
from recommender.registry.manifest import DataFingerprint
from recommender.registry.promotions import Action
from recommender.registry.registry import ModelRegistry
from recommender.registry.sealed import Broken, seal, unseal
from recommender.settings import data_dir
from recommender.store import Store
from tests.synthetic_records import enterprise, need, solution
from tests.unit.ranking.posteriors import drawn_weights
from tests.unit.registry.making import DATA, NOW, model, promote, registry, report

SHIPPED = shipped_model().version
refusing = partial(report, passed=False)


@pytest.fixture
def models(tmp_path: Path) -> ModelRegistry:
    return registry(tmp_path)


def served(models: ModelRegistry) -> str:
    return models.served().model.version


# -- versions ----------------------------------------------------------------------------------------


def test_without_a_folder_the_shipped_model_is_there_and_served(tmp_path: Path) -> None:
    models = ModelRegistry(tmp_path / "nothing")
    (entry,) = models.entries()
    assert (entry.version, entry.served, entry.shipped, entry.problem) == (SHIPPED, True, True, None)
    assert models.served().model is shipped_model()
    assert models.served().since is None
    assert not (tmp_path / "nothing").exists(), "looking writes nothing"


def test_what_is_registered_comes_back_with_everything_recorded(models: ModelRegistry) -> None:
    assert models.load("b") == model("b", text_match=0.2)
    detail = models.detail("b")
    assert (detail.parent, detail.created_by, detail.note, detail.created_at) == (SHIPPED, "甲", "试", NOW)
    assert detail.manifest.data == DATA
    assert set(detail.manifest.files) == {"model.json", "metrics.json", "card.md"}
    assert detail.manifest.features.fingerprints == load_feature_definitions().fingerprints()
    assert detail.manifest.features.revisions["solution"]["text_match"] == 1
    assert "text_match：0.34（未知时 0.3） → 0.2（未知时 0.3）" in detail.card
    assert [entry.version for entry in models.entries()] == [SHIPPED, "a", "b", "c"]


def test_a_learned_model_comes_back_to_the_bit(models: ModelRegistry) -> None:
    learned = shipped_model().model_copy(update={"version": "learned-1", "learned": drawn_weights()})
    models.add(Draft(learned), DATA, by="甲")
    assert models.load("learned-1") == learned
    assert models.add(Draft(learned), DATA, by="甲").version == "learned-1"


def test_the_same_model_twice_is_one_and_another_under_its_name_is_refused(models: ModelRegistry) -> None:
    before = models.detail("a")
    assert models.add(Draft(model("a", text_match=0.1)), DATA, by="丙", note="again").created_by == "甲"
    for other in (model("a", text_match=0.9), model(SHIPPED, text_match=0.9)):
        with pytest.raises(ModelExists):
            models.add(Draft(other), DATA, by="丙")
    assert models.detail("a") == before


@pytest.mark.parametrize("version", ["../x", "a/b", ".hidden", "", "a:promote", "x" * 101, "版本", "a\n"])
def test_versions_that_could_leave_the_folder(models: ModelRegistry, version: str) -> None:
    with pytest.raises(UnusableModel):
        models.add(Draft(model(version)), DATA, by="丙")
    for look in (models.load, models.detail, partial(promote, models)):
        with pytest.raises(UnknownModel):
            look(version)
    with pytest.raises(SmematchError):
        models.rollback(version or "../y", by="丙")


def test_features_that_nobody_computes_are_refused(models: ModelRegistry) -> None:
    strange = model("d")
    weights = strange.weights.model_copy(
        update={"solution": {**strange.weights.solution, "phone": FeaturePrior(weight=1, unknown=0)}}
    )
    with pytest.raises(UnusableModel, match="phone"):
        models.add(Draft(strange.model_copy(update={"weights": weights})), DATA, by="丙")


def test_a_model_for_other_features_is_never_served(
    models: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(models, "a")
    raised = load_feature_definitions().model_dump()
    raised["solution"]["price"]["revision"] = 2
    changed = FeatureDefinitions.model_validate(raised)
    monkeypatch.setattr(
        "recommender.ranking.model_files.load_feature_definitions", lambda: changed, raising=True
    )
    monkeypatch.setattr(feature_definitions, "load_feature_definitions", lambda: changed)
    with pytest.raises(OtherFeatures):
        models.served()
    problem = models.entries()[1].problem
    assert problem is not None
    assert problem["code"] == "model_features_changed"
    keeper = ModelKeeper(models)
    assert keeper().version == SHIPPED
    assert "重新训练" in str(keeper().stands_in)


def files_of(models: ModelRegistry, version: str) -> list[Path]:
    return sorted((models.folder / "versions" / version).iterdir())


def test_every_changed_byte_is_found(models: ModelRegistry) -> None:
    for file in files_of(models, "a"):
        content = file.read_bytes()
        file.chmod(0o644)
        step = max(1, len(content) // 200)
        for at in range(0, len(content), step):
            file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(DamagedModel):
                models.load("a")
        for other in (b"", content[:-1], content + b" "):
            file.write_bytes(other)
            with pytest.raises(DamagedModel):
                models.load("a")
        file.write_bytes(content)
        assert models.load("a") == model("a", text_match=0.1)


def test_files_that_are_missing_added_or_linked(models: ModelRegistry, tmp_path: Path) -> None:
    folder = models.folder / "versions" / "a"
    (folder / "extra.py").write_text("")
    with pytest.raises(DamagedModel, match=r"extra\.py"):
        models.load("a")
    (folder / "extra.py").unlink()
    card = folder / "card.md"
    shutil.copy(card, tmp_path / "card.md")
    card.unlink()
    with pytest.raises(DamagedModel, match=r"card\.md"):
        models.load("a")
    card.symlink_to(tmp_path / "card.md")
    with pytest.raises(DamagedModel):
        models.load("a")
    shutil.rmtree(folder)
    with pytest.raises(UnknownModel):
        models.load("a")


def test_a_version_under_another_name_is_damaged(models: ModelRegistry) -> None:
    shutil.copytree(models.folder / "versions" / "a", models.folder / "versions" / "a2")
    with pytest.raises(DamagedModel):
        models.load("a2")
    problems = {entry.version: entry.problem for entry in models.entries()}
    assert problems["a"] is None
    assert problems["a2"] is not None


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.floats(allow_nan=False) | st.text()))
def test_what_is_sealed_comes_back(document: dict[str, object]) -> None:
    document.pop("digest", None)
    document = {name: value for name, value in document.items() if value not in {float("inf"), -float("inf")}}
    try:
        sealed = seal(document, indent=1)
    except UnicodeEncodeError:
        return
    assert unseal(sealed, indent=1) == document
    with pytest.raises(Broken):
        unseal(sealed)


# -- folders -----------------------------------------------------------------------------------------


def test_a_folder_of_a_training_and_one_of_edited_weights(models: ModelRegistry, tmp_path: Path) -> None:
    write_model(model("trained"), tmp_path / "out", metrics={"seed": 7, "gain": 1}, card="# 卡片")
    draft = read_draft(tmp_path / "out")
    models.add(draft, DATA, by="甲")
    detail = models.detail("trained")
    assert (detail.manifest.seed, detail.metrics["gain"], detail.card) == (7, 1, "# 卡片")

    (tmp_path / "edited").mkdir()
    weights = json.loads((data_dir() / "ranking" / "priors.json").read_text(encoding="utf-8"))
    weights["version"] = "priors-mine"
    (tmp_path / "edited" / "priors.json").write_text(json.dumps(weights), encoding="utf-8")
    edited = read_draft(tmp_path / "edited").model
    assert edited.version.startswith("priors-mine+fusion-")
    assert edited.weights.solution == load_priors().solution


@pytest.mark.parametrize(
    "files", [{}, {"model.json": "{}"}, {"fusion.json": "[]"}, {"priors.json": "{"}, {"fusion.json": None}]
)
def test_folders_without_a_model(tmp_path: Path, files: dict[str, str | None]) -> None:
    for name, content in files.items():
        if content is None:
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).write_text(content)
    with pytest.raises(SmematchError) as refused:
        read_draft(tmp_path)
    assert refused.value.status == 422
    with pytest.raises(UnusableModel):
        read_draft(tmp_path / "nothing")


def test_the_fingerprint_tells_other_data(store: Store) -> None:
    prints = [DataFingerprint.of(store)]
    for record in (solution(1), solution(1, name="另名")):
        with store.begin() as work:
            work.solutions.put(record)
        prints.append(DataFingerprint.of(store))
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
        work.needs.put(need(1))
    prints.append(DataFingerprint.of(store))
    assert len({one.hash for one in prints}) == 4
    assert [(one.solutions, one.needs) for one in prints] == [(0, 0), (1, 0), (1, 0), (1, 1)]
    assert DataFingerprint.of(store) == prints[-1]


# -- service -----------------------------------------------------------------------------------------


def test_promotions_and_rollbacks_in_order(models: ModelRegistry) -> None:
    with pytest.raises(NoPredecessor):
        models.rollback(by="乙")
    for version in "abc":
        made = promote(models, version)
        assert made.changed
        assert served(models) == version
    again = promote(models, "c")
    assert not again.changed
    # One rollback undoes a promotion; a second goes further back and not forth again.
    assert [models.rollback(by="乙").served for _ in range(3)] == ["b", "a", SHIPPED]
    with pytest.raises(NoPredecessor):
        models.rollback(by="乙")
    assert models.rollback("c", by="乙").served == "c"
    assert models.rollback("c", by="乙").served == SHIPPED, "back from the served one"
    told = models.history()
    assert [change.sequence for change in told] == list(range(1, 9))
    assert [(change.action, change.previous, change.version) for change in told[:4]] == [
        (Action.PROMOTE, SHIPPED, "a"),
        (Action.PROMOTE, "a", "b"),
        (Action.PROMOTE, "b", "c"),
        (Action.ROLLBACK, "c", "b"),
    ]
    assert told[0].gates is not None
    assert (told[0].by, told[0].reason, told[0].at) == ("乙", "测试", NOW)
    assert models.detail("a").parent == SHIPPED


def test_only_what_was_served_can_be_gone_back_to(models: ModelRegistry) -> None:
    promote(models, "a")
    with pytest.raises(NotServed):
        models.rollback("b", by="乙")
    with pytest.raises(UnknownModel):
        models.rollback("nothing", by="乙")
    assert models.rollback("shipped", by="乙").served == SHIPPED


def test_the_gates_hold_back_unless_overruled_with_a_reason(models: ModelRegistry) -> None:
    with pytest.raises(GatesNotPassed) as refused:
        models.promote("a", refusing, by="乙")
    assert refused.value.place == {"gates": ["offline"]}
    assert refused.value.report.candidate == "a"
    assert served(models) == SHIPPED
    for reason in (None, " "):
        with pytest.raises(ReasonMissing):
            models.promote("a", refusing, by="乙", reason=reason, force=True)
    made = models.promote("a", refusing, by="乙", reason="试点办同意", force=True)
    assert made.change is not None
    assert made.change.forced
    assert served(models) == "a"
    # The shipped model is the floor that one can always go back to.
    assert models.promote("shipped", refusing, by="乙").served == SHIPPED


def test_who_was_faster_wins_and_the_slower_one_is_told(models: ModelRegistry) -> None:
    def slow(candidate: object, before: object) -> object:
        promote(models, "b")
        return report(model("a"), model("b"))

    with pytest.raises(ServedModelChanged):
        models.promote("a", slow, by="乙")  # type: ignore[arg-type]
    assert served(models) == "b"


def test_many_promoters_at_once(models: ModelRegistry) -> None:
    done: list[str] = []

    def work(version: str) -> None:
        for _ in range(8):
            try:
                done.append(promote(models, version).served)
            except ServedModelChanged:
                continue

    threads = [threading.Thread(target=work, args=(version,)) for version in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = models.history()
    assert done
    assert [change.sequence for change in told] == list(range(1, len(told) + 1))
    assert all(later.previous == earlier.version for earlier, later in itertools.pairwise(told))
    assert served(models) == told[-1].version


def test_a_damaged_pointer_is_found_and_mended_by_naming_a_version(models: ModelRegistry) -> None:
    promote(models, "a")
    promote(models, "b")
    pointer = models.folder / "SERVED"
    content = pointer.read_bytes()
    for at in range(0, len(content), 7):
        pointer.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(DamagedPointer):
            models.served()
    pointer.unlink()
    with pytest.raises(DamagedPointer):
        models.served()
    assert models.rollback("b", by="乙").served == "b"
    assert served(models) == "b"
    assert models.rollback(by="乙").served == "a"


def test_a_crash_between_pointer_and_history_loses_nothing(models: ModelRegistry) -> None:
    for version in "abc":
        promote(models, version)
    history = models.folder / "history.jsonl"
    whole = history.read_bytes()
    for cut in range(0, len(whole), 7):
        history.write_bytes(whole[:cut])
        assert models.history()[-1].version == "c"
        assert served(models) == "c"
    lines = whole.splitlines(keepends=True)
    history.write_bytes(b"".join(lines[:2]) + lines[2][:10])
    models.rollback("a", by="乙")
    assert [change.version for change in models.history()] == ["a", "b", "c", "a"]
    assert history.read_bytes().startswith(whole)


# -- keeper ------------------------------------------------------------------------------------------


def test_the_keeper_follows_and_keeps_the_last_good_one(models: ModelRegistry) -> None:
    keeper = ModelKeeper(models, seconds=0)
    assert keeper().version == SHIPPED
    promote(models, "a")
    held = keeper()
    assert (held.version, held.stands_in) == ("a", None)
    pointer = models.folder / "SERVED"
    content = pointer.read_bytes()
    pointer.write_bytes(b"{}")
    assert keeper().version == "a"
    assert "现用模型的记录" in str(keeper().stands_in)
    pointer.write_bytes(content)
    assert keeper().stands_in is None

    promote(models, "b")
    assert keeper().version == "b"
    weights = models.folder / "versions" / "b" / "model.json"
    good = weights.read_bytes()
    weights.chmod(0o644)
    weights.write_bytes(good.replace(b"0.2", b"0.9"))
    assert keeper().version == "b", "what was read whole stays"
    assert "model.json" in str(keeper().stands_in)
    # A process that starts now never gets the damaged one.
    fresh = ModelKeeper(models, seconds=0)
    assert fresh().version == SHIPPED
    assert fresh.standing.failure is not None
    assert fresh.standing.failure.code == "model_damaged"
    weights.write_bytes(good)
    assert (fresh().version, fresh().stands_in) == ("b", None)
    assert held == model("a", text_match=0.1), "a request keeps the model that it began with"


def test_the_keeper_looks_no_more_often_than_asked(models: ModelRegistry) -> None:
    keeper = ModelKeeper(models, seconds=1000)
    promote(models, "a")
    assert keeper().version == SHIPPED
    keeper.refresh()
    assert keeper().version == "a"


def test_a_new_edition_of_the_program_brings_its_own_shipped_model(models: ModelRegistry) -> None:
    promote(models, "a")
    models.rollback("shipped", by="乙")
    newer = ModelRegistry(models.folder, shipped=lambda: model("priors-next"))
    assert newer.served().model.version == "priors-next"
    assert newer.rollback("a", by="乙").served == "a"
    assert newer.rollback(by="乙").served == "priors-next"
