"""A proposal for a batch: what it reaches, who goes where, who is left, which limits gave way."""

from rich.console import Console
from rich.text import Text

from cli.streams import harmless
from cli.views.text import heading, paragraph, table
from recommender.assignment.answer import Assignment

_MOST_PAIRS = 40
_MOST_LEFT = 20


def show_assignment(console: Console, made: Assignment) -> None:
    """Print an assignment as it was answered."""
    heading(console, "撮合建议（试算）" if made.dry_run else "撮合建议（已提交）")
    totals = made.totals
    paragraph(
        console,
        f"{totals.enterprises} 家企业、{totals.units} 家单位：安排 {totals.assigned} 家"
        f"（其中已定 {totals.fixed} 家），预期撮合 {totals.expected_matches:.2f} 家，"
        f"最大单家份额 {totals.largest_share:.1%}",
        style="good",
    )
    paragraph(console, f"{made.objective_text}；{made.status_text}。编号 {made.assignment_id}", style="quiet")
    for limit in made.relaxations:
        paragraph(console, f"! {harmless(limit.text)}", hang=2, style="note")
    if made.difference is not None:
        paragraph(console, made.difference.text)
    _pairs(console, made)
    _units(console, made)
    _left(console, made)
    console.print()
    for note in made.notes:
        paragraph(console, f"· {note}", hang=2, style="quiet")


def _pairs(console: Console, made: Assignment) -> None:
    if not made.pairs:
        return
    heading(console, "企业与单位")
    rows = table("企业", "牵引单位", "概率", "理由", numbers=frozenset({"概率"}))
    for pair in made.pairs[:_MOST_PAIRS]:
        chance = "已定" if pair.p_match is None else f"{pair.p_match:.3f}"
        reason = pair.reasons[0].text if pair.reasons else ""
        rows.add_row(
            Text(harmless(pair.enterprise_name)),
            Text(harmless(pair.unit_name)),
            chance,
            Text(harmless(reason), style="quiet"),
        )
    console.print(rows)
    if len(made.pairs) > _MOST_PAIRS:
        paragraph(console, f"另有 {len(made.pairs) - _MOST_PAIRS} 家，用 --out 导出全部", style="quiet")


def _units(console: Console, made: Assignment) -> None:
    heading(console, "各单位")
    rows = table(
        "单位", "安排", "名额", "份额", "为什么没有更多", numbers=frozenset({"安排", "名额", "份额"})
    )
    for unit in made.units:
        rows.add_row(
            Text(harmless(unit.name)),
            str(unit.assigned),
            str(unit.max),
            f"{unit.share:.1%}",
            Text(unit.reason, style="quiet"),
        )
    console.print(rows)


def _left(console: Console, made: Assignment) -> None:
    if made.unassigned:
        heading(console, "未安排的企业")
    for one in made.unassigned[:_MOST_LEFT]:
        help_ = f"。可以：{one.would_help}" if one.would_help else ""
        paragraph(console, f"· {harmless(one.name)}：{harmless(one.reason + help_)}", hang=2)
    if len(made.unassigned) > _MOST_LEFT:
        paragraph(console, f"另有 {len(made.unassigned) - _MOST_LEFT} 家，用 --out 导出全部", style="quiet")
    if made.left_out:
        paragraph(console, f"{len(made.left_out)} 家企业未同意展示，不参加", style="quiet")
