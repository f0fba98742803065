"""What earlier outcomes taught, kept up to date with the log."""

import logging
import threading
import time

from recommender.feedback.partner_outcomes import pair_outcomes, track_record
from recommender.learning.match_probability import fit_match_probability
from recommender.matching.ranked import Experience
from recommender.ranking.priors import load_priors
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
        self._sequence = -1
        self._due = float("-inf")
        self._took = 0.0
        self._reader: threading.Thread | None = None

    def __call__(self) -> Experience:
        """Return what is known now; only a small log, and the first time any, is read before answering."""
        with self._lock:
            if time.monotonic() >= self._due and self._reader is None:
                if self._took <= _AT_ONCE:
                    self._read()
                else:
                    self._reader = threading.Thread(target=self._read_beside, daemon=True)
                    self._reader.start()
            return self._known

    def wait(self) -> None:
        """Wait for a reading under way."""
        reader = self._reader
        if reader is not None:
            reader.join()

    def _read_beside(self) -> None:
        try:
            self._read()
        except Exception:  # noqa: BLE001 - what was known stays in use
            _LOG.exception("log not read anew")
            self._due = time.monotonic() + self._seconds
        finally:
            self._reader = None

    def _read(self) -> None:
        started = time.monotonic()
        with self._store.read() as work:
            last = work.events.last_sequence()
            if last != self._sequence:
                outcomes = pair_outcomes(work, self._store.clock())
                match = fit_match_probability(outcomes, load_priors().match)
                self._known = Experience(track_record(work), match)
                self._sequence = last
                self._took = time.monotonic() - started
        rest = self._took / _SHARE if self._took > _AT_ONCE else 0.0
        self._due = time.monotonic() + max(self._seconds, rest)
