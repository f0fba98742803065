"""Decisions count with the very next request; nothing that was handed in is ranked before it is admitted."""

from recommender.index.keeper import SnapshotKeeper
from recommender.matching.request import RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.pool.service import PoolService
from recommender.store import Store
from tests.unit.pool.handing_in import FIRST, SECOND, VENDOR, product, request

ASKED = RecommendationRequest.model_validate({"text": "工序报工进度看不到，插单交期延误", "k": 20})


def _ranked(matching: MatchingService) -> list[str]:
    return [item.id for item in matching.recommend(ASKED).items]


def _setup(store: Store, keeper: SnapshotKeeper) -> None:
    with store.begin() as work:
        work.solutions.put_many([product("SYN-P1"), product("SYN-P2", name="合成样本·进度看板")])
    keeper.refresh()


def test_suspending_and_restoring_count_at_once(
    pool: PoolService, matching: MatchingService, store: Store, keeper: SnapshotKeeper
) -> None:
    _setup(store, keeper)
    assert set(_ranked(matching)) == {"SYN-P1", "SYN-P2"}
    pool.steer("SYN-P1", "suspend", "投诉属实", "city-1")
    assert _ranked(matching) == ["SYN-P2"]
    pool.steer("SYN-P1", "restore", "已整改", "city-1")
    assert set(_ranked(matching)) == {"SYN-P1", "SYN-P2"}
    pool.steer("SYN-P1", "retire", "停售", VENDOR)
    assert _ranked(matching) == ["SYN-P2"]


def test_a_new_version_ranks_when_it_is_admitted_and_not_before(
    pool: PoolService, matching: MatchingService, store: Store, keeper: SnapshotKeeper
) -> None:
    _setup(store, keeper)
    pool.submit(request("SYN-P1", name="合成样本·改名后的灯塔"))
    before = matching.recommend(ASKED)
    assert "改名后" not in before.model_dump_json()
    pool.review("SYN-P1", "admit", "属实", FIRST)
    after = {item.id: item.name for item in matching.recommend(ASKED).items}
    assert after["SYN-P1"] == "合成样本·改名后的灯塔"


def test_an_admitted_new_product_ranks_after_the_next_index(
    pool: PoolService, matching: MatchingService, store: Store, keeper: SnapshotKeeper
) -> None:
    _setup(store, keeper)
    pool.submit(request("SYN-P5", name="合成样本·秘密新品"))
    keeper.refresh()
    assert "SYN-P5" not in matching.recommend(ASKED).model_dump_json()
    assert "SYN-P5" not in keeper.current.catalogue.solutions
    for reviewer in (FIRST, SECOND):
        pool.review("SYN-P5", "admit", "可以", reviewer)
    keeper.refresh()
    assert "SYN-P5" in _ranked(matching)
