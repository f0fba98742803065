"""Exploration keeps its word: probabilities are true, the floor holds, a list stays all day."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.hashing import HashingEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.ranked import DETERMINISTIC
from recommender.matching.request import ProspectRequest, RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.ranking.exploration import Exploration, blocks_of_list, explore, load_exploration, occasion
from recommender.settings import Settings
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc

LIMITS = Exploration(version="test", epsilon=0.05, floor=0.4, most=4)
SCORES = {"a": 0.90, "b": 0.89, "c": 0.86, "d": 0.84, "e": 0.60, "f": 0.43, "g": 0.41, "h": 0.39, "i": 0.385}
DAY = date(2026, 11, 23)


def drawn(scores: dict[str, float], key: str, limits: Exploration = LIMITS) -> list[tuple[str, float]]:
    ordered = sorted(scores, key=lambda one: -scores[one])
    return explore(ordered, limits, key, score=scores.__getitem__, identity=str)


def test_blocks_are_near_equals_above_the_floor() -> None:
    assert LIMITS.blocks(list(SCORES.values())) == [(0, 3), (3, 4), (4, 5), (5, 7), (7, 8), (8, 9)]
    # A chain of small steps is cut where it has gone too far from its head.
    assert LIMITS.blocks([0.9, 0.87, 0.84, 0.81]) == [(0, 2), (2, 4)]
    assert LIMITS.blocks([0.9] * 6) == [(0, 4), (4, 6)]
    assert LIMITS.blocks([]) == []


def test_logged_probabilities_are_the_frequencies() -> None:
    lists = 6000
    seen: Counter[tuple[str, int]] = Counter()
    logged: dict[tuple[str, int], float] = {}
    for number in range(lists):
        for rank, (item, share) in enumerate(drawn(SCORES, occasion(f"firm{number}", DAY))):
            seen[item, rank] += 1
            assert logged.setdefault((item, rank), share) == share
    items = sorted(SCORES)
    share = np.array([[logged.get((item, rank), 0.0) for rank in range(len(items))] for item in items])
    # Each item stands somewhere, each rank is taken: the marginals are doubly stochastic.
    assert share.sum(axis=0) == pytest.approx(1)
    assert share.sum(axis=1) == pytest.approx(1)
    for cells in (("a", "b", "c"), ("f", "g")):
        ranks = [rank for item, rank in logged if item == cells[0]]
        counts = np.array([[seen[item, rank] for rank in ranks] for item in cells])
        assert counts.sum() == lists * len(cells)
        assert stats.chisquare(counts.ravel()).pvalue > 0.001
    # Orders of a block are equally likely, not only places.
    orders = Counter(tuple(one for one, _ in drawn(SCORES, f"n{n}")[:3]) for n in range(lists))
    assert len(orders) == 6
    assert stats.chisquare(list(orders.values())).pvalue > 0.001


@given(
    st.lists(st.floats(0, 1), max_size=30),
    st.floats(0, 0.2),
    st.floats(0, 1),
    st.integers(1, 6),
    st.text(max_size=5),
)
def test_nothing_moves_far_or_across_the_floor(
    values: list[float], epsilon: float, floor: float, most: int, key: str
) -> None:
    limits = Exploration(version="test", epsilon=epsilon, floor=floor, most=most)
    scores = {f"i{number:02d}": value for number, value in enumerate(sorted(values, reverse=True))}
    ordered, result = list(scores), drawn(scores, key, limits)
    assert sorted(item for item, _ in result) == ordered
    for rank, (item, share) in enumerate(result):
        stood = ordered[rank]
        assert abs(scores[item] - scores[stood]) <= epsilon + 1e-12
        assert share >= 1 / most
        if scores[item] < floor or scores[stood] < floor:
            assert item == stood
            assert share == 1
    assert blocks_of_list([share for _, share in result]) == limits.blocks(list(scores.values()))


def test_an_item_that_leaves_does_not_reshuffle_the_rest() -> None:
    before = [item for item, _ in drawn(SCORES, "x")]
    after = [item for item, _ in drawn({k: v for k, v in SCORES.items() if k != "b"}, "x")]
    assert after == [item for item in before if item != "b"]


@pytest.fixture
def exploring(store: Store, tmp_path: Path) -> Iterator["Serving"]:
    with store.begin() as unit:
        unit.solutions.put_many([solution(n) for n in range(8)])
        unit.enterprises.put_many([enterprise(n) for n in range(40)])
        unit.diagnoses.put(diagnosis(1))
        unit.lead_units.put_many([lead_unit(n) for n in range(5)])
    encoder, instrument = HashingEncoder(), load_instrument()
    keeper = SnapshotKeeper(store, encoder, instrument, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    yield Serving(store, keeper)
    keeper.stop()


class Serving:
    """The service on a day of choice."""

    def __init__(self, store: Store, keeper: SnapshotKeeper) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        self.limits = load_exploration().model_copy(update={"floor": 0.0})
        store.clock = lambda: self.now
        self.service = MatchingService(
            store,
            keeper,
            HashingEncoder(),
            load_instrument(),
            exploration=self.limits,
        )
        self.plain = MatchingService(store, keeper, HashingEncoder(), load_instrument())

    def ids(self, number: int = 1, **fields: object) -> list[str]:
        request = RecommendationRequest.model_validate({"enterprise": uscc(number)} | fields)
        return [item.id for item in self.service.recommend(request).items]


def test_a_served_list_is_stable_for_a_day_and_differs_between_firms(exploring: Serving) -> None:
    first = exploring.ids()
    exploring.now += timedelta(hours=13)
    assert exploring.ids() == first
    assert exploring.ids(k=3) == first[:3]
    lists = {tuple(exploring.ids(number)) for number in range(1, 40)}
    assert len(lists) > 10
    days = set()
    for _ in range(10):
        exploring.now += timedelta(days=1)
        days.add(tuple(exploring.ids()))
    assert len(days) > 3


@pytest.mark.parametrize("target", ["solution", "lead_unit"])
def test_the_log_tells_probabilities_and_limits(exploring: Serving, target: str) -> None:
    request = RecommendationRequest.model_validate({"enterprise": uscc(1), "target": target})
    answer = exploring.service.recommend(request)
    served = exploring.service.replay(answer.recommendation_id)
    assert served.policy_version == "blocks-1;epsilon=0.02;floor=0;most=5"
    assert sorted(item.propensity for item in served.items)[:5] == [0.2] * 5
    assert {item.id: item.score for item in answer.items} == {
        item.id: item.score for item in exploring.plain.recommend(request).items
    }


def test_off_unless_switched_on(exploring: Serving) -> None:
    assert Settings(_env_file=None).exploration is False
    request = RecommendationRequest.model_validate({"enterprise": uscc(1)})
    answer = exploring.plain.recommend(request)
    assert answer.policy_version == DETERMINISTIC
    assert {item.propensity for item in answer.items} == {1.0}
    # Prospects are people who agreed to be shown; their order is not played with.
    prospects = exploring.service.prospects(PartnerKind.LEAD_UNIT, "SYN-L001", ProspectRequest())
    assert prospects.policy_version == DETERMINISTIC
