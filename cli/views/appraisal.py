"""Appraisals in a terminal."""

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.appraisal.sheet import SIDE_NAMES
from recommender.appraisal.tables import remarks_on
from recommender.appraisal.views import AppraisalHead, AppraisalView
from recommender.exchange.report import ImportReport

_MOST = 60


def show_appraisals(console: Console, heads: tuple[AppraisalHead, ...]) -> None:
    """Print all appraisals."""
    rows = table("编号", "名称", "对象", "考评期", "已公布")
    for head in heads:
        period = f"{head.first} 至 {head.last}"
        rows.add_row(head.id, head.name, SIDE_NAMES[head.side], period, f"{head.published}/{head.units}")
    console.print(rows)


def show_appraisal(console: Console, view: AppraisalView) -> None:
    """Print an appraisal, best first."""
    draft = "（试算，未公布）" if view.draft else ""
    heading(console, f"{view.name}（{view.id}）：{SIDE_NAMES[view.side]}{view.units}家{draft}")
    rows = table(
        "名次", "单位", "得分", "等级", "状态", "评分人数", "说明", numbers=frozenset({"名次", "得分"})
    )
    for row in view.rows[:_MOST]:
        result = row.result
        rows.add_row(
            "—" if row.rank is None else str(row.rank),
            named(row.name, row.mark),
            "—" if result is None or result.total is None else str(result.total),
            (result.grade if result else None) or "—",
            row.state_name,
            str(row.scored),
            remarks_on(result),
        )
    console.print(rows)
    paragraph(console, f"· {view.sheet.source_text}；{view.notice}", hang=2, style="quiet")


def show_taken(console: Console, report: ImportReport) -> None:
    """Print what became of a score workbook."""
    console.print(
        f"新评 {report.created} 家，改评 {report.updated} 家，未变 {report.unchanged} 家，"
        f"未评 {report.skipped} 家，有误 {report.rejected} 家，冲突 {report.conflicting} 家"
    )
    for finding in report.reported[:_MOST]:
        place = f"第{finding.row}行 {finding.column or ''}" if finding.row else ""
        paragraph(console, f"· {place}：{finding.detail}", hang=2, style="bad")
    for one in report.conflicts[:_MOST]:
        text = f"· 第{one.row}行 {one.title}：库中“{one.stored}”，文件“{one.file}”"
        paragraph(console, text, hang=2, style="note")
