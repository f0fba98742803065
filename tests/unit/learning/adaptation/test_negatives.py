import numpy as np

from recommender.learning.adaptation.negatives import NegativeConfig, mine_negatives, word_scores
from recommender.learning.adaptation.pairs import Corpus, PairKind, mine_pairs

from .tiny import need, solution


def mined(numbers: tuple[int, ...], near: float = 0.9) -> tuple[Corpus, list[set[str]], np.ndarray]:  # type: ignore[type-arg]
    corpus = mine_pairs([solution(n) for n in numbers], [need(n) for n in numbers])
    words = word_scores([pair.query for pair in corpus.pairs], [chunk.text for chunk in corpus.chunks])
    found = mine_negatives(corpus, [words], NegativeConfig(near=near))
    owners = [{corpus.chunks[row].owner for row in rows} for rows in found.hard]
    return corpus, owners, found.excluded


def test_answering_solution_is_never_a_negative() -> None:
    corpus, owners, excluded = mined((0, 1, 2, 5))
    for number, pair in enumerate(corpus.pairs):
        assert not owners[number] & pair.owners
        assert excluded[number][list(pair.chunks)].all()
    assert all(owners)


def test_near_equal_solution_of_a_shared_scenario_is_spared() -> None:
    # 0 and 4 differ in a colour: the same scenario and almost the same words.
    corpus, strict, _ = mined((0, 4, 1), near=0.3)
    _, loose, _ = mined((0, 4, 1), near=10.0)
    number = next(n for n, pair in enumerate(corpus.pairs) if pair.kind is PairKind.NEED)
    assert "SYN-T04" not in strict[number]
    assert "SYN-T04" in loose[number]
    assert "SYN-T01" in strict[number]


def test_page_without_any_label_is_no_hard_negative() -> None:
    bare = solution(2, summary=None, text="来料检验没有记录，插单一多交期就乱。")
    corpus = mine_pairs([solution(0), solution(1), bare], [need(0)])
    words = word_scores([pair.query for pair in corpus.pairs], [chunk.text for chunk in corpus.chunks])
    found = mine_negatives(corpus, [words])
    assert "SYN-T02" in {chunk.owner for chunk in corpus.chunks}
    assert "SYN-T02" not in {corpus.chunks[row].owner for rows in found.hard for row in rows}
