"""What was learned from outcomes: how much there was, which weights moved, what that is worth."""

from rich.console import Console

from cli.views.text import heading, paragraph, table
from recommender.learning.outcome_card import TARGET_TITLES, said, step_title
from recommender.learning.outcome_training import OutcomeTraining
from recommender.ranking.feature_definitions import load_feature_definitions


def show_outcome_training(console: Console, report: OutcomeTraining) -> None:
    """Print what was learned for one ranking."""
    heading(console, f"{TARGET_TITLES[report.target]}：由结果学习")
    counts = "，".join(
        f"{step_title(step)} {number}（{report.waiting[step]} 条还不能判断）"
        for step, number in report.outcomes.items()
    )
    paragraph(console, f"{report.enterprises} 家企业、{report.lists} 份清单、{report.lines} 条推荐；{counts}")
    titles = load_feature_definitions().of(report.target)
    shares = table("特征", "专家", "学到", "95% 区间", "", numbers=frozenset({"专家", "学到", "95% 区间"}))
    for name, change in report.weights.items():
        low, high = change.ci95
        shares.add_row(
            titles[name].title,
            f"{change.expert:.3f}",
            f"{change.learned:.3f}",
            f"{low:.3f}–{high:.3f}",
            "变了" if change.moved else "",
        )
    console.print(shares)
    measures = report.measures
    worth = table("未参与训练的企业上", "专家", "学到", "差", "个数", numbers=frozenset({"个数"}))
    for title, own in (
        ("nDCG@10", measures.ndcg_at_10),
        ("AUC", measures.auc),
        ("对数似然", measures.log_likelihood),
    ):
        worth.add_row(title, said(own.expert), said(own.learned), said(own.gain, 4), str(own.n))
    console.print(worth)
    paragraph(console, f"校准：首步实际比例减预期 {said(measures.bias, 4)}")
    paragraph(console, f"{report.verdict}。", style="bold")
