"""Drift of the logged features: each, in every slice, recent lines against those of the reference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from recommender.exposure.measures import draw, with_interval
from recommender.health.change import Change, TwoPeriods, distribution_change, unknown_change
from recommender.health.limits import DriftLimits, HealthLimits
from recommender.health.report import TARGET_NAMES, DriftLine, Verdict
from recommender.health.slices import Slice, slices_of
from recommender.learning.intervals import Figure, missing

Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
FEATURE = "item:"
SCORE = "score"
_APPLIES = "applies:"
_TOO_FEW = "企业太少，不作判断"


def features_of(lines: Any) -> list[str]:  # noqa: ANN401 - a DataFrame
    """Return the names of the logged numbers of a frame of lines that occur at all, the score last."""
    names = [name for name in lines.columns if name.startswith(FEATURE) and lines[name].notna().any()]
    return [*(name.removeprefix(FEATURE) for name in sorted(names)), SCORE]


def values_of(lines: Any, feature: str) -> NDArray[np.float64]:  # noqa: ANN401 - a DataFrame
    """Return a logged number of every line, NaN where unknown."""
    column = SCORE if feature == SCORE else f"{FEATURE}{feature}"
    return np.asarray(lines[column], np.float64)


def cluster_codes(lines: Any) -> list[Codes]:  # noqa: ANN401 - a DataFrame
    """Return what lines are alike by: their enterprise (a list without one is its own), and who asked."""
    firms = lines["enterprise"].fillna(lines["list_id"])
    asking = lines["subject"].fillna(lines["list_id"])
    codes = [firms.factorize()[0].astype(np.int64)]
    if not firms.equals(asking):
        codes.append(asking.factorize()[0].astype(np.int64))
    return codes


def drift_lines(lines: Any, recent: Bools, limits: HealthLimits) -> tuple[DriftLine, ...]:  # noqa: ANN401
    """Compare every feature of every target in every slice, judged together: many tests find many ghosts.

    Parameters
    ----------
    lines : DataFrame
        Lines of the served lists of both periods.
    recent : bool (lines,)
        Whether a line is of the recent period.
    """
    found = list(_all_compared(lines, recent, limits))
    tests = [p for one in found for p in one.p_values if p is not None]
    rates = iter(stats.false_discovery_control(tests).tolist() if tests else [])
    return tuple(one.judged(rates, limits) for one in found)


@dataclass(frozen=True, slots=True)
class _Compared:
    """One feature in one slice before it is judged."""

    target: str
    feature: str
    part: Slice
    lines: tuple[int, int]
    enterprises: tuple[int, int]
    unknown: tuple[float, float]
    means: tuple[float | None, float | None]
    mean_change: Figure
    mean_p: float | None
    change: Change | None
    unknown_p: float | None

    @property
    def p_values(self) -> tuple[float | None, ...]:
        return None if self.change is None else self.change.p_value, self.mean_p, self.unknown_p

    def judged(self, rates: Iterator[float], limits: HealthLimits) -> DriftLine:
        """Take the next false discovery rates and judge."""
        ks_q, mean_q, unknown_q = (None if p is None else next(rates) for p in self.p_values)
        line = DriftLine(
            target=self.target,
            feature=self.feature,
            title=limits.title(self.feature),
            kind=self.part.kind,
            code=self.part.code,
            name=self.part.name,
            lines=self.lines[1],
            reference_lines=self.lines[0],
            enterprises=self.enterprises[1],
            reference_enterprises=self.enterprises[0],
            psi=None if self.change is None else self.change.excess_psi,
            ks=None if self.change is None else self.change.ks,
            ks_q=ks_q,
            mean_q=mean_q,
            unknown=self.unknown[1],
            reference_unknown=self.unknown[0],
            unknown_q=unknown_q,
            mean=self.means[1],
            reference_mean=self.means[0],
            change=self.mean_change,
        )
        return _judged(line, limits.drift)


def _judged(line: DriftLine, limits: DriftLimits) -> DriftLine:
    if line.unknown_q is None:
        return line.model_copy(update={"verdict": Verdict.UNKNOWN, "advice": _TOO_FEW})
    place = f"{TARGET_NAMES[line.target]}·{line.title}" + ("" if line.code is None else f"（{line.name}）")
    gone = line.unknown - line.reference_unknown
    if line.unknown_q < limits.significance and abs(gone) >= limits.unknown_notice:
        verdict = Verdict.ALARM if abs(gone) >= limits.unknown_alarm else Verdict.NOTICE
        told = f"{place}：没有值的比例由 {line.reference_unknown:.0%} 变为 {line.unknown:.0%}"
        todo = "请核对最近导入的资料是否缺了这一列" if gone > 0 else "如是补齐了资料则属正常"
        return line.model_copy(update={"verdict": verdict, "advice": f"{told}；{todo}。"})
    certain = any(q is not None and q < limits.significance for q in (line.ks_q, line.mean_q))
    if certain and line.psi is not None and line.psi >= limits.psi_notice:
        verdict = Verdict.ALARM if line.psi >= limits.psi_alarm else Verdict.NOTICE
        told = f"{place}：分布变了（PSI {line.psi:.2f}{_moved(line)}）"
        todo = "请查最近是否换了模型或规则、导入了大批资料、来问的企业换了人群；不是有意的就退回上一版"
        return line.model_copy(update={"verdict": verdict, "advice": f"{told}；{todo}。"})
    return line


def _moved(line: DriftLine) -> str:
    if line.mean is None or line.reference_mean is None:
        return ""
    return f"，均值由 {line.reference_mean:.3f} 变为 {line.mean:.3f}"


def _all_compared(lines: Any, recent: Bools, limits: HealthLimits) -> Iterator[_Compared]:  # noqa: ANN401
    for target in sorted(set(lines["target"])):
        own = np.asarray(lines["target"] == target, bool)
        frame, flags = lines[own], recent[own]
        features = features_of(frame)
        values = np.column_stack([values_of(frame, name) for name in features])
        applying = np.column_stack([_applies(frame, name) for name in features])
        clusters = cluster_codes(frame)
        for part in slices_of(frame):
            rows = part.rows
            if flags[rows].any() and not flags[rows].all():
                yield from _slice(
                    target,
                    part,
                    features,
                    _Matrix(values[rows], applying[rows], flags[rows], [codes[rows] for codes in clusters]),
                    limits.drift,
                )


def _applies(lines: Any, feature: str) -> Bools:  # noqa: ANN401 - a DataFrame
    column = f"{_APPLIES}{feature}"
    return np.asarray(lines[column], bool) if column in lines.columns else np.ones(len(lines), bool)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Lines of a slice: values and whether each applies (n, features), period and clusters (n,)."""

    values: NDArray[np.float64]
    applying: Bools
    recent: Bools
    clusters: Sequence[Codes]


