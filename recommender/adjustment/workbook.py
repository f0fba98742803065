"""The list of a side as an office reads it."""

from recommender.adjustment.proposals import told
from recommender.adjustment.rules import ACTION_NAMES, MEASURE_NAMES, SIDE_NAMES, MeasureCode
from recommender.adjustment.service import Adjustments, Line
from recommender.exchange.office_tables import Cell, OfficeColumn, OfficeTable, office_workbook

_FIXED = (
    OfficeColumn("编号", 18),
    OfficeColumn("名称", 28),
    OfficeColumn("项目", 8),
    OfficeColumn("已有结果", 10),
)
_LAST = (OfficeColumn("建议", 10), OfficeColumn("依据", 60), OfficeColumn("生效的决定", 40))


def adjustments_workbook(found: Adjustments) -> bytes:
    """Return every party with its measures, what is proposed and what is decided."""
    columns = (*_FIXED, *(OfficeColumn(name, 22) for name in MEASURE_NAMES.values()), *_LAST)
    title = f"{SIDE_NAMES[found.side]}实效与调整建议表"
    rows = [_row(line) for line in found.items]
    return office_workbook([OfficeTable(SIDE_NAMES[found.side], title, columns, rows, found.note, unit="")])


def _row(line: Line) -> list[Cell]:
    effect, proposal, decision = line.effect, line.proposal, line.decision
    decided = f"{ACTION_NAMES[decision.action]}（{decision.on}，{decision.reason}）" if decision else ""
    return [
        line.id,
        f"{line.name}（{line.mark}）" if line.mark else line.name,
        effect.projects if effect else 0,
        effect.settled if effect else 0,
        *(measure_text(line, code) for code in MEASURE_NAMES),
        ACTION_NAMES[proposal.action] if proposal else "",
        "；".join(ground.text for ground in proposal.grounds) if proposal else "",
        decided if line.in_force else "",
    ]


def measure_text(line: Line, code: MeasureCode) -> str:
    """Return a measure with its interval and number of projects; a dash where nothing is known."""
    measure = line.effect.measures.get(code) if line.effect else None
    if measure is None or measure.figure.value is None:
        return "—"
    low, high = measure.figure.ci95
    span = "" if low is None or high is None else f" [{told(code, low)}, {told(code, high)}]"
    return f"{told(code, measure.figure.value)}{span}（{measure.n} 个项目）"
