"""The result of a round as tables that offices sign: a ranking and the means of the items by sub-industry."""

from recommender.exchange.office_tables import Cell, OfficeColumn, OfficeTable, office_workbook
from recommender.policy.sourced import NOTICE
from recommender.selection.rules import load_selection_rules
from recommender.selection.views import EntryView, SelectionView, SubIndustryView

RANKING = (
    OfficeColumn("名次", 6),
    OfficeColumn("单位名称", 30),
    OfficeColumn("申报编号", 30),
    OfficeColumn("牵引模式", 12),
    OfficeColumn("有效评分表", 10),
    OfficeColumn("得分", 9, money=True),
    OfficeColumn("95%区间", 16),
    OfficeColumn("专家标准差", 10, money=True),
    OfficeColumn("进前几名的比例", 12),
    OfficeColumn("结果", 10),
    OfficeColumn("说明", 40),
)


def result_workbook(view: SelectionView) -> bytes:
    """Return the workbook of a round: for each sub-industry a ranking and a table of items."""
    tables = []
    for part in view.parts:
        tables.append(
            OfficeTable(
                sheet=part.name[:31],
                title=f"{view.name}{part.name}牵引单位遴选结果",
                columns=RANKING,
                rows=[ranking_row(entry) for entry in part.entries],
                remark=f"{part.phase_name}；{stability_text(part)}；{NOTICE}",
                unit="分",
            )
        )
        tables.append(_items(view, part))
    return office_workbook(tables)


def ranking_row(entry: EntryView) -> list[Cell]:
    """Return the line of an application in the ranking."""
    scored = entry.scored
    low, high = scored.figure.ci95 if scored else (None, None)
    share = scored.in_top_share if scored else None
    return [
        scored.rank if scored else None,
        marked_name(entry),
        entry.key,
        entry.mode_name,
        scored.sheets if scored else None,
        scored.score if scored else None,
        "" if low is None or high is None else f"{low:.2f}～{high:.2f}",
        scored.deviation if scored else None,
        "" if share is None else f"{share:.0%}",
        entry.state_name,
        "；".join(_remarks(entry)),
    ]


def marked_name(entry: EntryView) -> str:
    """Return the name of a unit, with the mark of a made-up one."""
    marked = entry.mark and entry.mark not in entry.name
    return f"{entry.name}（{entry.mark}）" if marked else entry.name


def stability_text(part: SubIndustryView) -> str:
    """Say in Chinese how firm the first places of a ranking are."""
    found = part.stability
    if found.share is None or found.new_panel_share is None:
        return f"名次稳定性：{found.note}"
    return (
        f"名次稳定性：对 {found.experts} 位专家重复抽样 {found.draws} 次，"
        f"前 {found.places} 名相同的占 {found.share:.0%}；换一批同样多的专家约 {found.new_panel_share:.0%}"
    )


def _remarks(entry: EntryView) -> list[str]:
    tied = entry.scored.tied_with if entry.scored else ()
    told = [f"与 {'、'.join(tied)} 并列"] if tied else []
    return told + list(entry.hindrances)


def _items(view: SelectionView, part: SubIndustryView) -> OfficeTable:
    items = load_selection_rules().items
    columns = [OfficeColumn("单位名称", 30)]
    for item in items.values():
        columns += [
            OfficeColumn(f"{item.name}（{item.points}分）平均", 12, money=True),
            OfficeColumn("标准差", 8, money=True),
        ]
    rows: list[list[Cell]] = []
    for entry in part.entries:
        told = {item.code: item for item in entry.scored.items} if entry.scored else {}
        row: list[Cell] = [marked_name(entry)]
        for code in items:
            row += [told[code].mean, told[code].deviation] if code in told else [None, None]
        rows.append(row)
    return OfficeTable(
        sheet=f"{part.name[:26]}分项",
        title=f"{view.name}{part.name}分项得分",
        columns=tuple(columns),
        rows=rows,
        remark="去掉最高和最低总分后的平均分和专家间标准差",
        unit="分",
    )
