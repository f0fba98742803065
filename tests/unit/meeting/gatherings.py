"""Synthetic matching events and planning problems."""

from typing import Any

import numpy as np

from recommender.domain.matching_event import MatchingEvent
from recommender.meeting.problem import MeetingProblem
from tests.synthetic_records import MARK, uscc

#: Records that tests/unit/meeting store: two lead units and one vendor.
UNIT, OTHER_UNIT, VENDOR = "SYN-L001", "SYN-L002", "SYN-V1"


def matching_event(firms: int = 6, **changes: Any) -> MatchingEvent:
    values: dict[str, Any] = {
        "id": "SYN-M1",
        "name": "合成对接会",
        "held_on": "2026-03-20",
        "venue": "合成会议中心",
        "start": "09:00",
        "slots": 4,
        "slot_minutes": 15,
        "changeover_minutes": 5,
        "pauses": [{"after_slot": 2, "minutes": 20}],
        "tables": [
            {"number": 1, "party": UNIT},
            {"number": 2, "party": OTHER_UNIT},
            {"number": 3, "party": VENDOR, "kind": "vendor"},
        ],
        "attendees": [{"uscc": uscc(n), "registered_on": "2026-03-01"} for n in range(1, firms + 1)],
        "max_meetings": 2,
        **MARK,
    }
    return MatchingEvent.model_validate(values | changes)


def random_problem(
    seed: int,
    *,
    enterprises: int = 4,
    tables: int = 2,
    slots: int = 3,
    presence: float = 1.0,
    **changes: Any,
) -> MeetingProblem:
    """A problem with scores in steps of .001, so that sums can be compared exactly."""
    rng = np.random.default_rng(seed)
    shape = (enterprises, tables)
    values: dict[str, Any] = {
        "score": rng.integers(1, 1000, shape) / 1000,
        "allowed": rng.random(shape) < 0.8,
        "interest": rng.integers(0, 2, shape) + rng.integers(0, 2, shape),
        "enterprise_open": rng.random((enterprises, slots)) < presence,
        "table_open": rng.random((tables, slots)) < presence,
        "most": rng.integers(1, 3, enterprises),
        "covered": np.zeros(enterprises, bool),
        "fixed_at": np.zeros(tables, np.int64),
        "max_share": None,
    }
    return MeetingProblem(**(values | changes))
