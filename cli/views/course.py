"""The case file, the worklist, and what a move led to."""

from collections.abc import Iterable

from rich.console import Console

from cli.streams import harmless
from cli.views.text import heading, named, paragraph, table
from recommender.course.case_file import CaseFile
from recommender.course.moving import Moved
from recommender.course.parts import case_parts, cell_text
from recommender.course.service import Worklist
from recommender.course.standing import Standing
from recommender.domain.calendar import SHANGHAI

#: What is too wide or too long for a terminal stands in the exports.
_NOT_SHOWN = frozenset({"standings", "scenarios", "evidence"})
_MOST_LINES = 50


def show_case_file(console: Console, file: CaseFile) -> None:
    """Print a case file."""
    console.print(
        named(file.name, file.mark), f"一企一档，截至 {file.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    )
    _standings(console, file.standings)
    for part in case_parts(file):
        if part.key in _NOT_SHOWN:
            continue
        heading(console, part.title)
        if part.note:
            paragraph(console, part.note, style="quiet")
        if not part.rows:
            console.print(part.empty, style="quiet")
            continue
        rows = table(*part.columns)
        for row in part.rows:
            rows.add_row(*(harmless(cell_text(cell)) for cell in row))
        console.print(rows)


def show_worklist(console: Console, found: Worklist) -> None:
    """Print the counts by stage and the first lines."""
    counts = table("阶段", "在办", "逾期", numbers=frozenset({"在办", "逾期"}))
    for count in found.counts:
        counts.add_row(count.name, str(count.standing), str(count.overdue))
    console.print(counts)
    rows = table(
        "企业", "项目", "单位", "阶段", "状态", "天数", "逾期", "还缺", numbers=frozenset({"天数", "逾期"})
    )
    for entry in found.entries[:_MOST_LINES]:
        told = entry.standing
        rows.add_row(
            named(entry.name, entry.mark),
            harmless(told.project or "—"),
            harmless(entry.partner_name or "—"),
            told.stage_name,
            told.state_name,
            str(told.days),
            str(told.overdue_days or "—"),
            harmless("、".join(one.title for one in told.missing) or "—"),
        )
    console.print(rows)
    if len(found.entries) > _MOST_LINES:
        more = len(found.entries) - _MOST_LINES
        console.print(f"另有 {more} 条未列出，可用 --xlsx 或 --json 取全部。", style="quiet")


def show_moved(console: Console, moved: Moved) -> None:
    """Print where things stand after a move."""
    done = "已办理" if moved.inserted else "此前已办理过，未重复记录"
    console.print(f"{done}，事件编号 {moved.event_id}" + (f"，项目 {moved.project}" if moved.project else ""))
    _standings(console, moved.standings)


def _standings(console: Console, standings: Iterable[Standing]) -> None:
    for one in standings:
        late = f"，逾期 {one.overdue_days} 天" if one.overdue else ""
        project = f"{one.project}：" if one.project else ""
        text = f"{project}{one.stage_name}，{one.state_name}，已 {one.days} 天{late}。下一步：{one.next}"
        paragraph(console, text, style="bad" if one.overdue else "")
        if one.missing:
            paragraph(console, f"还缺：{'；'.join(missing.text for missing in one.missing)}", by=2)
