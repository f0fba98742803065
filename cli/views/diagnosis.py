"""A diagnosis: level, points of each dimension, the gap to every higher level."""

from rich.console import Console
from rich.text import Text

from cli.views.text import heading, named, paragraph, table
from recommender.diagnosis import DiagnosisResult, Gap
from recommender.domain import Diagnosis, Enterprise

_MOST_SCENARIOS = 8
_MOST_OPENINGS = 3


def show_diagnosis(
    console: Console,
    enterprise: Enterprise,
    diagnosis: Diagnosis,
    result: DiagnosisResult,
    gaps: tuple[Gap, ...],
) -> None:
    """Print what a diagnosis is worth."""
    heading(console, "诊断结果")
    console.print(named(enterprise.name, enterprise.face_mark))
    console.print(
        f"{enterprise.uscc} · {diagnosis.assessed_on} 评测 · {result.edition} 版评测指标", style="quiet"
    )
    level = Text("数字化水平：").append(result.level_name, style="good bold")
    level.append(f"（{result.total} 分）").append("，为下限" if result.level_is_lower_bound else "")
    console.print(level)
    if result.note:
        paragraph(console, result.note, style="note")
    console.print()
    points = table("维度", "得分", "满分", numbers=frozenset({"得分", "满分"}))
    for dimension in result.dimensions:
        points.add_row(dimension.name, str(dimension.points), str(dimension.max_points))
    console.print(points)
    show_gaps(console, gaps)


def show_gaps(console: Console, gaps: tuple[Gap, ...]) -> None:
    """Print the gap to each higher level, and what the nearest one consists of."""
    if not gaps:
        console.print("已是最高等级。", style="good")
        return
    heading(console, "与更高等级的差距")
    rows = table(
        "等级",
        "还差分数",
        "还差场景",
        "其中约束性",
        numbers=frozenset({"还差分数", "还差场景", "其中约束性"}),
    )
    for gap in gaps:
        rows.add_row(gap.name, str(gap.points_short), str(gap.scenarios_short), str(gap.required_short))
    console.print(rows)
    nearest = gaps[0]
    below = [f"{entry.name}{'★' if entry.required else ''}" for entry in nearest.scenarios_below]
    if below and nearest.scenarios_to_raise:
        more = f" 等 {len(below)} 个" if len(below) > _MOST_SCENARIOS else ""
        paragraph(
            console, f"未到{nearest.name}的场景（★约束性）：{'、'.join(below[:_MOST_SCENARIOS])}{more}", by=2
        )
    for opening in nearest.openings[:_MOST_OPENINGS]:
        paragraph(
            console, f"可加 {opening.adds} 分：{opening.item_name}——{opening.text}", by=2, style="quiet"
        )
    console.print("评测口径以官方通知为准。", style="quiet")
