"""How long the worklist, the projects and one case file take; enterprises and their courses are simulated.

``python -m tests.benchmarks.course_speed [--enterprises 10000]``
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recommender.course.service import CourseService
from recommender.course.worklist import WorkFilter
from recommender.domain import Diagnosis, Event
from recommender.domain.taxonomy import Scenario
from recommender.store import Store, UnitOfWork, schema
from recommender.store.engine import make_engine
from tests.synthetic_records import diagnosis, enterprise, lead_unit, uscc

START = datetime(2026, 1, 5, 4, tzinfo=UTC)
UNITS = tuple(f"SYN-L{number:03d}" for number in range(1, 19))
#: Kind of event, days after the one before.
COURSE = (
    ("pilot_applied", 5),
    ("pilot_listed", 10),
    ("contract", 20),
    ("project_filed", 5),
    ("project_registered", 7),
    ("link_transformed", 60),
    ("cost_recorded", 2),
    ("cost_recorded", 1),
    ("acceptance_requested", 10),
    ("accepted", 15),
    ("rating", 2),
    ("subsidy_requested", 10),
    ("subsidy", 40),
)


def course_of(number: int, draw: random.Random) -> list[Event]:
    """An enterprise's course up to a random step."""
    moment = START + timedelta(days=draw.randint(0, 60))
    events = []
    for step, (kind, days) in enumerate(COURSE[: draw.randint(0, len(COURSE))]):
        moment += timedelta(days=days)
        told = {
            "project": f"P{number}",
            "scenario": "quality",
            "level": 2,
            "document": "invoice" if step % 2 else "payment",
            "amount_yuan": "100000",
        }
        body = {
            "event_id": f"b{number}-{step}",
            "type": kind,
            "subject": uscc(number),
            "object": draw.choice(UNITS),
            "actor": uscc(number),
            "occurred_at": moment,
            "value": 4.0,
            "attributes": told,
        }
        events.append(Event.model_validate(body))
    return events


def diagnoses_of(number: int, draw: random.Random) -> list[Diagnosis]:
    """Two diagnoses, before and after."""
    return [
        diagnosis(2 * number + turn, number, scenarios={one: draw.randint(0, 4) for one in Scenario})
        for turn in range(2)
    ]


def fill(work: UnitOfWork, enterprises: int) -> int:
    """Store enterprises with diagnoses and courses; return the number of events."""
    draw = random.Random(1)
    work.lead_units.put_many(lead_unit(number) for number in range(1, 19))
    work.enterprises.put_many(enterprise(number) for number in range(enterprises))
    for first in range(0, enterprises, 500):
        numbers = range(first, min(first + 500, enterprises))
        work.diagnoses.put_many(one for number in numbers for one in diagnoses_of(number, draw))
    events = [event for number in range(enterprises) for event in course_of(number, draw)]
    for first in range(0, len(events), 5000):
        work.events.append(events[first : first + 5000])
    return len(events)


def seconds(name: str, action: Callable[[], object], times: int = 3) -> None:
    """Print the median and the slowest of some runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    print(f"{name:42} median {statistics.median(taken):8.3f} s   slowest {max(taken):8.3f} s")


def main() -> None:
    """Fill a database and take the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'course.db'}"
        engine = make_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        now = START
        store = Store(url, clock=lambda: now)
        with store.begin() as work:
            events = fill(work, asked.enterprises)
        now = START + timedelta(days=120)
        print(f"{asked.enterprises} enterprises, {events} events")
        service = CourseService(store)
        past = now - timedelta(days=30)
        seconds("worklist, first time", lambda: CourseService(store).worklist())
        seconds("worklist, nothing new since", lambda: service.worklist(WorkFilter(overdue=True)))
        seconds("worklist as of a past moment", lambda: service.worklist(as_of=past))
        seconds("projects of all", service.projects)
        numbers = iter(range(1, 10_000))
        seconds("one case file", lambda: service.case_file(uscc(next(numbers))), times=50)
        store.dispose()


if __name__ == "__main__":
    main()
