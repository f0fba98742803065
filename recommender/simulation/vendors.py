"""Vendors run so many projects at a time; contracts are signed in order of time while there is room."""

import heapq

import numpy as np
from numpy.typing import NDArray

from recommender.simulation.history import History

_ENDS, _SIGNS = 0, 1


class Vendors:
    """Signs the contracts of a history as time advances.

    Attributes
    ----------
    running : int64 (vendors,)
        Projects at the present day.
    """

    def __init__(self, history: History) -> None:
        settings = history.world.settings
        self.running = np.zeros(settings.vendors, np.int64)
        self._capacity = settings.capacity
        self._history = history
        # Day, what happens, line, vendor, days until the project ends, whether it is accepted then.
        self._due: list[tuple[float, int, int, int, float, bool]] = []

    @property
    def full(self) -> NDArray[np.bool_]:
        """Which vendors have no room, bool (vendors,)."""
        return np.asarray(self.running >= self._capacity)

    def expect(self, line: int, vendor: int, day: float, end: float, *, accepted: bool) -> None:
        """Note that an enterprise will want to sign on a day, for a project that then ends on another."""
        heapq.heappush(self._due, (day, _SIGNS, line, vendor, end, accepted))

    def advance(self, day: float) -> None:
        """Let everything happen that is due by a day; of one moment, projects end before others begin."""
        while self._due and self._due[0][0] <= day:
            now, what, line, vendor, end, accepted = heapq.heappop(self._due)
            if what == _ENDS:
                self.running[vendor] -= 1
            elif self.running[vendor] >= self._capacity:
                self._history.turn_away(line, now)
            else:
                self.running[vendor] += 1
                self._history.sign(line, now, *((end, np.inf) if accepted else (np.inf, end)))
                heapq.heappush(self._due, (end, _ENDS, line, vendor, end, accepted))
