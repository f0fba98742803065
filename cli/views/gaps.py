"""Pool gaps on the screen: by scenario, then what to call for."""

from rich.console import Console

from cli.views.text import heading, paragraph, table
from recommender.gaps import PoolGaps
from recommender.gaps.report import by_scenario

_CALLS = 15


def show_gaps(console: Console, report: PoolGaps) -> None:
    """Print how many enterprises find no product, by scenario, and the cells to call for."""
    heading(console, "资源池缺口")
    lacking = f"其中 {report.without_any} 家至少有一个要提升的场景找不到可选产品"
    paragraph(console, f"{report.enterprises} 家企业还没到目标等级，{lacking}")
    rows = table("场景", "需要的企业", "找不到的", numbers=frozenset({"需要的企业", "找不到的"}))
    for name, (needing, without) in by_scenario(report.cells).items():
        rows.add_row(name, str(needing), str(without))
    console.print(rows)
    heading(console, "建议征集")
    for cell in report.calls[:_CALLS]:
        paragraph(console, f"· {cell.called_for}", hang=2)
    if len(report.calls) > _CALLS:
        paragraph(console, f"另有 {len(report.calls) - _CALLS} 项，用 --json 查看全部", style="quiet")
    if not report.calls:
        paragraph(console, "没有需要征集的缺口")
