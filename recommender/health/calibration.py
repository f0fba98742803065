"""Predictions against what came of them, on lists whose horizon is over.

A line of a younger list that led to nothing may still lead to something; one that led to something already is
known all the same. Counting only what is decided would make every prediction look too low, so a list counts
as a whole once its horizon is over, and the lines of younger ones are counted as waiting. A line that nobody
saw says nothing of its item either.

References
----------
Bröcker and Smith, Increasing the reliability of reliability diagrams, Weather and Forecasting 22 (2007).
Wilson, JASA 22 (1927).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from recommender.exposure.measures import draw, figure
from recommender.exposure.report import SliceKind
from recommender.health.change import intraclass_correlation
from recommender.health.drift import cluster_codes, values_of
from recommender.health.limits import CalibrationLimits, Prediction
from recommender.health.report import TARGET_NAMES, Bin, CalibrationLine, Verdict
from recommender.health.slices import Slice, slices_of
from recommender.learning.intervals import Figure, difference_figure, mean_figure, missing, wilson

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_TOO_FEW = "已满期限且有人看到的条目太少，无法核对"


@dataclass(frozen=True, slots=True)
class Judgements:
    """Seen lines of lists whose horizon is over.

    Attributes
    ----------
    predicted : float64 (n,)
    came : bool (n,)
    firms : int64 (n,)
        Enterprise of each line, what is drawn as one.
    """

    predicted: Floats
    came: NDArray[np.bool_]
    firms: Codes

    def only(self, rows: NDArray[np.bool_]) -> "Judgements":
        """Return some rows."""
        return Judgements(self.predicted[rows], self.came[rows], self.firms[rows])

    @property
    def enterprises(self) -> int:
        """Different ones."""
        return len(np.unique(self.firms))


def bins_of(predicted: Floats, *, bins: int, least: int) -> Codes:
    """Put predictions into equally filled bins of about ``least`` lines or more; equal ones stay together."""
    count = max(1, min(bins, len(predicted) // least))
    cuts = np.unique(np.quantile(predicted, np.linspace(0, 1, count + 1)[1:-1]))
    return np.unique(np.searchsorted(cuts, predicted, side="left"), return_inverse=True)[1].astype(np.int64)


def reliability(told: Judgements, bins: Codes) -> tuple[Bin, ...]:
    """Return the reliability table."""
    one_period = np.zeros(len(bins), bool)
    likeness = intraclass_correlation(told.came.astype(np.float64), one_period, told.firms)
    made = []
    for number in range(int(bins.max()) + 1):
        own = told.only(bins == number)
        lines, share = len(own.came), float(own.came.mean())
        sizes = np.bincount(own.firms)
        # Kish: lines of one enterprise in the bin are alike.
        trials = lines / (1 + (float((sizes**2).sum()) / lines - 1) * likeness)
        made.append(
            Bin(
                low=float(own.predicted.min()),
                high=float(own.predicted.max()),
                lines=lines,
                enterprises=own.enterprises,
                effective_lines=trials,
                predicted=float(own.predicted.mean()),
                happened=Figure(value=share, ci95=wilson(share * trials, trials)),
            )
        )
    return tuple(made)


def expected_error(told: Judgements, bins: Codes) -> Figure:
    """Return the expected calibration error, with an interval by drawing enterprises.

    Notes
    -----
    The mean over lines of |mean prediction - share that came| of their bin. The bins stay as they are in
    every resample, which is centred on the observed value: uneven draws look like error.
    """
    firms = np.unique(told.firms, return_inverse=True)[1]
    count = int(bins.max()) + 1
    cells = firms * count + bins
    shape = (int(firms.max()) + 1, count)

    def summed(weights: Floats | None) -> Floats:
        added = np.bincount(cells, weights=weights, minlength=shape[0] * count)
        return np.asarray(added.reshape(shape), np.float64)

    sums = np.hstack([summed(told.predicted - told.came), summed(None)])

    def error(amounts: Floats) -> Floats:
        apart, lines = amounts[..., :count], amounts[..., count:]
        return np.asarray(np.abs(apart).sum(axis=-1) / lines.sum(axis=-1))

    (drawn,) = draw(sums)
    return figure(drawn, error)


def _error_by_chance(table: Sequence[Bin]) -> float:
    """Return the mean error that a right prediction shows: mean absolute deviations of the bins' shares."""
    lines = sum(one.lines for one in table)
    apart = (
        one.lines * np.sqrt(2 / np.pi * one.predicted * (1 - one.predicted) / one.effective_lines)
        for one in table
    )
    return float(sum(apart) / lines)


def calibration_lines(
    lines: Callable[[str, str], Any], limits: CalibrationLimits
) -> tuple[CalibrationLine, ...]:
    """Hold every declared prediction against what came, in every slice; judged together.

    Parameters
    ----------
    lines : callable
        Returns the DataFrame of labelled lines of a target for a step of the funnel.
    """
    found: list[CalibrationLine] = []
    for prediction in limits.predictions:
        frame = lines(prediction.target, prediction.step)
        if len(frame):
            found += _of_prediction(frame, prediction, limits)
    tests = [p for line in found if (p := _p_value(line)) is not None]
    rates = iter(stats.false_discovery_control(tests).tolist() if tests else [])
    return tuple(_judged(line, None if _p_value(line) is None else next(rates), limits) for line in found)


