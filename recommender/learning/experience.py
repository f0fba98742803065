"""What earlier outcomes taught, kept up to date with the log."""

import threading
import time

from recommender.feedback.partner_outcomes import pair_outcomes, track_record
from recommender.learning.match_probability import fit_match_probability
from recommender.matching.ranked import Experience
from recommender.ranking.mutual import MatchProbability
from recommender.ranking.ranking_model import RankingModel
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
        self._read_for: tuple[int, MatchProbability] | None = None
        self._read_at = float("-inf")

    def __call__(self, model: RankingModel) -> Experience:
        """Return what is known now; the model's match probability is the prior of the fitted one."""
        prior = model.weights.match
        with self._lock:
            changed = self._read_for is not None and self._read_for[1] != prior
            if changed or time.monotonic() - self._read_at >= self._seconds:
                self._read(prior)
                self._read_at = time.monotonic()
            return self._known

    def _read(self, prior: MatchProbability) -> None:
        with self._store.read() as work:
            wanted = work.events.last_sequence(), prior
            if wanted == self._read_for:
                return
            outcomes = pair_outcomes(work, self._store.clock())
            match = fit_match_probability(outcomes, prior)
            self._known = Experience(track_record(work), match)
            self._read_for = wanted
