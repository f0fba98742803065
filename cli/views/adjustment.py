"""Measured effects and decisions in a terminal."""

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.adjustment.rules import ACTION_NAMES, SIDE_NAMES, load_adjustment_rules
from recommender.adjustment.service import Adjustments, Line
from recommender.adjustment.workbook import measure_text

_MOST = 60


def show_list(console: Console, found: Adjustments) -> None:
    """Print a side."""
    heading(console, f"{SIDE_NAMES[found.side]}的实效与调整建议：{len(found.items)} 个")
    rows = table("编号", "名称", "已有结果", "验收通过率", "建议", "生效", numbers=frozenset({"已有结果"}))
    for line in found.items[:_MOST]:
        rows.add_row(
            line.id,
            named(line.name, line.mark),
            str(line.effect.decided) if line.effect else "0",
            measure_text(line, "acceptance"),
            ACTION_NAMES[line.proposal.action] if line.proposal else "",
            ACTION_NAMES[line.decision.action] if line.decision and line.in_force else "",
        )
    console.print(rows)
    paragraph(console, f"· {found.note}", hang=2, style="quiet")


def show_line(console: Console, line: Line) -> None:
    """Print one party."""
    heading(console, f"{SIDE_NAMES[line.side]} {named(line.name, line.mark)}（{line.id}）")
    if line.effect is None:
        paragraph(console, "还没有项目")
    else:
        paragraph(console, f"项目 {line.effect.projects} 个，已有结果 {line.effect.decided} 个")
        for one in load_adjustment_rules().measures:
            paragraph(console, f"{one.title}：{measure_text(line, one.code)}", hang=2)
    if line.proposal is not None:
        paragraph(console, f"建议{ACTION_NAMES[line.proposal.action]}：", style="note")
        for ground in line.proposal.grounds:
            paragraph(console, f"· {ground.text}", hang=2)
        paragraph(console, line.proposal.would_change, hang=2, style="quiet")
    if line.decision is not None:
        told = line.decision
        state = "生效中" if line.in_force else "不再生效"
        paragraph(console, f"{told.on} {told.by} 决定{ACTION_NAMES[told.action]}（{state}）：{told.reason}")
        if told.appeal_open:
            paragraph(console, f"申诉待决定：{told.appeal_reason}", style="note")
