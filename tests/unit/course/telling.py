"""A store whose clock is set by hand, and short ways to tell it what happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Diagnosis
from recommender.domain.calendar import SHANGHAI
from recommender.domain.taxonomy import Scenario
from recommender.feedback.event_log import EventLog
from recommender.store import Store, UnitOfWork
from tests.synthetic_records import diagnosis, uscc

FIRM = uscc(1)
UNIT = "SYN-L001"
VENDOR = "SYN-V1"
DISTRICT = "440113"


def noon(day: str | date) -> datetime:
    """Noon in Guangzhou on a day."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(on.year, on.month, on.day, 12, tzinfo=SHANGHAI)


class Told:
    """A store with a clock; ``at`` sets it, every event is recorded by it."""

    def __init__(self, url: str, start: str = "2026-01-05") -> None:
        self.now = noon(start).astimezone(UTC)
        self.store = Store(url, clock=self.clock)
        self._numbers = count(1)

    def clock(self) -> datetime:
        return self.now

    def at(self, day: str) -> "Told":
        self.now = noon(day).astimezone(UTC)
        return self

    def later(self, **parts: float) -> datetime:
        self.now += timedelta(**parts)
        return self.now

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        with self.store.begin() as work:
            yield work

    def event(
        self,
        kind: str,
        *,
        subject: str = FIRM,
        object: str = UNIT,  # noqa: A002
        actor: str | None = None,
        on: str | datetime | None = None,
        value: float | None = None,
        event_id: str | None = None,
        **attributes: Any,
    ) -> str:
        """Report an event; it happened ``on`` a day, by default just now."""
        happened = self.now if on is None else noon(on) if isinstance(on, str) else on
        body: dict[str, Any] = {
            "event_id": event_id or f"e{next(self._numbers):05d}",
            "type": kind,
            "subject": subject,
            "object": object,
            "actor": actor or subject,
            "occurred_at": happened.isoformat(),
            "attributes": attributes,
        }
        if value is not None:
            body["value"] = value
        result = EventLog(self.store).append([body])
        assert not result.rejected, result.rejected
        return str(body["event_id"])


def best_diagnosis(number: int, day: str, of: int = 1, grade: int = 3) -> Diagnosis:
    """A diagnosis with every item at its best and every scenario at one grade."""
    answers = {}
    for item in load_instrument().items:
        best = max(item.options, key=lambda option: option.points)
        every = [option.letter for option in item.options if option.points]
        answers[item.id] = [best.letter] if item.kind == "single" else every
    return diagnosis(
        number,
        of,
        assessed_on=day,
        method="on_site",
        answers=answers,
        scenarios=dict.fromkeys(Scenario, grade),
    )
