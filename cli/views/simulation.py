"""Policies on simulated worlds: regret with its interval, and what each gains on the baseline."""

from rich.console import Console

from cli.views.text import heading, measured, paragraph, table
from recommender.learning.intervals import Figure
from recommender.simulation import Comparison

_NAMES = {
    "expert": "专家权重，不学习",
    "greedy_decided": "贪心，只用有定论的",
    "greedy_not_yet_is_no": "贪心，未签约算不签",
    "learner": "本系统",
    "learner_exploring": "本系统，加探索",
}
_STEPS = {"contact": "联系", "contract": "签约", "accepted": "验收通过"}


def show_simulation(console: Console, report: Comparison) -> None:
    """Print a comparison."""
    heading(console, f"{report.mark}：{len(report.seeds)} 个世界，各 {report.settings.lists} 份推荐清单")
    step = _STEPS[report.step]
    columns = ("后悔值", "后半段", "与不学习之差", f"{step}次数")
    rows = table("排法", *columns, numbers=frozenset(columns))
    for name, result in report.policies.items():
        apart = result.against.get(report.baseline)
        figures = (result.regret, result.late_regret, apart, result.successes)
        rows.add_row(
            _NAMES.get(name, name), *(measured(figure, ".1f") if figure else "" for figure in figures)
        )
    console.print(rows)
    paragraph(
        console,
        f"后悔值：一个世界里全部清单比最好的排法少得到的预期{step}次数（最好的排法为 "
        f"{_plain(report.best)}），越低越好；“后半段”只算后一半清单；括号内为各世界平均值的 95% 置信区间。",
        style="quiet",
    )
    paragraph(
        console, "企业的偏好、习惯和时滞全部为虚构，只说明学习方法是否可靠，不代表真实效果。", style="note"
    )


def _plain(figure: Figure) -> str:
    return "—" if figure.value is None else f"{figure.value:.1f}"
