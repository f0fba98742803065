"""How much was served, what was lacking, and whether the log can be learned from."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.health.limits import VolumeLimits
from recommender.health.report import TARGET_NAMES, Verdict, VolumeLine
from recommender.learning.intervals import Figure, mean_figure, missing

Bools = NDArray[np.bool_]
RECENT, REFERENCE = "recent", "reference"
_NONE = "没有清单，指标为空"


def volume_lines(
    lists: Any,  # noqa: ANN401 - a DataFrame
    lines: Any,  # noqa: ANN401 - a DataFrame
    recent: Bools,
    days: Mapping[str, float],
    limits: VolumeLimits,
) -> Iterator[VolumeLine]:
    """Yield a line for each target and period.

    Parameters
    ----------
    lists : DataFrame
        Served lists of both periods: ``list_id, target, subject, degraded``.
    lines : DataFrame
        Their labelled lines, for the step that counts as an outcome; plans have none.
    recent : bool (lists,)
        Whether a list is of the recent period.
    days : mapping of str to float
        Length of each period so far.
    """
    told = lists.join(_by_list(lines), on="list_id")
    targets = told["target"].to_numpy()
    for target in sorted(set(targets)):
        for period, rows in ((RECENT, recent), (REFERENCE, ~recent)):
            own = told[rows & (targets == target)]
            yield _judged(_line(target, period, own, days[period]), limits)


def _by_list(lines: Any) -> Any:  # noqa: ANN401 - DataFrames
    """Sum up the lines of each list."""
    marks = lines[["list_id"]].assign(
        lines=1,
        reports=lines["seen"].notna(),
        came=lines["reached"],
        open=~lines["decided"],
        varied=lines["propensity_score"] < 1,
    )
    return marks.groupby("list_id").agg(
        lines=("lines", "sum"),
        reports=("reports", "max"),
        came=("came", "max"),
        open=("open", "max"),
        varied=("varied", "sum"),
    )


def _line(target: str, period: str, own: Any, days: float) -> VolumeLine:  # noqa: ANN401 - a DataFrame
    told = own["lines"].notna()
    labelled = own[told]
    asking = own["subject"].fillna(own["list_id"])
    firms = asking.factorize()[0]

    def share(of: Any) -> Figure:  # noqa: ANN401 - a Series over the labelled lists
        return mean_figure(of.to_numpy(np.float64), firms[told.to_numpy()]) if len(of) else missing(_NONE)

    degraded = own["degraded"].notna()
    came = labelled["came"].astype(bool)
    judged = len(labelled) > 0
    return VolumeLine(
        target=target,
        period=period,
        lists=len(own),
        lines=int(labelled["lines"].sum()),
        subjects=int(asking.nunique()),
        lists_a_day=len(own) / days,
        degraded=mean_figure(degraded.to_numpy(np.float64), firms) if len(own) else missing(_NONE),
        degraded_codes={str(code): int(number) for code, number in own["degraded"].value_counts().items()},
        reported=share(labelled["reports"]) if judged else None,
        with_outcome=int(came.sum()) if judged else None,
        waiting=int((~came & labelled["open"].astype(bool)).sum()) if judged else None,
        varied=share(labelled["varied"] / labelled["lines"]) if judged else None,
    )


def _judged(line: VolumeLine, limits: VolumeLimits) -> VolumeLine:
    if line.period == REFERENCE:
        return line.model_copy(update={"verdict": Verdict.UNKNOWN, "advice": "对照期，不作判断"})
    if line.lists < limits.least_lists:
        return line.model_copy(update={"verdict": Verdict.UNKNOWN, "advice": "清单太少，不作判断"})
    found: list[tuple[Verdict, str]] = []
    name = TARGET_NAMES[line.target]
    degraded = line.degraded.value or 0.0
    if degraded >= limits.degraded_notice:
        codes = "、".join(f"{code} {number} 份" for code, number in line.degraded_codes.items())
        verdict = Verdict.ALARM if degraded >= limits.degraded_alarm else Verdict.NOTICE
        found.append(
            (verdict, f"{name}：{degraded:.1%} 为降级结果（{codes}）；请运行 smematch doctor 找原因。")
        )
    reported = None if line.reported is None else line.reported.value
    if reported is not None and reported < limits.reported_notice:
        verdict = Verdict.ALARM if reported < limits.reported_alarm else Verdict.NOTICE
        found.append(
            (
                verdict,
                f"{name}：只有 {reported:.0%} 的清单报告了“已看到”；没有它就分不清“没看到”和“没看上”，"
                "请让前端上报 impression 事件。",
            )
        )
    if not found:
        return line
    worst = Verdict.ALARM if any(verdict is Verdict.ALARM for verdict, _ in found) else Verdict.NOTICE
    return line.model_copy(update={"verdict": worst, "advice": "".join(text for _, text in found)})
