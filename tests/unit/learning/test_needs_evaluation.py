import json
from pathlib import Path
from typing import Any

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.encoder.sentence import SentenceEncoder
from recommender.errors import SmematchError
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.learning.labelled_files import LabelledNeed, read_solutions
from recommender.learning.needs_evaluation import candidates_of, evaluate_needs, rank_needs
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import rank_solutions
from recommender.retrieval.situation import situation_of_text

from .pages import NEEDS, TOPICS, jsonl, needs_file, solutions_file

METRICS = ["recall@1", "recall@5", "recall@10", "mrr", "ndcg@10"]


def evaluate(folder: Path, **options: Any) -> dict[str, Any]:
    options.setdefault("encoder", HashingEncoder())
    result = evaluate_needs(
        options.pop("solutions", None) or solutions_file(folder),
        options.pop("needs", None) or needs_file(folder),
        options.pop("encoder"),
        **options,
    )
    document: dict[str, Any] = json.loads(result.model_dump_json())
    return document


def test_the_document_has_the_agreed_shape(tmp_path: Path) -> None:
    document = evaluate(tmp_path)
    assert (document["queries"], document["candidates"], document["clusters"]) == (5, 4, 4)
    assert list(document["channels"]) == ["lexical", "dense", "runs", "pains", "hybrid", "ranked"]
    for figures in document["channels"].values():
        assert list(figures) == METRICS
        for figure in figures.values():
            low, high = figure["ci95"]
            assert 0 <= low <= figure["value"] <= high <= 1
    assert document["degraded"] is None
    # Four candidates: every need finds its solution among the first five.
    assert document["channels"]["lexical"]["recall@5"]["value"] == 1
    assert document["channels"]["lexical"]["mrr"]["value"] > 0.8


def test_pages_out_of_scope_are_no_candidates(tmp_path: Path) -> None:
    other = {"id": "SYN-S8", "title": "合成样本游戏方案", "in_scope": False, "text": NEEDS[0][1]}
    waiting = {"id": "SYN-S9", "title": "合成样本", "text": NEEDS[0][1], "audit_state": "submitted"}
    needs = needs_file(
        tmp_path,
        {"id": "SYN-N8", "text": "游戏卡顿", "solution_id": "SYN-S8"},
        {"id": "SYN-N9", "text": "没有答案的需求"},
    )
    document = evaluate(tmp_path, solutions=solutions_file(tmp_path, other, waiting), needs=needs)
    assert (document["queries"], document["candidates"]) == (5, 4)
    assert document["dropped"] == {"no_solution_id": 1, "not_a_candidate": 1}
    assert len(document["warnings"]) >= 2
    assert document["channels"] == evaluate(tmp_path)["channels"]


def test_headings_of_the_right_page_change_nothing(tmp_path: Path) -> None:
    rows = [
        {"id": key, "text": text, "solution_id": of, "scenario_title": TOPICS[of][0]}
        for key, text, of in NEEDS
    ]
    told = evaluate(tmp_path, needs=jsonl(tmp_path / "told.jsonl", rows))
    assert told["channels"] == evaluate(tmp_path)["channels"]


def test_without_vectors_their_channels_are_null(tmp_path: Path) -> None:
    document = evaluate(tmp_path, encoder=NullEncoder())
    for name in ("dense", "runs", "pains", "hybrid"):
        assert document["channels"][name] == {m: {"value": None, "ci95": [None, None]} for m in METRICS}
    assert document["degraded"] == "dense_unavailable"
    assert any("语义通道不可用" in warning for warning in document["warnings"])
    assert document["channels"]["ranked"] == document["channels"]["lexical"]
    assert document["channels"]["lexical"] == evaluate(tmp_path)["channels"]["lexical"]


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    document = evaluate(tmp_path, encoder=SentenceEncoder(tmp_path / "no-model"))
    assert document["degraded"] == "dense_unavailable"
    assert any("no-model" in warning for warning in document["warnings"])


def test_nothing_left_is_null_with_a_warning(tmp_path: Path) -> None:
    needs = jsonl(tmp_path / "n.jsonl", [{"id": "SYN-N1", "text": "甲", "solution_id": "SYN-S99"}])
    for encoder in (HashingEncoder(), NullEncoder()):
        document = evaluate(tmp_path, needs=needs, encoder=encoder)
        assert document["queries"] == 0
        for figures in document["channels"].values():
            assert {figure["value"] for figure in figures.values()} == {None}
        assert any("没有可评估的数据" in warning for warning in document["warnings"])


def test_equal_pages_do_not_look_good_by_luck(tmp_path: Path) -> None:
    rows = [{"id": f"SYN-S{n}", "title": "合成样本", "text": "完全相同的页面"} for n in range(5)]
    needs = jsonl(tmp_path / "n.jsonl", [{"id": "SYN-N0", "text": "相同页面", "solution_id": "SYN-S0"}])
    document = evaluate(tmp_path, solutions=jsonl(tmp_path / "s.jsonl", rows), needs=needs)
    for figures in document["channels"].values():
        assert figures["mrr"]["value"] == pytest.approx(1 / 5)


def test_ranked_is_the_order_that_would_be_served(tmp_path: Path) -> None:
    records = candidates_of(read_solutions(solutions_file(tmp_path)))
    instrument, encoder = load_instrument(), HashingEncoder()
    engine = Engine.over(
        build_snapshot(Catalogue(0, solutions=records), encoder, instrument), encoder, instrument
    )
    needs = [
        LabelledNeed(id=f"{key}-{target}", text=text, solution_id=target)
        for key, text, _ in NEEDS
        for target in TOPICS
    ]
    ranks = rank_needs(engine, needs).by_channel["ranked"].tolist()
    served = []
    for need in needs:
        items = rank_solutions(engine, situation_of_text(need.text), Wishes(k=200)).items
        served.append(next(item.rank for item in items if item.id == need.solution_id))
    assert ranks == served


def test_the_live_home_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, cache, files = tmp_path / "home", tmp_path / "cache", tmp_path / "files"
    files.mkdir()
    monkeypatch.setenv("SMEMATCH_HOME", str(home))
    monkeypatch.chdir(files)
    solutions, needs = solutions_file(files), needs_file(files)
    before = sorted(files.iterdir())
    evaluate(files, solutions=solutions, needs=needs, cache=cache)
    assert not home.exists()
    assert sorted(files.iterdir()) == before
    assert list(cache.rglob("*.npz"))


def test_progress_and_repeat_runs(tmp_path: Path) -> None:
    stages: list[tuple[str, int, int]] = []
    first = evaluate(tmp_path, cache=tmp_path / "c", progress=lambda *step: stages.append(step))
    assert {stage for stage, _, _ in stages} == {"encode_needs", "encode", "rank"}
    assert ("rank", 5, 5) in stages
    stages.clear()
    assert evaluate(tmp_path, cache=tmp_path / "c", progress=lambda *step: stages.append(step)) == first
    assert {stage for stage, _, _ in stages} == {"rank"}


def test_a_missing_file_stops_it(tmp_path: Path) -> None:
    with pytest.raises(SmematchError, match="文件不存在"):
        evaluate(tmp_path, needs=tmp_path / "none.jsonl")
