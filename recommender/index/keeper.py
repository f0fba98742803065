"""Keeps the current snapshot: follows the store, builds in the background, swaps in one step."""

import logging
import threading
import time

from filelock import FileLock
from filelock import Timeout as LockTimeout

from recommender.diagnosis.instrument import Instrument
from recommender.encoder.encoder import Encoder
from recommender.errors import NotSetUp, SmematchError, Unavailable
from recommender.index.catalogue import read_catalogue
from recommender.index.snapshot import IndexConfig, Progress, Snapshot, build_snapshot
from recommender.index.storage import SnapshotStorage
from recommender.store import Store

_LOG = logging.getLogger(__name__)


class SnapshotKeeper:
    """Holds the snapshot that requests are answered from.

    A reader takes :attr:`current` once and keeps it for its whole request; a swap never disturbs it. Several
    processes share one folder: whoever holds its lock builds, the others load what it built.

    Parameters
    ----------
    poll_seconds : float
        How often the store is looked at for changes.
    lock_seconds : float
        How long to wait for another process that is building.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        instrument: Instrument,
        storage: SnapshotStorage,
        *,
        config: IndexConfig | None = None,
        poll_seconds: float = 1.0,
        lock_seconds: float = 3600.0,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._instrument = instrument
        self._storage = storage
        self._config = config or IndexConfig()
        self._poll_seconds = poll_seconds
        self._lock_seconds = lock_seconds
        self._snapshot: Snapshot | None = None
        self._swapped = threading.Condition()
        self._refreshing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._behind_since: float | None = None
        self.last_failure: str | None = None

    @property
    def current(self) -> Snapshot:
        """The snapshot to answer from.

        Raises
        ------
        NotSetUp
            Before the first one was built or loaded.
        """
        if self._snapshot is None:
            raise NotSetUp("索引还没有建立，请运行 smematch init")
        return self._snapshot

    @property
    def seconds_behind(self) -> float:
        """How long the store has been ahead of the snapshot, in seconds; 0 when it is not."""
        return 0.0 if self._behind_since is None else time.monotonic() - self._behind_since

    def load(self) -> bool:
        """Take the snapshot on disk, if there is a fitting one; say whether there was."""
        loaded = self._storage.load(self._encoder, self._instrument)
        if loaded is None or loaded.config != self._config:
            return False
        self._swap(loaded)
        return True

    def refresh(self, progress: Progress | None = None) -> Snapshot:
        """Bring the snapshot up to the store: load what another process built, else build.

        Raises
        ------
        Unavailable
            If another process has been building for longer than ``lock_seconds``.
        """
        with self._refreshing:
            if self._snapshot is not None and not self._is_behind():
                return self._snapshot
            self._storage.folder.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self._storage.folder / ".build.lock", timeout=self._lock_seconds):
                    return self._refresh_locked(progress)
            except LockTimeout as error:
                raise Unavailable("另一个进程正在重建索引，请稍后再试") from error

    def _refresh_locked(self, progress: Progress | None) -> Snapshot:
        previous = self._storage.load(self._encoder, self._instrument) or self._snapshot
        catalogue = read_catalogue(self._store)
        if (
            previous is not None
            and previous.config == self._config
            and previous.catalogue.version == catalogue.version
        ):
            self._swap(previous)
            return previous
        built = build_snapshot(
            catalogue, self._encoder, self._instrument, self._config, previous=previous, progress=progress
        )
        self._storage.save(built)
        self._swap(built)
        _LOG.info("index %s with %d passages", built.version, len(built.passages))
        return built

    def _is_behind(self) -> bool:
        if self._snapshot is None:
            return True
        with self._store.read() as unit:
            behind = unit.catalogue.version() != self._snapshot.catalogue.version
        if not behind:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = time.monotonic()
        return behind

    def _swap(self, snapshot: Snapshot) -> None:
        with self._swapped:
            self._snapshot = snapshot
            self._behind_since = None
            self.last_failure = None
            self._swapped.notify_all()

    def wait_for(self, catalogue_version: int, timeout: float) -> bool:
        """Wait until the snapshot holds a change of the store; say whether it came in time (seconds)."""
        with self._swapped:
            return self._swapped.wait_for(
                lambda: self._snapshot is not None and self._snapshot.catalogue.version >= catalogue_version,
                timeout,
            )

    def start(self) -> None:
        """Follow the store in a background thread until :meth:`stop`."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._follow, name="snapshot-keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop following; waits for a build under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _follow(self) -> None:
        while not self._stop.wait(self._poll_seconds):
            try:
                if self._is_behind():
                    self.refresh()
            except SmematchError as error:
                # The old snapshot stays in use; answers say that it is behind.
                self.last_failure = error.code
                _LOG.warning("index not refreshed: %s", error.code)
            except Exception:  # noqa: BLE001 - the thread must outlive any failure of one build
                self.last_failure = "internal_error"
                _LOG.exception("index not refreshed")
