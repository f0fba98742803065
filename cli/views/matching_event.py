"""A matching event: its schedule, how it was found, who was left out, and what became of reported results."""

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.domain.meeting_schedule import INTEREST_NAMES, MeetingSchedule
from recommender.meeting.registrations import RegistrationsReport
from recommender.meeting.service import ResultsReport

_MOST_ROWS = 60


def show_schedule(console: Console, schedule: MeetingSchedule) -> None:
    """Print a schedule by slot."""
    heading(console, "会面安排" if schedule.version else "会面安排（试排，未保存）")
    rows = table("场次", "时间", "桌号", "单位", "企业", "依据", numbers=frozenset({"场次", "桌号"}))
    for meeting in schedule.meetings[:_MOST_ROWS]:
        rows.add_row(
            str(meeting.slot),
            f"{meeting.starts_at:%H:%M}–{meeting.ends_at:%H:%M}",
            str(meeting.table),
            named(meeting.party_name, meeting.party_mark),
            named(meeting.enterprise_name, meeting.enterprise_mark),
            INTEREST_NAMES[meeting.interest],
        )
    console.print(rows)
    if (rest := len(schedule.meetings) - _MOST_ROWS) > 0:
        console.print(f"……另有 {rest} 次会面，导出后可看全部", style="quiet")
    heading(console, "各桌")
    uses = table(
        "桌号", "单位", "可用场次", "会面", "占比", numbers=frozenset({"桌号", "可用场次", "会面", "占比"})
    )
    for use in schedule.tables:
        share = "—" if use.share is None else f"{use.share:.1%}"
        uses.add_row(
            str(use.table),
            named(use.party_name, use.party_mark),
            str(use.open_slots),
            str(use.meetings),
            share,
        )
    console.print(uses)
    for one in schedule.unplaced:
        paragraph(console, f"未排上：{one.name}——{one.text}", hang=2, style="note")
    heading(console, "求解")
    for stage in schedule.solved.stages:
        proof = "已证明最优" if stage.optimal else "时间用尽，未证明最优"
        paragraph(console, f"· {stage.text}：{stage.value:g}（{proof}）", hang=2)
    for note in schedule.notes:
        paragraph(console, f"· {note}", hang=2, style="quiet")


def show_registrations(console: Console, report: RegistrationsReport) -> None:
    """Print what became of registrations."""
    heading(console, f"导入报名{'（试运行，未保存）' if report.dry_run else ''}")
    console.print(f"{report.rows} 行：新增 {report.added}，更新 {report.updated}，未变 {report.unchanged}")
    for note in report.rejected:
        paragraph(console, f"第{note.row}行：{note.detail}", hang=2, style="bad")


def show_results(console: Console, report: ResultsReport) -> None:
    """Print what became of reported results."""
    heading(console, "会面结果")
    console.print(f"{report.rows} 行有结果；新记事件 {report.inserted} 条，已有 {report.duplicates} 条")
    for note in report.rejected:
        paragraph(console, f"第{note.row}行：{note.detail}", hang=2, style="bad")
