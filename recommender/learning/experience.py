"""What earlier outcomes taught, kept up to date with the log."""

import threading
import time

from recommender.feedback.partner_outcomes import pair_outcomes, track_record
from recommender.learning.match_probability import fit_match_probability
from recommender.matching.ranked import Experience
from recommender.ranking.priors import load_priors
from recommender.store import Store


class ExperienceKeeper:
    """Reads the log anew when it grew, and not more often than every so many seconds.

    Parameters
    ----------
    seconds : float
        How old what is known may be; a project's acceptance is no matter of minutes.
    """

    def __init__(self, store: Store, *, seconds: float = 60.0) -> None:
        self._store = store
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known = Experience()
        self._sequence = -1
        self._read_at = float("-inf")

    def __call__(self) -> Experience:
        """Return what is known now."""
        with self._lock:
            if time.monotonic() - self._read_at >= self._seconds:
                self._read()
                self._read_at = time.monotonic()
            return self._known

    def _read(self) -> None:
        with self._store.read() as work:
            last = work.events.last_sequence()
            if last == self._sequence:
                return
            outcomes = pair_outcomes(work, self._store.clock())
            match = fit_match_probability(outcomes, load_priors().match)
            self._known = Experience(track_record(work), match)
            self._sequence = last
