"""The tables of a round: the city's total, and a summary for each district."""

from recommender.exchange.office_tables import Cell, OfficeColumn, OfficeTable, office_workbook
from recommender.policy.sourced import NOTICE
from recommender.subsidy_round.views import DistrictSum, RoundRow, RoundView

_CITY = (
    OfficeColumn("序号", 6),
    OfficeColumn("区", 10),
    OfficeColumn("项目数", 9, total=True),
    OfficeColumn("企业数", 9, total=True),
    OfficeColumn("待审核", 9, total=True),
    OfficeColumn("审核通过", 10, total=True),
    OfficeColumn("退回", 8, total=True),
    OfficeColumn("不予奖补", 10, total=True),
    OfficeColumn("核定投入", 16, money=True, total=True),
    OfficeColumn("奖补金额", 16, money=True, total=True),
)
_DISTRICT = (
    OfficeColumn("序号", 6),
    OfficeColumn("企业名称", 30),
    OfficeColumn("统一社会信用代码", 22),
    OfficeColumn("项目编号", 14),
    OfficeColumn("牵引单位或服务商", 26),
    OfficeColumn("合同金额", 14, money=True, total=True),
    OfficeColumn("不含税发票", 14, money=True, total=True),
    OfficeColumn("实际付款", 14, money=True, total=True),
    OfficeColumn("核定投入", 14, money=True, total=True),
    OfficeColumn("改造前等级", 9),
    OfficeColumn("改造后等级", 9),
    OfficeColumn("计入金额", 14, money=True, total=True),
    OfficeColumn("状态", 16),
    OfficeColumn("说明", 30),
)


def round_workbook(view: RoundView) -> bytes:
    """Return the workbook of a round; returned and refused projects are listed with no amount."""
    remark = f"验收日期 {view.accepted_from} 至 {view.accepted_until}；{NOTICE}"
    city = OfficeTable(
        sheet="全市汇总",
        title=f"{view.name}奖补资金汇总表",
        columns=_CITY,
        rows=[_city_row(number, line) for number, line in enumerate(view.districts, start=1)],
        remark=remark,
    )
    sheets = [
        OfficeTable(
            sheet=line.district_name[:31],
            title=f"{view.name}{line.district_name}奖补资金明细表",
            columns=_DISTRICT,
            rows=[
                _project_row(number, row)
                for number, row in enumerate(
                    (row for row in view.rows if row.district == line.district), start=1
                )
            ],
            remark=remark,
        )
        for line in view.districts
    ]
    return office_workbook([city, *sheets])


def _city_row(number: int, line: DistrictSum) -> list[Cell]:
    return [
        number,
        line.district_name,
        line.projects,
        line.enterprises,
        line.waiting,
        line.passed,
        line.returned,
        line.refused,
        line.approved_yuan,
        line.amount_yuan,
    ]


def _project_row(number: int, row: RoundRow) -> list[Cell]:
    counts = row.state in {"collected", "passed", "paid"}
    marked = row.mark and row.mark not in row.enterprise_name
    return [
        number,
        f"{row.enterprise_name}（{row.mark}）" if marked else row.enterprise_name,
        row.enterprise,
        row.project or "",
        row.partner_name,
        row.contract_yuan,
        row.invoice_yuan,
        row.paid_yuan,
        row.approved_yuan,
        row.level_before,
        row.level_after,
        row.amount_yuan if counts else None,
        row.state_name,
        row.reason or row.note or "",
    ]
