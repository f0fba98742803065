"""A pool on a fresh store, with a clock that the test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.hashing import HashingEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.service import MatchingService
from recommender.pool.service import PoolService
from recommender.store import Store
from tests.synthetic_records import lead_unit
from tests.unit.pool.handing_in import Clock


@pytest.fixture
def clock(store: Store) -> Clock:
    moving = Clock()
    store.clock = moving
    return moving


@pytest.fixture
def keeper(store: Store, clock: Clock, tmp_path: Path) -> Iterator[SnapshotKeeper]:
    with store.begin() as work:
        work.lead_units.put(lead_unit(1, solution_ids=["SYN-P7"]))
    made = SnapshotKeeper(store, HashingEncoder(), load_instrument(), SnapshotStorage(tmp_path / "snapshots"))
    made.refresh()
    yield made
    made.stop()


@pytest.fixture
def pool(store: Store, keeper: SnapshotKeeper) -> PoolService:
    return PoolService(store, keeper, HashingEncoder(), load_instrument())


@pytest.fixture
def matching(store: Store, keeper: SnapshotKeeper) -> MatchingService:
    return MatchingService(store, keeper, HashingEncoder(), load_instrument())