def _p_value(line: CalibrationLine) -> float | None:
    """Return the p-value of the gap of a probability, None where it is not judged."""
    low, high = line.gap.ci95
    if not line.is_probability or line.gap.value is None or low is None or high is None:
        return None
    spread = (high - low) / (2 * stats.norm.ppf(0.975))
    return float(2 * stats.t.sf(abs(line.gap.value) / spread, line.enterprises - 1)) if spread > 0 else None


def _of_prediction(
    frame: Any,  # noqa: ANN401 - a DataFrame
    prediction: Prediction,
    limits: CalibrationLimits,
) -> Iterator[CalibrationLine]:
    has_feature = prediction.feature == "score" or f"item:{prediction.feature}" in frame.columns
    predicted = values_of(frame, prediction.feature) if has_feature else np.full(len(frame), np.nan)
    due = np.asarray(frame["elapsed_days"] >= frame["horizon_days"], bool)
    # Not those that were acted on without a reported look: the others without one are left out as well.
    seen = np.asarray(frame["seen"] == 1, bool)
    known = ~np.isnan(predicted)
    every = Judgements(predicted, np.asarray(frame["reached"], bool), cluster_codes(frame)[0])
    for part in slices_of(frame):
        own = part.rows
        yield _line(
            prediction,
            part,
            every.only(own & due & seen & known),
            {
                "waiting": int((own & ~due).sum()),
                "unseen": int((own & due & ~seen).sum()),
                "unpredicted": int((own & due & seen & ~known).sum()),
            },
            limits,
        )


def _line(
    prediction: Prediction,
    part: Slice,
    told: Judgements,
    left_out: dict[str, int],
    limits: CalibrationLimits,
) -> CalibrationLine:
    enough = len(told.came) >= limits.least_lines and told.enterprises >= limits.least_enterprises
    empty = missing(_TOO_FEW)
    figures = dict.fromkeys(("predicted", "happened", "gap", "brier", "ece"), empty)
    table: tuple[Bin, ...] = ()
    if enough:
        bins = bins_of(told.predicted, bins=limits.bins, least=limits.least_lines_a_bin)
        came = told.came.astype(np.float64)
        figures = {
            "predicted": mean_figure(told.predicted, told.firms),
            "happened": mean_figure(came, told.firms),
            "gap": difference_figure(told.predicted, came, told.firms),
            "brier": mean_figure((told.predicted - came) ** 2, told.firms),
            "ece": expected_error(told, bins),
        }
        table = reliability(told, bins)
    return CalibrationLine(
        **prediction.model_dump(exclude={"title"}),
        title=prediction.title,
        kind=part.kind,
        code=part.code,
        name=part.name,
        lines=len(told.came),
        enterprises=told.enterprises,
        **left_out,
        **figures,
        ece_by_chance=_error_by_chance(table) if table else None,
        bins=table if part.kind is SliceKind.ALL else (),
    )


def _judged(line: CalibrationLine, rate: float | None, limits: CalibrationLimits) -> CalibrationLine:
    if line.gap.value is None or line.predicted.value is None or line.happened.value is None:
        return line.model_copy(update={"verdict": Verdict.UNKNOWN, "advice": _TOO_FEW})
    if not line.is_probability:
        return line
    place = TARGET_NAMES[line.target] + ("" if line.code is None else f"（{line.name}）")
    away = abs(line.gap.value)
    if rate is not None and rate < limits.significance and away >= limits.gap_notice:
        direction = "偏高" if line.gap.value > 0 else "偏低"
        told = f"{direction} {away:.1%}（预测 {line.predicted.value:.1%}，实际 {line.happened.value:.1%}）"
    elif _crooked(line, limits):
        away = (line.ece.value or 0.0) - (line.ece_by_chance or 0.0)
        told = (
            f"平均不偏，但高低各段与实际相差 {line.ece.value:.1%}（其中偶然可解释 {line.ece_by_chance:.1%}）"
        )
    else:
        return line
    verdict = Verdict.ALARM if away >= limits.gap_alarm else Verdict.NOTICE
    advice = f"{place}：“{line.title}”{told}；只宜比先后，不宜当概率看，请用近期结果重新拟合概率。"
    return line.model_copy(update={"verdict": verdict, "advice": advice})


def _crooked(line: CalibrationLine, limits: CalibrationLimits) -> bool:
    """Whether the bins are off by more than chance, among all enterprises."""
    low, chance = line.ece.ci95[0], line.ece_by_chance
    if line.kind is not SliceKind.ALL or low is None or chance is None or line.ece.value is None:
        return False
    return low > chance and line.ece.value - chance >= limits.gap_notice
