"""One plain sentence about a target policy, by a rule whose thresholds are configuration."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from recommender.learning.intervals import Figure
from recommender.off_policy.overlap import Overlap
from recommender.settings import data_dir


class Thresholds(BaseModel):
    """What must hold before a verdict, from ``data/off_policy/verdict.json``.

    Attributes
    ----------
    min_outcomes : float
        Clicks in the log.
    min_effective_rounds : float
        Effective sample size of the weights.
    max_unlogged_share : float
        Share of the target policy on what was never logged.
    switch_weight : float
        Weight above which the switch estimate trusts the click model alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    min_outcomes: float = Field(ge=0)
    min_effective_rounds: float = Field(ge=0)
    max_unlogged_share: float = Field(ge=0, le=1)
    switch_weight: float = Field(gt=0)


@lru_cache(maxsize=1)
def load_thresholds() -> Thresholds:
    """Read the shipped thresholds once."""
    file = data_dir() / "off_policy" / "verdict.json"
    return Thresholds.model_validate_json(file.read_text(encoding="utf-8"))


def rule_text(limits: Thresholds) -> str:
    """Say the rule in Chinese."""
    return (
        f"依次判断：日志没有随机探索，不能评估；目标策略超过 {limits.max_unlogged_share:.0%} 的推荐从未出现在"
        f"日志里，不能评估；点击少于 {limits.min_outcomes:g} 次或有效样本量少于 "
        f"{limits.min_effective_rounds:g}，证据太少；否则看目标策略与日志策略之差（双稳健）的 95% 区间："
        "全在 0 以上为支持，全在 0 以下为不支持，跨 0 为看不出差别"
    )


def judge(
    lift: Figure, overlap: Overlap, outcomes: float, effective: float, limits: Thresholds
) -> tuple[str, str]:
    """Return the code and the sentence of the verdict.

    Parameters
    ----------
    lift : Figure
        Value of the target policy less that of the logging policy, doubly robust.
    outcomes : float
        Clicks in the log.
    effective : float
        Effective sample size.

    Returns
    -------
    code : str
        ``no_exploration``, ``no_overlap``, ``too_little``, ``supported``, ``not_supported`` or ``undecided``.
    sentence : str
        Chinese.
    """
    if overlap.deterministic_share >= 1.0:
        return (
            "no_exploration",
            "没有随机探索：日志里每次展示的概率都是 1，换一种排法会怎样无从得知，不能评估",
        )
    if overlap.unlogged_share > limits.max_unlogged_share:
        share = f"{overlap.unlogged_share:.1%}"
        return "no_overlap", f"不能评估：目标策略有 {share} 的推荐在日志里从未在该位置出现过"
    if outcomes < limits.min_outcomes:
        return "too_little", f"证据太少：仅 {outcomes:g} 次点击，至少要有 {limits.min_outcomes:g} 次才下结论"
    if effective < limits.min_effective_rounds:
        needed = f"至少要有 {limits.min_effective_rounds:g}"
        return "too_little", f"证据太少：有效样本量仅 {effective:.0f}，{needed} 才下结论"
    low, high = lift.ci95
    if low is None or high is None:
        return "too_little", "证据太少：得不出置信区间"
    change = f"点击率变化 {lift.value:+.4f}，95% 区间 [{low:+.4f}, {high:+.4f}]"
    if low > 0:
        return "supported", f"支持：目标策略好于日志策略，{change}"
    if high < 0:
        return "not_supported", f"不支持：目标策略差于日志策略，{change}"
    return "undecided", f"看不出差别：{change}"
