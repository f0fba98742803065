"""What earlier outcomes taught, kept up to date with the log."""

import logging
import threading
import time

from recommender.feedback.partner_outcomes import pair_outcomes, track_record
from recommender.learning.match_probability import fit_match_probability
from recommender.matching.ranked import Experience
from recommender.ranking.mutual import MatchProbability
from recommender.ranking.ranking_model import RankingModel
from recommender.store import Store

_LOG = logging.getLogger(__name__)
#: A log that took longer to read, in seconds, is read beside the requests and not within one.
_AT_ONCE = 0.2
#: Reading may take this share of the time at most.
_SHARE = 0.05


class ExperienceKeeper:
    """Reads the log anew when it grew, and not more often than every so many seconds.

    Parameters
    ----------
    seconds : float
        How old what is known may be; a project's acceptance is no matter of minutes. A large log is read
        less often, so that reading it never takes more than a twentieth of the time.
    """

    def __init__(self, store: Store, *, seconds: float = 60.0) -> None:
        self._store = store
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known = Experience()
        self._read_for: tuple[int, MatchProbability] | None = None
        self._due = float("-inf")
        self._took = 0.0
        self._reader: threading.Thread | None = None

    def __call__(self, model: RankingModel) -> Experience:
        """Return what is known now; the model's match probability is the prior of the fitted one.

        Only a small log, and the first time any, is read before answering.
        """
        prior = model.weights.match
        with self._lock:
            changed = self._read_for is not None and self._read_for[1] != prior
            if (changed or time.monotonic() >= self._due) and self._reader is None:
                if self._took <= _AT_ONCE:
                    self._read(prior)
                else:
                    self._reader = threading.Thread(target=self._read_beside, args=(prior,), daemon=True)
                    self._reader.start()
            return self._known

    def wait(self) -> None:
        """Wait for a reading under way."""
        reader = self._reader
        if reader is not None:
            reader.join()

    def _read_beside(self, prior: MatchProbability) -> None:
        try:
            self._read(prior)
        except Exception:  # noqa: BLE001 - what was known stays in use
            _LOG.exception("log not read anew")
            self._due = time.monotonic() + self._seconds
        finally:
            self._reader = None

    def _read(self, prior: MatchProbability) -> None:
        started = time.monotonic()
        with self._store.read() as work:
            wanted = work.events.last_sequence(), prior
            if wanted != self._read_for:
                outcomes = pair_outcomes(work, self._store.clock())
                match = fit_match_probability(outcomes, prior)
                self._known = Experience(track_record(work), match)
                self._read_for = wanted
                self._took = time.monotonic() - started
        rest = self._took / _SHARE if self._took > _AT_ONCE else 0.0
        self._due = time.monotonic() + max(self._seconds, rest)
