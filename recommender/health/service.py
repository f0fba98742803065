"""Making the health report: read the log of two periods, and hold one against the other."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.diagnosis.instrument import Instrument
from recommender.domain.event import load_funnel
from recommender.exposure.report import SliceKind
from recommender.health.calibration import calibration_lines
from recommender.health.coverage import coverage_line, district_coverage, never_in, pools_of, scenario_supply
from recommender.health.drift import drift_lines
from recommender.health.limits import HealthLimits, load_limits
from recommender.health.log import ServedLog, read_log
from recommender.health.never_shown import why_never_shown
from recommender.health.newcomers import newcomer_line
from recommender.health.periods import Periods, periods_of
from recommender.health.report import CalibrationLine, CoverageLine, DriftLine, HealthReport, Judged, Verdict
from recommender.health.versions import index_age_days, version_shares
from recommender.health.volume import RECENT, REFERENCE, volume_lines
from recommender.index.keeper import SnapshotKeeper
from recommender.index.snapshot import Snapshot
from recommender.store import Store

Bools = NDArray[np.bool_]
Sliced = TypeVar("Sliced", CalibrationLine, DriftLine)
#: Worst last.
_ORDER = (Verdict.UNKNOWN, Verdict.NORMAL, Verdict.NOTICE, Verdict.ALARM)
#: The step that counts as an outcome of a list.
OUTCOME = "contact"


class HealthService:
    """Reports how the recommender is doing.

    Parameters
    ----------
    keeper : SnapshotKeeper
        Gives the catalogue, which is the pool.
    instrument : Instrument
        For the rules that say what is left out for whom.
    limits : HealthLimits, optional
        The shipped ones by default.
    """

    def __init__(
        self,
        store: Store,
        keeper: SnapshotKeeper,
        instrument: Instrument,
        *,
        limits: HealthLimits | None = None,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._instrument = instrument
        self._limits = limits

    def report(
        self, since: date | None = None, until: date | None = None, *, reference_days: int | None = None
    ) -> HealthReport:
        """Compare the recent days with those before them.

        Parameters
        ----------
        since, until : date, optional
            First and last recent day; the last 28 by default.
        reference_days : int, optional
            Length of the reference just before; 90 by default.

        Raises
        ------
        recommender.exposure.service.BadPeriod
        """
        limits = self._limits or load_limits()
        periods = periods_of(
            self._store.clock(), limits.periods, since=since, until=until, reference_days=reference_days
        )
        snapshot = self._keeper.current
        with self._store.read() as work:
            log = read_log(work, snapshot.catalogue.enterprises, _earliest(periods, limits), periods.as_of)
            stored_at = {
                "solution": {stored.record.id: stored.created_at for stored in work.solutions.iterate()},
                "lead_unit": {stored.record.id: stored.created_at for stored in work.lead_units.iterate()},
            }
        return _Making(limits, periods, snapshot, self._instrument, log).report(stored_at)


def _horizon(step: str) -> timedelta:
    found = load_funnel().find(step)
    if found is None:
        raise ValueError(f"the funnel has no step {step}")
    return timedelta(days=found.horizon_days)


def _earliest(periods: Periods, limits: HealthLimits) -> datetime:
    """First moment to read: predictions are held against outcomes on lists whose horizon is over."""
    horizons = [_horizon(prediction.step) for prediction in limits.calibration.predictions]
    return min(periods.reference.start - max(horizons, default=timedelta()), periods.as_of)


class _Making:
    """One report while it is made."""

    def __init__(
        self,
        limits: HealthLimits,
        periods: Periods,
        snapshot: Snapshot,
        instrument: Instrument,
        log: ServedLog,
    ) -> None:
        self._limits = limits
        self._periods = periods
        self._snapshot = snapshot
        self._instrument = instrument
        self._log = log
        self._labelled = cache(log.labelled)

    def report(self, stored_at: Mapping[str, Mapping[str, datetime]]) -> HealthReport:
        """Put the parts together."""
        limits, periods, log = self._limits, self._periods, self._log
        catalogue = self._snapshot.catalogue
        lists = log.lists[self._compared(log.lists)]
        recent_lists = lists[self._recent(lists)]
        lines = self._labelled(OUTCOME)
        lines = lines[self._compared(lines)]
        recent = self._recent(lines)
        pools = pools_of(catalogue)
        volume = tuple(volume_lines(lists, lines, self._recent(lists), self._days(), limits.volume))
        calibration = calibration_lines(self._matured, limits.calibration)
        coverage = tuple(self._coverage(target, pool, lines[recent]) for target, pool in pools.items())
        newcomers = tuple(
            newcomer_line(
                target,
                _of(lines[recent], target),
                {key: stored_at[target][key] for key in pool if key in stored_at[target]},
                periods.as_of,
                limits.newcomers,
            )
            for target, pool in pools.items()
        )
        drift = drift_lines(lines, recent, limits)
        judged: list[Judged] = [*volume, *calibration, *coverage, *newcomers, *drift]
        return HealthReport(
            as_of=periods.as_of,
            since=periods.recent.since,
            until=periods.recent.until,
            reference_since=periods.reference.since,
            reference_until=periods.reference.until,
            limits_version=limits.version,
            verdict=max((one.verdict for one in judged), key=_ORDER.index, default=Verdict.UNKNOWN),
            findings=_findings([*volume, *coverage, *newcomers, *_widest(calibration), *_widest(drift)]),
            volume=volume,
            calibration=calibration,
            coverage=coverage,
            supply=tuple(scenario_supply(catalogue, pools["solution"])),
            districts=tuple(district_coverage(catalogue, pools, _of(lines[recent], "solution"))),
            newcomers=newcomers,
            drift=drift,
            versions=tuple(version_shares(recent_lists)),
            index_age_days=index_age_days(log.lists, periods.as_of),
            notes=_NOTES,
        )

    def _compared(self, rows: Any) -> Bools:  # noqa: ANN401 - a DataFrame
        """Rows of the two periods; older ones are read only to see what came of predictions."""
        return np.asarray(rows["served_at"] >= self._periods.reference.start, bool)

    def _recent(self, rows: Any) -> Bools:  # noqa: ANN401 - a DataFrame
        return np.asarray(rows["served_at"] >= self._periods.recent.start, bool)

    def _days(self) -> dict[str, float]:
        so_far = (self._periods.as_of - self._periods.recent.start) / timedelta(days=1)
        return {RECENT: max(so_far, 1.0), REFERENCE: float(self._periods.reference.days)}

    def _matured(self, target: str, step: str) -> Any:  # noqa: ANN401 - a DataFrame
        """Lines of a target from the length of both periods before their horizon, to now."""
        lines = _of(self._labelled(step), target)
        return lines[lines["served_at"] >= self._periods.reference.start - _horizon(step)]

    def _coverage(self, target: str, pool: tuple[str, ...], recent: Any) -> CoverageLine:  # noqa: ANN401
        own = _of(recent, target)
        reasons = why_never_shown(
            self._snapshot,
            self._instrument,
            target,
            never_in(pool, own),
            own["enterprise"].dropna().unique().tolist(),
        )
        return coverage_line(target, pool, own, reasons, self._limits.coverage)


def _findings(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """Return what is not normal, alarms first."""
    found = [
        Judged(verdict=one.verdict, advice=one.advice)
        for one in judged
        if one.verdict in {Verdict.NOTICE, Verdict.ALARM}
    ]
    return tuple(sorted(found, key=lambda one: -_ORDER.index(one.verdict)))


def _widest(lines: Sequence[Sliced]) -> list[Sliced]:
    """Leave out what is told of all enterprises already: a slice counts only where it is worse."""
    whole = {(line.target, line.feature): line.verdict for line in lines if line.kind is SliceKind.ALL}
    return [
        line
        for line in lines
        if line.kind is SliceKind.ALL
        or _ORDER.index(line.verdict) > _ORDER.index(whole.get((line.target, line.feature), Verdict.UNKNOWN))
    ]


def _of(lines: Any, target: str) -> Any:  # noqa: ANN401 - DataFrames
    return lines[lines["target"] == target]


_NOTES = (
    "只读日志：展示过的清单、上报的事件和现在的资料；没有上报的事看不见。接口耗时不在日志里，见 /metrics。",
    "“预测与实际”只算期限已满且有人看到的条目；期限未满的只计数，“还没有”不等于“没有”。",
    "区间按企业重抽样（同一企业的条目彼此相似）；许多项目一起检验，按 Benjamini–Hochberg 控制误报。",
    "PSI 已减去没有变化时也会有的偶然部分；0.1 以上留意、0.25 以上异常为通行经验值。",
    "可推荐的池子、入库时间和规则按现在的资料；之后改过的资料不追溯。",
)
