"""A proposal as an Excel workbook: pairs, units, and who got nobody."""

from recommender.assignment.answer import AssignedPair, Assignment
from recommender.exchange.workbooks import Sheet, SheetColumn, book_bytes

Cell = str | int | float | None

_PAIRS = (
    SheetColumn("企业", 28),
    SheetColumn("统一社会信用代码", 22),
    SheetColumn("牵引单位", 28),
    SheetColumn("单位编号", 14),
    SheetColumn("性质", 10),
    SheetColumn("撮合概率", 10),
    SheetColumn("企业看单位", 11),
    SheetColumn("单位看企业", 11),
    SheetColumn("单位在企业心中第几", 16),
    SheetColumn("企业在单位心中第几", 16),
    SheetColumn("适合企业的理由", 50),
    SheetColumn("适合单位的理由", 50),
    SheetColumn("标记", 12),
)
_UNITS = (
    SheetColumn("牵引单位", 28),
    SheetColumn("单位编号", 14),
    SheetColumn("安排家数", 10),
    SheetColumn("其中已定", 10),
    SheetColumn("最低", 8),
    SheetColumn("最高", 8),
    SheetColumn("占比", 8),
    SheetColumn("预期撮合", 10),
    SheetColumn("更想来的企业", 12),
    SheetColumn("为什么没有更多", 50),
    SheetColumn("标记", 12),
)
_REST = (
    SheetColumn("企业", 28),
    SheetColumn("统一社会信用代码", 22),
    SheetColumn("原因", 60),
    SheetColumn("怎样可以安排", 50),
)


def assignment_workbook(answer: Assignment) -> bytes:
    """Return the workbook of a proposal."""
    units = [
        (
            u.name,
            u.id,
            u.assigned,
            u.fixed,
            u.min,
            u.max,
            u.share,
            u.expected_matches,
            u.wanted,
            u.reason,
            u.synthetic_mark,
        )
        for u in answer.units
    ]
    rest = [(r.name, r.enterprise, r.reason, r.would_help) for r in (*answer.unassigned, *answer.left_out)]
    told = [answer.objective_text, answer.status_text, *(r.text for r in answer.relaxations)]
    if answer.difference is not None:
        told.append(answer.difference.text)
    return book_bytes(
        (
            Sheet("撮合建议", _PAIRS, list(map(_pair, answer.pairs))),
            Sheet("牵引单位", _UNITS, units),
            Sheet("未安排的企业", _REST, rest),
            Sheet("说明", (SheetColumn("说明", 100),), [(line,) for line in (*told, *answer.notes)]),
        )
    )


def _pair(pair: AssignedPair) -> tuple[Cell, ...]:
    reasons = {
        side: "；".join(reason.text for reason in pair.reasons if reason.side == side)
        for side in ("enterprise", "unit")
    }
    return (
        pair.enterprise_name,
        pair.enterprise,
        pair.unit_name,
        pair.unit,
        "已定" if pair.fixed else "建议",
        pair.p_match,
        pair.forward,
        pair.reverse,
        pair.rank_for_enterprise,
        pair.rank_for_unit,
        reasons["enterprise"],
        reasons["unit"],
        pair.synthetic_mark,
    )
