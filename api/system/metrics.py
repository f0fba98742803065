"""Figures for Prometheus, one registry an application."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from recommender.errors import SmematchError
from recommender.index.keeper import SnapshotKeeper

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts what one worker process served.

    Notes
    -----
    With several workers each answers ``/metrics`` for itself: scrape workers apart, or run one worker a
    container.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "smematch_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "smematch_http_request_seconds",
            "Time to answer a request, in seconds.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._served = Counter(
            "smematch_served_lists", "Lists served.", ("target", "degraded"), registry=self.registry
        )
        self._events = Counter("smematch_events", "Events reported.", ("outcome",), registry=self.registry)

    def follow(self, keeper: SnapshotKeeper) -> None:
        """Report on the snapshot of ``keeper`` from now on."""
        self.registry.register(_SnapshotFigures(keeper))

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; ``route`` is the template, never the path."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_served(self, target: str, degraded: str | None) -> None:
        """Count one served list."""
        self._served.labels(target, degraded or "").inc()

    def count_events(self, inserted: int, duplicates: int, rejected: int) -> None:
        """Count the outcomes of one report of events."""
        for outcome, number in (("inserted", inserted), ("duplicate", duplicates), ("rejected", rejected)):
            self._events.labels(outcome).inc(number)

    def text(self) -> bytes:
        """Return all figures in the Prometheus text format."""
        return generate_latest(self.registry)


class _SnapshotFigures(Collector):
    """Asked at every scrape, so that the figures are of that moment."""

    def __init__(self, keeper: SnapshotKeeper) -> None:
        self._keeper = keeper

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing in advance; registering must not ask a snapshot that is not there yet."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures."""
        yield GaugeMetricFamily(
            "smematch_snapshot_behind_seconds",
            "How long the store has been ahead of the index, in seconds; 0 when it is not.",
            self._keeper.seconds_behind,
        )
        try:
            snapshot = self._keeper.current
        except SmematchError:
            return
        yield GaugeMetricFamily(
            "smematch_snapshot_catalogue_version",
            "Number of the last change of the store that the index holds.",
            snapshot.catalogue.version,
        )
        records = GaugeMetricFamily("smematch_snapshot_records", "Records in the index.", labels=("kind",))
        for kind in ("solutions", "enterprises", "lead_units"):
            records.add_metric((kind,), len(getattr(snapshot.catalogue, kind)))
        yield records
