from recommender.diagnosis.instrument import load_instrument
from recommender.domain.taxonomy import Scenario
from recommender.learning.adaptation.pairs import Corpus, Outcome, PairKind, TrainingPair, mine_pairs
from recommender.sample.phrases import Pains, load_phrases

from .tiny import need, pool, solution


def of_kind(corpus: Corpus, kind: PairKind) -> list[TrainingPair]:
    return [pair for pair in corpus.pairs if pair.kind is kind]


def test_need_answers_to_all_chunks_of_its_solution() -> None:
    corpus = mine_pairs([solution(0), solution(1)], [need(1)], size=60)
    (pair,) = of_kind(corpus, PairKind.NEED)
    assert pair.source == "need:SYN-TN01"
    assert pair.owners == {"SYN-T01"}
    assert {corpus.chunks[row].owner for row in pair.chunks} == {"SYN-T01"}
    assert len(pair.chunks) == 3


def test_need_of_a_solution_outside_the_pool_is_passed_over() -> None:
    assert not of_kind(mine_pairs([solution(0)], [need(1)]), PairKind.NEED)


def test_section_answers_to_the_rest_of_its_page_only() -> None:
    corpus = mine_pairs([solution(0)], size=60)
    pairs = of_kind(corpus, PairKind.SECTION)
    assert len(pairs) == 3
    for pair in pairs:
        assert len(pair.chunks) == 2
        assert all(pair.query[:20] not in corpus.chunks[row].text for row in pair.chunks)


def test_page_of_one_chunk_has_no_section_pairs() -> None:
    assert not of_kind(mine_pairs([solution(0)], size=1_000), PairKind.SECTION)


def test_heading_that_stands_on_every_page_tells_nothing() -> None:
    corpus = mine_pairs([solution(0), solution(1)], size=60)
    assert [pair.query for pair in of_kind(corpus, PairKind.HEADING)] == [
        "为什么做红色排产",
        "为什么做红色仓储",
    ]


def test_descriptor_answers_to_scenario_and_level_and_spares_the_whole_scenario() -> None:
    # 0, 4, 8 declare planning at the levels 1, 2, 3.
    corpus = mine_pairs([solution(n) for n in (0, 4, 8, 1)], instrument=load_instrument())
    pair = next(p for p in corpus.pairs if p.source == "instrument:2024/planning_scheduling/2")
    assert {corpus.chunks[row].owner for row in pair.chunks} == {"SYN-T04"}
    assert pair.owners == {"SYN-T00", "SYN-T04", "SYN-T08"}


def test_inferred_scenario_is_no_label() -> None:
    silent = solution(0, scenario=False)
    corpus = mine_pairs([silent], instrument=load_instrument(), pains=load_phrases().pains)
    assert not of_kind(corpus, PairKind.DESCRIPTOR)
    assert not of_kind(corpus, PairKind.PAIN)


def test_plain_pains_answer_to_low_levels_and_leave_no_placeholder() -> None:
    said = Pains(plain=("{goods}总排不开",), advanced=("排产系统各管各的",), by_sub_industry={})
    pages = [solution(n) for n in (0, 4, 8)]
    pairs = of_kind(mine_pairs(pages, pains={Scenario.PLANNING_SCHEDULING: said}), PairKind.PAIN)
    owners = [{row_owner(pages, row) for row in pair.chunks} for pair in pairs]
    assert [pair.query for pair in pairs] == ["产品总排不开", "排产系统各管各的"]
    assert owners == [{"SYN-T00", "SYN-T04"}, {"SYN-T08"}]


def row_owner(pages: list, row: int) -> str:  # type: ignore[type-arg]
    return mine_pairs(pages).chunks[row].owner


def test_outcome_is_a_pair_with_its_event_as_source() -> None:
    corpus = mine_pairs([solution(0)], outcomes=[Outcome("evt-1", "交期总是乱", "SYN-T00")])
    (pair,) = of_kind(corpus, PairKind.OUTCOME)
    assert (pair.source, pair.query) == ("outcome:evt-1", "交期总是乱")


def test_order_of_the_input_does_not_matter() -> None:
    catalogue, needs = pool(8)
    solutions = list(catalogue.solutions.values())
    assert mine_pairs(solutions, needs) == mine_pairs(solutions[::-1], needs)
