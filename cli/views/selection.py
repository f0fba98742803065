"""Selections of lead units in a terminal."""

from collections.abc import Iterable

from rich.console import Console

from cli.views.text import heading, measured, named, paragraph, table
from recommender.exchange.workbooks import shown_moment
from recommender.pool.form import FormFinding
from recommender.selection.offline import FormsTaken, ScoresTaken
from recommender.selection.result_table import stability_text
from recommender.selection.views import Applied, EntryView, SelectionView, SubIndustryView

_STYLES = {"error": "bad", "warning": "note", "suggestion": "quiet"}


def show_selection(console: Console, view: SelectionView) -> None:
    """Print a round."""
    heading(console, f"{view.name}（{view.id}）：{view.applications} 份申报，{view.experts} 位专家")
    console.print(
        f"申报截止 {shown_moment(view.apply_until)}，评分截止 {shown_moment(view.score_until)}，"
        f"任期 {view.term_from} 至 {view.term_until}",
        soft_wrap=True,
    )
    for part in view.parts:
        _show_part(console, part, view.places)
    paragraph(console, f"· {view.notice}", hang=2, style="quiet")


def _show_part(console: Console, part: SubIndustryView, places: int) -> None:
    heading(
        console,
        f"{part.name}：{part.phase_name}，在任 {len(part.in_office)}/{places}，空缺 {part.free_places}",
    )
    if part.entries:
        rows = table(
            "名次", "单位", "申报编号", "得分", "评分表", "状态", numbers=frozenset({"名次", "评分表"})
        )
        for entry in part.entries:
            scored = entry.scored
            rows.add_row(
                str(scored.rank) if scored and scored.rank else "—",
                named(entry.name, entry.mark),
                entry.key,
                measured(scored.figure, ".2f") if scored and scored.score is not None else "—",
                str(scored.sheets) if scored else "—",
                entry.state_name,
            )
        console.print(rows)
        paragraph(console, f"· {stability_text(part)}", hang=2, style="quiet")
    if part.decision is not None:
        deviation = part.decision.deviation_reason
        reason = f"{part.decision.reason}{f'；不按排名：{deviation}' if deviation else ''}"
        paragraph(console, f"· 决定理由：{reason}", hang=2)
    for seat in part.in_office:
        term = "" if seat.term_until is None else f"，任期至 {seat.term_until}"
        over = "（已届满，待办理）" if seat.term_over else ""
        console.print(named(f"· 在任 {seat.unit} {seat.name}{term}{over}", seat.mark), soft_wrap=True)
    if part.next_in_line:
        paragraph(console, f"· 可递补：{'、'.join(part.next_in_line)}", hang=2)


def show_applied(console: Console, applied: Applied) -> None:
    """Print what became of an application."""
    state = "内容相同，未改动" if applied.repeated else f"第 {applied.version} 版"
    console.print(f"{applied.application}：{state}", soft_wrap=True)
    _show(console, applied.findings)


def show_findings(console: Console, entries: Iterable[EntryView]) -> None:
    """Print what the form check found."""
    for entry in entries:
        console.print(named(f"{entry.key} {entry.name}：{entry.state_name}", entry.mark), soft_wrap=True)
        _show(console, entry.findings)


def _show(console: Console, findings: Iterable[FormFinding]) -> None:
    for finding in findings:
        paragraph(console, f"· {finding.text}", by=2, hang=2, style=_STYLES[finding.severity])


def show_forms(console: Console, taken: FormsTaken | ScoresTaken) -> None:
    """Print what became of a filled form, every wrong cell with its place."""
    if isinstance(taken, FormsTaken):
        for applied in taken.taken:
            show_applied(console, applied)
    else:
        console.print(f"评分 {len(taken.scored)} 份，回避 {len(taken.recused)} 份")
    for refused in taken.refused:
        paragraph(console, f"· {refused.application}：{refused.detail}", hang=2, style="bad")
    for fault in taken.faults:
        where = f"“{fault.sheet}”第 {fault.row} 行{f'“{fault.column}”' if fault.column else ''}"
        paragraph(console, f"· {where}：{fault.detail}", hang=2, style="bad")
