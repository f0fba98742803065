"""The board and the candidates as tables that offices print."""

from recommender.exchange.office_tables import OfficeColumn, OfficeTable, office_workbook
from recommender.learning.intervals import Figure
from recommender.outcomes.board import Board
from recommender.outcomes.service import CandidateList

_BOARD = tuple(
    OfficeColumn(name, width)
    for name, width in (
        ("目标", 24), ("目标数", 9), ("完成", 9), ("到期时完成", 11), ("期限", 12), ("按速度预测", 24),
        ("按在办预测", 24), ("计数规则", 44), ("来源", 36),
    )
)  # fmt: skip
_CANDIDATES = tuple(
    OfficeColumn(name, width)
    for name, width in (
        ("名次", 6), ("编号", 26), ("名称", 30), ("得分", 8), ("等级提升", 20), ("验收通过率", 20),
        ("满意度", 20), ("可复制", 8), ("验收通过", 9), ("在档材料", 36), ("缺少", 36), ("状态", 30),
    )
)  # fmt: skip


def board_workbook(board: Board) -> bytes:
    """Return the board as a workbook."""
    rows = [
        [
            line.title, line.goal, line.value, line.at_due, line.due_on,
            _told(line.pace.total if line.pace else None, ".0f"),
            _told(line.pipeline.total if line.pipeline else None, ".0f"),
            line.counting, line.source,
        ]
        for line in board.targets
    ]  # fmt: skip
    remark = f"截至 {board.today}；{board.notice}"
    return office_workbook([OfficeTable("目标进展", "试点目标进展表", _BOARD, rows, remark, unit="")])


def candidates_workbook(found: CandidateList) -> bytes:
    """Return candidates with their evidence sheets as a workbook."""
    rows = [
        [
            one.rank, one.id, f"{one.name}（{one.mark}）" if one.mark else one.name, one.score,
            _told(one.figures["level_gain"], ".2f"), _told(one.figures["acceptance"], ".2f"),
            _told(one.figures["satisfaction"], ".2f"), one.figures["replicability"].value,
            one.accepted, "、".join(one.documents), "；".join(one.missing),
            "已选定" if one.chosen else one.blocked or ("建议" if one.proposed else ""),
        ]
        for one in found.items
    ]  # fmt: skip
    title = f"{found.title}候选表"
    return office_workbook([OfficeTable(found.title, title, _CANDIDATES, rows, found.notice, unit="")])


def _told(figure: Figure | None, form: str) -> str:
    if figure is None or figure.value is None:
        return "—"
    low, high = figure.ci95
    return f"{figure.value:{form}}" + (f" [{low:{form}}, {high:{form}}]" if low is not None else "")
