"""A meeting service on a store with synthetic records."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.matching_event import MatchingEvent
from recommender.encoder.null import NullEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.service import MatchingService
from recommender.meeting.service import MeetingService
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution

#: After the matching event of the tests, so that its results may be reported.
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def meetings(database_url: str, tmp_path: Path) -> MeetingService:
    store = Store(database_url, clock=lambda: NOW)
    with store.begin() as work:
        work.enterprises.put_many(enterprise(n, sub_industry="apparel") for n in range(1, 13))
        work.diagnoses.put_many(diagnosis(n, of=n) for n in range(1, 13))
        work.solutions.put_many([solution(1), solution(2)])
        work.lead_units.put_many(
            [lead_unit(1, text="排产"), lead_unit(2, text="报工", solution_ids=["SYN-S00001"])]
        )
    instrument = load_instrument()
    keeper = SnapshotKeeper(store, NullEncoder(), instrument, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    return MeetingService(store, MatchingService(store, keeper, NullEncoder(), instrument).engine)


@pytest.fixture
def put(meetings: MeetingService) -> Callable[[MatchingEvent], None]:
    def _put(event: MatchingEvent) -> None:
        with meetings.store.begin() as work:
            work.matching_events.put(event)

    return _put
