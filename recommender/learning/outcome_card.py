"""The card of a model that was learned from outcomes: what it is, from what, what it is worth, its limits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recommender.domain.calendar import local_day
from recommender.domain.event import load_funnel
from recommender.learning.intervals import Figure
from recommender.learning.outcome_training import OutcomeTraining
from recommender.ranking.feature_definitions import Target, load_feature_definitions
from recommender.ranking.ranking_model import RankingModel

TARGET_TITLES: Mapping[Target, str] = {
    "solution": "产品推荐",
    "lead_unit": "牵引单位推荐",
    "prospect": "潜在企业推荐",
}


def step_title(step: str) -> str:
    """Return the Chinese name of a step of the funnel."""
    found = load_funnel().find(step)
    return found.title if found else step


def said(figure: Figure, digits: int = 3) -> str:
    """Return a figure with its interval, 无 where there is none."""
    if figure.value is None:
        return "无"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f" [{low:.{digits}f}, {high:.{digits}f}]"
    return f"{figure.value:.{digits}f}{interval}"


def model_metrics(trained: Mapping[Target, OutcomeTraining]) -> dict[str, Any]:
    """Return what was measured, for ``metrics.json``."""
    return {"outcomes": {target: report.model_dump(mode="json") for target, report in trained.items()}}


def model_card(model: RankingModel, trained: Mapping[Target, OutcomeTraining], now: datetime) -> str:
    """Write the card in Markdown."""
    parts = [
        f"# 排序模型 {model.version}",
        f"{local_day(now):%Y年%m月%d日}由推荐记录及其结果学得：以专家权重 {model.weights.version} 为先验，"
        "资料越多离专家权重越远。方括号内为 95% 区间。",
        *(_section(report) for report in trained.values()),
        _LIMITS,
    ]
    return "\n\n".join(parts)


def _section(report: OutcomeTraining) -> str:
    counts = "，".join(
        f"{step_title(step)} {number} 条（另有 {report.waiting[step]} 条还不能判断）"
        for step, number in report.outcomes.items()
    )
    titles = load_feature_definitions().of(report.target)
    rows = [
        f"| {titles[name].title} | {change.expert:.3f} | {change.learned:.3f} "
        f"[{change.ci95[0]:.3f}, {change.ci95[1]:.3f}] | {'是' if change.moved else ''} |"
        for name, change in report.weights.items()
    ]
    measures = report.measures
    compared = [
        f"| {title} | {said(own.expert, 4)} | {said(own.learned, 4)} | {said(own.gain, 4)} | {own.n} |"
        for title, own in (
            ("对数似然（每条）", measures.log_likelihood),
            ("nDCG@10（每份清单）", measures.ndcg_at_10),
            ("AUC（每份清单）", measures.auc),
        )
    ]
    return "\n".join(
        [
            f"## {TARGET_TITLES[report.target]}",
            "",
            f"{report.verdict}。",
            "",
            f"- 资料：{report.enterprises} 家企业、{report.lists} 份清单、{report.lines} 条推荐；{counts}。",
            f"- 权重的不确定性因资料减少了 {report.data_share:.0%}。",
            f"- 资料指纹 {report.data_fingerprint}；先验 {report.scales_version}。",
            f"- 校准：首步实际比例减预期 {said(measures.bias, 4)}"
            + (
                f"，十组平均误差 {measures.expected_error:.4f}。"
                if measures.expected_error is not None
                else "。"
            ),
            "",
            "| 特征 | 专家占比 | 学到的占比 | 专家占比在区间外 |",
            "|---|---|---|---|",
            *rows,
            "",
            "| 在未参与训练的企业上 | 专家权重 | 学到的权重 | 差 | 个数 |",
            "|---|---|---|---|---|",
            *compared,
        ]
    )


_LIMITS = """## 不能用来做什么

- 分数只在同一份清单内比较；不是成交概率，也不是对产品或单位质量的评定。
- 从没有推荐过的产品没有记录，按其特征排序；只推荐过几次的，记录向平均收缩。
- 同等条件下的差别可能来自记录里没有的原因（如价格谈判、人员变动），不能当作因果。
- 不用任何个人信息；企业自身的成交记录不作为向单位推荐时的依据。"""
