"""An off-policy evaluation: the verdict first, then the estimates, then how far the log carries."""

from rich.console import Console

from cli.views.text import heading, paragraph, table
from recommender.learning.intervals import Figure
from recommender.off_policy import PolicyEvaluation
from recommender.off_policy.estimators import NAMES


def show_policy(console: Console, report: PolicyEvaluation) -> None:
    """Print an evaluation."""
    heading(console, "离线策略评估")
    paragraph(console, report.verdict, style="name")
    paragraph(
        console,
        f"日志 {report.rounds} 条，点击 {report.outcomes:g} 次，对象 {report.items} 个，位置 "
        f"{report.positions} 个；日志策略每次展示的点击率 {_shown(report.logged)}",
    )
    heading(console, "目标策略每次展示的点击率")
    rows = table("估计方法", "估计值", "95% 区间", numbers=frozenset({"估计值", "95% 区间"}))
    for name, figure in report.estimates.items():
        rows.add_row(f"{NAMES.get(name, name)} {name}", _value(figure.value), _interval(figure.ci95))
    console.print(rows)
    anytime = report.estimates["ips"].anytime_ci95
    if anytime is not None:
        paragraph(console, f"随时有效区间（逆倾向加权）{_interval(anytime)}")
    heading(console, "日志够不够用")
    overlap, quantiles = report.overlap, report.overlap.weight_quantiles
    for line in (
        f"有效样本量 {report.ess:.0f}（日志 {report.rounds} 条）",
        f"目标策略落在日志从未出现过的组合上的份额 {overlap.unlogged_share:.1%}",
        f"权重：中位数 {quantiles['p50']:.2f}，99% 分位 {quantiles['p99']:.2f}，"
        f"最大 {overlap.max_weight:.2f}；平均 {_shown(overlap.mean_weight)}",
        f"最小的展示概率 {overlap.min_propensity:g}",
    ):
        paragraph(console, f"· {line}", hang=2)
    for warning in report.warnings:
        paragraph(console, f"! {warning}", hang=2, style="note")
    paragraph(console, f"判断规则：{report.rule}。区间：{report.intervals['ci95']}。", style="quiet")


def _shown(figure: Figure) -> str:
    return f"{_value(figure.value)} {_interval(figure.ci95)}"


def _value(value: float | None) -> str:
    return "—" if value is None else f"{value:.5f}"


def _interval(bounds: tuple[float | None, float | None]) -> str:
    low, high = bounds
    return "—" if low is None or high is None else f"[{low:.5f}, {high:.5f}]"
