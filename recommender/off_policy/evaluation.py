"""Off-policy evaluation: what a target policy would have earned, judged on the log of another."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from recommender.learning.intervals import SEED, Figure
from recommender.off_policy.betting import anytime_interval, largest_weight
from recommender.off_policy.bootstrap import Terms, intervals
from recommender.off_policy.click_model import cross_fitted
from recommender.off_policy.estimators import terms_of_lists, terms_of_rounds
from recommender.off_policy.overlap import Overlap, effective_rounds, measure_overlap, weights
from recommender.off_policy.rounds import Floats, LoggedRounds
from recommender.off_policy.target import TargetPolicy
from recommender.off_policy.verdict import Thresholds, judge, load_thresholds, rule_text

#: Estimators whose difference to the logging policy is told.
_LIFTS = ("ips", "dr")
_UNBOUNDED = "日志策略的概率随时间或场合变化，权重没有事先可知的上界，随时有效区间因此偏宽"
_UNEVEN = "各列表长短不一，未给出随时有效区间"
_OF_LISTS = "整列表估计假定各位置的选择相互独立，因为日志只有各位置的边际概率"


class PolicyFigure(Figure):
    """A figure with, where there is one, an interval that stays valid when the log is looked at repeatedly.

    Attributes
    ----------
    anytime_ci95 : (float, float), optional
        Confidence sequence at the end of the log.
    """

    anytime_ci95: tuple[float, float] | None = None


class PolicyEvaluation(BaseModel):
    """Result of :func:`evaluate_policy`; ``model_dump(mode="json")`` is the published document.

    Attributes
    ----------
    rounds, lists : int
        Logged rounds, and the lists that they belong to (None where lists are not told).
    outcomes : float
        Clicks in the log.
    ess : float
        Effective sample size of the weights.
    logged : Figure
        What the logging policy earned a round.
    estimates : dict of str to PolicyFigure
        What the target policy would have earned a round, by estimator.
    lift : dict of str to Figure
        Target less logging policy on the same rounds, by estimator.
    verdict_code, verdict, rule : str
        Stable code, Chinese sentence, and the rule behind it.
    intervals : dict of str to str
        What ``ci95`` and ``anytime_ci95`` are, in Chinese.
    """

    model_config = ConfigDict(frozen=True)

    rounds: int
    lists: int | None
    items: int
    positions: int
    outcomes: float
    ess: float
    overlap: Overlap
    logged: Figure
    estimates: dict[str, PolicyFigure]
    lift: dict[str, Figure]
    verdict_code: str
    verdict: str
    rule: str
    thresholds: Thresholds
    intervals: dict[str, str]
    warnings: tuple[str, ...]


def evaluate_policy(
    rounds: LoggedRounds,
    target: TargetPolicy,
    *,
    thresholds: Thresholds | None = None,
    seed: int = SEED,
) -> PolicyEvaluation:
    """Estimate what a target policy would have earned.

    Parameters
    ----------
    rounds : LoggedRounds
        In the order in which they were logged; the anytime-valid interval depends on it.
    target : TargetPolicy
        One state for each round, over the items of the log.
    thresholds : Thresholds, optional
        The shipped ones by default.
    seed : int
        Of folds and resamples.

    Notes
    -----
    The click model is not fitted anew in each resample. The direct method's interval takes its sampling error
    through the influence of each round; what the model gets wrong however long the log is not in it.
    """
    limits = thresholds or load_thresholds()
    weight = weights(rounds, target)
    predicted = cross_fitted(rounds, target, seed=seed)
    of_rounds = terms_of_rounds(weight, rounds.reward, predicted, switch_weight=limits.switch_weight)
    # Whoever knows what a list could have been drew its positions together; slates need them drawn apart.
    of_lists = {} if target.support_known else terms_of_lists(rounds, weight)
    figures = intervals(
        {**of_rounds, **of_lists, **_beside(of_rounds, rounds.reward, weight)}, rounds.clusters, seed=seed
    )
    outcomes = float(rounds.reward.sum())
    overlap = measure_overlap(rounds, target, weight, figures["mean_weight"])
    largest = largest_weight(rounds, target)
    estimates = {name: PolicyFigure(**_fields(figures[name])) for name in (*of_rounds, *of_lists)}
    lift = {name: figures[f"lift {name}"] for name in _LIFTS}
    anytime = anytime_interval(rounds, weight, largest, overlap.unlogged_share)
    estimates["ips"] = estimates["ips"].model_copy(update={"anytime_ci95": anytime})
    effective = effective_rounds(weight)
    code, verdict = judge(lift["dr"], overlap, outcomes, effective, limits)
    warnings = [*rounds.notes, *target.notes, *_of_weights(overlap)]
    warnings += [_UNBOUNDED] if largest is None else []
    warnings += [_UNEVEN] if anytime is None else []
    warnings += [_OF_LISTS] if of_lists else []
    warnings += sorted({one.warning for one in (*estimates.values(), *lift.values()) if one.warning})
    return PolicyEvaluation(
        rounds=len(rounds),
        lists=None if rounds.lists is None else len(np.unique(rounds.lists)),
        items=len(rounds.items),
        positions=len(rounds.positions),
        outcomes=outcomes,
        ess=effective,
        overlap=overlap,
        logged=figures["logged"],
        estimates=estimates,
        lift=lift,
        verdict_code=code,
        verdict=verdict,
        rule=rule_text(limits),
        thresholds=limits,
        intervals=_INTERVALS,
        warnings=tuple(warnings),
    )


def _beside(terms: Mapping[str, Terms], reward: Floats, weight: Floats) -> dict[str, Terms]:
    """Terms of what is told beside the estimates, to be resampled with them."""
    one = np.ones_like(reward)
    lifts = {
        f"lift {name}": Terms(
            terms[name].numerator - reward,
            one,
            np.maximum(weight - 1.0, 0.0),
            offset=float(reward.mean()),
            bounds=(-1.0, 1.0),
        )
        for name in _LIFTS
    }
    return {
        "logged": Terms(reward, one, one),
        "mean_weight": Terms(weight, one, bounds=(0.0, np.inf)),
        **lifts,
    }


def _fields(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "ci95": figure.ci95, "warning": figure.warning}


_INTERVALS = {
    "ci95": "学生化自助法（按列表抽样，没有列表号时按条抽样）与 Fay–Feuer 区间，两侧各取较宽者；"
    "直接法和切换双稳健的区间不含点击模型本身的偏差",
    "anytime_ci95": "下注法置信序列，反复查看、随时停止都有效；只对逆倾向加权给出，要求日志按时间先后排列",
}


def _of_weights(overlap: Overlap) -> tuple[str, ...]:
    low, high = overlap.mean_weight.ci95
    expected = 1.0 - overlap.unlogged_share
    if low is None or high is None or low <= expected <= high:
        return ()
    return (
        f"平均权重 {overlap.mean_weight.value:.3f}（95% 区间 [{low:.3f}, {high:.3f}]），按理应为 "
        f"{expected:.3f}；请核对日志里的概率，或日志里少见的对象是否没有轮到",
    )
