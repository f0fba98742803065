"""The list of a side as an office reads it."""

from recommender.adjustment.proposals import told
from recommender.adjustment.rules import ACTION_NAMES, SIDE_NAMES, MeasureCode, load_adjustment_rules
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
    columns = (*_FIXED, *(OfficeColumn(one.title, 22) for one in load_adjustment_rules().measures), *_LAST)
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
        effect.decided if effect else 0,
        *(measure_text(line, one.code) for one in load_adjustment_rules().measures),
        ACTION_NAMES[proposal.action] if proposal else "",
        "；".join(ground.text for ground in proposal.grounds) if proposal else "",
        decided if line.in_force else "",
    ]


def measure_text(line: Line, code: MeasureCode) -> str:
    """Return a measure with its interval and number of projects; a dash where nothing is known."""
    measure = line.effect.measures.get(code) if line.effect else None
    if measure is None or measure.raw is None:
        return "—"
    span = "" if measure.ci95 is None else " [{}, {}]".format(*(told(code, end) for end in measure.ci95))
    value = measure.raw if measure.shrunk is None else measure.shrunk
    return f"{told(code, value)}{span}（{measure.n} 个项目）"
