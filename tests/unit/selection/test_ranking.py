"""Ranking sees a unit that is selected, and not one that is out."""

from pathlib import Path

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.hashing import HashingEncoder
from recommender.errors import NotFound
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.request import ProspectRequest, RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.selection.application import Replacement
from recommender.store import Store
from tests.synthetic_records import enterprise, lead_unit, uscc
from tests.unit.selection.holding import CITY, SUB, Selections

ASKED = RecommendationRequest.model_validate({"enterprise": uscc(1), "target": "lead_unit", "k": 20})


@pytest.fixture
def keeper(store: Store, selections: Selections, tmp_path: Path) -> SnapshotKeeper:
    assert selections.clock is store.clock
    with store.begin() as work:
        work.enterprises.put(enterprise(1, sub_industry=SUB.value))
        work.lead_units.put(lead_unit(1, id="SYN-U1", name="合成申报单位1"))
    made = SnapshotKeeper(store, HashingEncoder(), load_instrument(), SnapshotStorage(tmp_path / "snapshots"))
    made.refresh()
    return made


@pytest.fixture
def matching(store: Store, keeper: SnapshotKeeper) -> MatchingService:
    return MatchingService(store, keeper, HashingEncoder(), load_instrument())


def ranked(matching: MatchingService) -> set[str]:
    return {item.id for item in matching.recommend(ASKED).items}


def test_ranking_follows_who_is_in_office(
    selections: Selections, matching: MatchingService, keeper: SnapshotKeeper
) -> None:
    keys = selections.ranked(4)
    assert ranked(matching) == set()
    selections.decide("S1", SUB, keys[:3], "按得分", CITY)
    # A unit that the index knows counts at once; one that is new, with the next index.
    assert ranked(matching) == {"SYN-U1"}
    keeper.refresh()
    assert ranked(matching) == {"SYN-U1", "SYN-U2", "SYN-U3"}
    leaving = Replacement(sub_industry=SUB, reason="退出", leaving="SYN-U2", successor=keys[3])
    selections.replace("S1", leaving, CITY)
    assert ranked(matching) == {"SYN-U1", "SYN-U3"}
    told = {rule.rule: rule.count for rule in matching.recommend(ASKED).excluded}
    assert told["term_ended"] == 1
    assert matching.engine().partner(PartnerKind.LEAD_UNIT, "SYN-U2") is None
    with pytest.raises(NotFound):
        matching.prospects(PartnerKind.LEAD_UNIT, "SYN-U2", ProspectRequest(k=5))
    keeper.refresh()
    assert ranked(matching) == {"SYN-U1", "SYN-U3", "SYN-U4"}
