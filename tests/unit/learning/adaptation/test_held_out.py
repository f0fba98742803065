import numpy as np

from recommender.learning.adaptation.held_out import RankingTask, split_by_solution
from recommender.learning.adaptation.pairs import mine_pairs

from .tiny import pool


def test_split_depends_on_ids_and_seed_alone() -> None:
    ids = [f"S{number}" for number in range(50)]
    assert split_by_solution(ids, 0.3, 5) == split_by_solution(reversed(ids), 0.3, 5)
    assert len(split_by_solution(ids, 0.3, 5)) == 15
    assert split_by_solution(ids, 0.3, 5) != split_by_solution(ids, 0.3, 6)


def test_what_is_held_out_occurs_nowhere_in_training() -> None:
    catalogue, needs = pool()
    held = split_by_solution(catalogue.solutions, 0.3, 5)
    corpus = mine_pairs([s for key, s in catalogue.solutions.items() if key not in held], needs)
    assert not held & {chunk.owner for chunk in corpus.chunks}
    assert not held & {owner for pair in corpus.pairs for owner in pair.owners}
    texts = {need.text for need in needs if need.solution_id in held}
    assert texts
    assert not texts & {pair.query for pair in corpus.pairs}


def test_perfect_and_useless_vectors_score_as_they_should() -> None:
    catalogue, needs = pool(12)
    task = RankingTask(list(catalogue.solutions.values()), needs)
    owners = np.array([need.solution_id for need in needs])[:, None] == np.array(sorted(catalogue.solutions))
    assert task.quality(owners.astype(np.float32)).dense.mean() == 1.0
    # Equal scores count against us: rank 12 of 12 is beyond the depth.
    assert task.quality(np.zeros(owners.shape, np.float32)).dense.mean() == 0.0