def _slice(
    target: str, part: Slice, features: Sequence[str], matrix: _Matrix, limits: DriftLimits
) -> Iterator[_Compared]:
    changes = _mean_changes(matrix)
    for column, feature in enumerate(features):
        use = matrix.applying[:, column]
        told = TwoPeriods(
            matrix.values[use, column], matrix.recent[use], [codes[use] for codes in matrix.clusters]
        )
        firms = _numbers(told)
        if min(firms) == 0:
            continue
        known = told.known()
        enough = min(firms) >= limits.least_enterprises
        comparable = min(_numbers(known)) >= limits.least_enterprises
        old, new = known.values[~known.recent], known.values[known.recent]
        mean_change, mean_p = changes[column] if comparable else (missing(_TOO_FEW), None)
        yield _Compared(
            target=target,
            feature=feature,
            part=part,
            lines=(int((~told.recent).sum()), int(told.recent.sum())),
            enterprises=firms,
            unknown=(
                float(np.isnan(told.values[~told.recent]).mean()),
                float(np.isnan(told.values[told.recent]).mean()),
            ),
            means=(float(old.mean()) if len(old) else None, float(new.mean()) if len(new) else None),
            mean_change=mean_change,
            mean_p=mean_p,
            change=distribution_change(known) if comparable else None,
            unknown_p=unknown_change(told) if enough else None,
        )


def _numbers(told: TwoPeriods) -> tuple[int, int]:
    """Different enterprises of the reference and of the recent period."""
    firms = told.clusters[0]
    old, new = (np.count_nonzero(np.bincount(firms[told.recent == period])) for period in (False, True))
    return int(old), int(new)


def _mean_changes(matrix: _Matrix) -> list[tuple[Figure, float | None]]:
    """Recent mean less reference mean of every feature, its interval by drawing enterprises, its p-value.

    The same draw serves both periods: an enterprise that asks in both is drawn into both.
    """
    told = matrix.applying & ~np.isnan(matrix.values)
    filled = np.where(told, matrix.values, 0.0)
    firms = np.unique(matrix.clusters[0], return_inverse=True)[1]
    shape = (int(firms.max()) + 1, filled.shape[1])
    sums: list[NDArray[np.float64]] = []
    for period in (False, True):
        rows = matrix.recent == period
        for column in (filled, told.astype(np.float64)):
            added = [
                np.bincount(firms[rows], weights=column[rows, at], minlength=shape[0])
                for at in range(shape[1])
            ]
            sums.append(np.column_stack(added))
    drawn = draw(*sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = drawn[2].observed / drawn[3].observed - drawn[0].observed / drawn[1].observed
        resampled = drawn[2].resampled / drawn[3].resampled - drawn[0].resampled / drawn[1].resampled
    return [_tested(float(value), resampled[:, at], shape[0]) for at, value in enumerate(observed)]


def _tested(value: float, resampled: NDArray[np.float64], firms: int) -> tuple[Figure, float | None]:
    told = with_interval(value, resampled)
    spread = float(np.nanstd(resampled)) if told.ci95[0] is not None else 0.0
    if spread == 0:
        return told, 1.0 if value == 0 else None
    # Student's t: with few enterprises the spread itself is uncertain.
    return told, float(2 * stats.t.sf(abs(value) / spread, firms - 1))
