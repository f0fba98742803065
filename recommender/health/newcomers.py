"""Whether new items get the exposure that their number would give them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.exposure.measures import draw, with_interval
from recommender.health.drift import cluster_codes
from recommender.health.limits import NewcomerLimits
from recommender.health.report import TARGET_NAMES, NewcomerLine, Verdict
from recommender.learning.intervals import Figure, mean_figure, missing

Seconds = NDArray[np.float64]
_DAY = 86_400.0
_NONE = "这一时段没有新入池的对象，或没有清单"


def newcomer_line(
    target: str,
    lines: Any,  # noqa: ANN401 - a DataFrame
    stored_at: Mapping[str, datetime],
    as_of: datetime,
    limits: NewcomerLimits,
) -> NewcomerLine:
    """Compare the places that new items got with what their number would give them.

    Parameters
    ----------
    lines : DataFrame
        Lines of the recent lists of the target.
    stored_at : mapping of str to datetime
        When each item of today's pool was first stored.

    Notes
    -----
    An item is new for ``limits.days`` days, judged at the moment of each list: the due share of a line is the
    share of the items in the pool at that moment that were new then. Lines of items that are no longer in
    the pool, or were stored again later, are left out.
    """
    stored = np.sort([moment.timestamp() for moment in stored_at.values()]).astype(np.float64)
    young = limits.days * _DAY
    new_now = int((as_of.timestamp() - stored < young).sum())
    served = lines["served_at"].astype("int64").to_numpy() / _per_second(lines["served_at"])
    moments = {key: moment.timestamp() for key, moment in stored_at.items()}
    age = served - lines["item_id"].map(moments).to_numpy(np.float64)
    there_then = age >= 0
    own, served, age = lines[there_then], served[there_then], age[there_then]
    line = NewcomerLine(
        target=target,
        days=limits.days,
        new=new_now,
        pool=len(stored),
        exposure=missing(_NONE),
        due=missing(_NONE),
        ratio=missing(_NONE),
        verdict=Verdict.UNKNOWN,
        advice=_NONE,
    )
    if not len(own):
        return line
    held = (age < young).astype(np.float64)
    there = np.searchsorted(stored, served, side="right")
    old = np.searchsorted(stored, served - young, side="right")
    due = (there - old) / np.maximum(there, 1)
    firms = cluster_codes(own)[0]
    told = line.model_copy(
        update={
            "exposure": mean_figure(held, firms),
            "due": mean_figure(due, firms),
            "ratio": _ratio(held, due, firms),
        }
    )
    return _judged(told, limits)


def _per_second(moments: Any) -> float:  # noqa: ANN401 - a Series of times
    return float({"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[moments.dt.unit])


def _ratio(held: Seconds, due: Seconds, firms: NDArray[np.int64]) -> Figure:
    if not due.sum():
        return missing(_NONE)
    numbers = np.unique(firms, return_inverse=True)[1]
    sums = np.column_stack([np.bincount(numbers, held), np.bincount(numbers, due)]).astype(np.float64)
    (drawn,) = draw(sums)
    value = float(drawn.observed[0] / drawn.observed[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = drawn.resampled[:, 0] / drawn.resampled[:, 1]
    return with_interval(value, ratios)


def _judged(line: NewcomerLine, limits: NewcomerLimits) -> NewcomerLine:
    value, high = line.ratio.value, line.ratio.ci95[1]
    if value is None or high is None:
        return line
    if value >= limits.notice or high >= 1:
        return line.model_copy(update={"verdict": Verdict.NORMAL, "advice": ""})
    verdict = Verdict.ALARM if value < limits.alarm else Verdict.NOTICE
    advice = (
        f"{TARGET_NAMES[line.target]}：入库不满 {line.days} 天的对象只得到应有展示的 {value:.0%}；"
        "请核对其资料是否齐全，并考虑打开探索（SMEMATCH_EXPLORATION）。"
    )
    return line.model_copy(update={"verdict": verdict, "advice": advice})
