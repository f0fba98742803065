"""Simulated time: courses of things that take their steps in turn, each when its day has come."""

import heapq
from collections.abc import Callable, Generator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from recommender.domain.calendar import SHANGHAI, local_day

#: A course does something, then says how many days it waits.
Steps = Generator[float, None, None]


class SimulatedClock:
    """A clock that stands still until it is moved, and moves forward only."""

    def __init__(self, start: date) -> None:
        self._now = _morning(start)

    def __call__(self) -> datetime:
        """Return the simulated moment, UTC."""
        return self._now

    def forward(self, moment: datetime) -> None:
        """Move to a moment; one that has passed already leaves the clock where it is, a second on."""
        self._now = max(moment, self._now + timedelta(seconds=1))


class Agenda:
    """All courses under way, by when each goes on."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock = clock
        self._due: list[tuple[datetime, int, Steps]] = []
        self._numbers = count()

    def begin(self, on: date, steps: Steps) -> None:
        """Let a course begin on a day."""
        heapq.heappush(self._due, (_morning(on), next(self._numbers), steps))

    def run(self, until: date, told: Callable[[date], None] = lambda _: None) -> None:
        """Take every step that is due up to a day, in order."""
        end = _morning(until)
        while self._due and self._due[0][0] <= end:
            moment, _, steps = heapq.heappop(self._due)
            self.clock.forward(moment)
            wait = next(steps, None)
            told(local_day(self.clock()))
            if wait is not None:
                # Never twice at one moment: the log keeps the order in which things happened.
                again = self.clock() + timedelta(days=max(wait, 0.001))
                heapq.heappush(self._due, (again, next(self._numbers), steps))
        self.clock.forward(end)


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(9), SHANGHAI).astimezone(UTC)
