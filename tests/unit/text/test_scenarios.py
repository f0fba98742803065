"""Scenarios are read from pages with evidence and marked as inferred; declared ones are left alone."""

from recommender.domain import Solution
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import Link, Scenario
from recommender.text.scenarios import complete_solution, infer_scenarios, load_terms, term_counts

PAGE = "客户投诉变少了。\n来料检、首件检验和巡检都在系统里录入，质量追溯到批次。\n另可导出报表。"


def test_a_quality_page_is_read_as_quality_with_its_sentence() -> None:
    effects = infer_scenarios("质检通", PAGE)
    assert effects[0].scenario is Scenario.QUALITY
    assert effects[0].provenance is Provenance.INFERRED
    assert effects[0].evidence == "来料检、首件检验和巡检都在系统里录入，质量追溯到批次。"
    assert 0 < effects[0].confidence < 1


def test_level_four_is_never_inferred() -> None:
    effects = infer_scenarios("AI视觉检测", "AI 大模型视觉检测缺陷，预测性质量追溯，人工智能自学习")
    assert max(effect.level for effect in effects) == 3


def test_nothing_is_read_from_a_page_that_says_nothing() -> None:
    assert infer_scenarios("春天", "花开了，鸟在唱。") == ()


def test_latin_terms_stand_alone() -> None:
    assert term_counts("mobile application 与 BI 看板", ("bi",)) == {"bi": 1}


def test_declared_scenarios_are_left_alone_and_links_follow() -> None:
    declared = Solution.model_validate(
        {"id": "S1", "name": "质检通", "text": PAGE, "scenarios": [{"scenario": "finance", "level": 2}]}
    )
    done = complete_solution(declared)
    assert [effect.scenario for effect in done.scenarios] == [Scenario.FINANCE]
    assert done.links == (Link.MANAGEMENT,)
    assert done.links_provenance is Provenance.INFERRED


def test_every_scenario_and_level_has_terms() -> None:
    terms = load_terms()
    assert set(terms.scenarios) == set(Scenario)
    assert set(terms.levels) == {1, 2, 3, 4}


def test_an_edited_page_is_read_again() -> None:
    before = complete_solution(Solution.model_validate({"id": "S1", "name": "质检通", "text": PAGE}))
    edited = complete_solution(
        before.model_copy(update={"name": "节能通", "text": "电表采集，能耗统计，峰谷用电分析。"})
    )
    assert [effect.scenario for effect in edited.scenarios] == [Scenario.ENERGY]
    assert edited.links == (Link.MANUFACTURING,)
