"""The closing report as a page to print, a Word document and a workbook."""

from recommender.closing.report import ClosingReport
from recommender.closing.wording import parts, summary
from recommender.domain.record import SYNTHETIC_MARK
from recommender.exchange.office_tables import OfficeColumn, OfficeTable, office_workbook
from recommender.letters.writing import Letter
from recommender.report.standalone import StandalonePage

PAGE = StandalonePage("recommender.closing", "closing.html.j2", "closing.css")
TITLE = "中小企业数字化转型城市试点结题报告"


def closing_page(report: ClosingReport) -> str:
    """Return the report as HTML; send it with ``PAGE.policy()``."""
    mark = SYNTHETIC_MARK if report.synthetic else None
    return PAGE.render(title=TITLE, report=report, summary=summary(report), parts=parts(report), mark=mark)


def closing_document(report: ClosingReport) -> bytes:
    """Return the report as a Word document."""
    letter = Letter(TITLE, SYNTHETIC_MARK if report.synthetic else None)
    letter.paragraph(f"截至 {report.today}")
    letter.points(summary(report))
    for part in parts(report):
        letter.heading(part.title)
        if part.rows:
            letter.table(part.columns, part.rows)
        else:
            letter.paragraph("没有记录。")
        if part.note:
            letter.paragraph(part.note)
    return letter.signed(report.as_of)


def closing_workbook(report: ClosingReport) -> bytes:
    """Return the tables as a workbook, one sheet each."""
    remark = f"截至 {report.today}" + (f"；{SYNTHETIC_MARK}，不是真实数据" if report.synthetic else "")
    tables = [
        OfficeTable(
            part.title,
            f"{TITLE}：{part.title}",
            tuple(OfficeColumn(name, 16) for name in part.columns),
            [list(row) for row in part.rows],
            f"{remark}；{part.note}" if part.note else remark,
            unit="",
        )
        for part in parts(report)
    ]
    return office_workbook(tables)
