"""What the service of appraisals answers; never the points of a single reviewer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from recommender.appraisal.ledger import STATE_NAMES, Appraisal, Standing, State
from recommender.appraisal.points import Result
from recommender.appraisal.sheet import AppraisalSheet, Side
from recommender.diagnosis.value import Value
from recommender.domain.calendar import local_day
from recommender.policy.sourced import NOTICE


class AppraisedRow(Value):
    """One unit of an appraisal.

    Attributes
    ----------
    rank : int, optional
        By total among the units with one; equal totals share a rank.
    scored : int
        Reviewers whose sheets count.
    decision_due : date, optional
        Last day for the decision on an open appeal.
    result : Result, optional
        As it stands: published or, once an appeal is decided, final. In a draft what it would be now.
    appealed_items : tuple of str
        Codes of the items.
    """

    unit: str
    name: str
    mark: str | None
    state: State
    state_name: str
    rank: int | None
    scored: int
    self_reported: bool
    published_on: date | None
    appeal_until: date | None
    appealed_items: tuple[str, ...]
    appeal_upheld: bool | None
    decision_due: date | None
    result: Result | None


class AppraisalHead(Value):
    """An appraisal without its units."""

    id: str
    name: str
    side: Side
    first: date
    last: date
    opened_on: date
    units: int
    published: int
    reviewers: int


class AppraisalView(AppraisalHead):
    """An appraisal with its units, by total; ``draft`` where the results are not published."""

    as_of: datetime
    draft: bool
    sheet: AppraisalSheet
    rows: tuple[AppraisedRow, ...]
    notice: str = NOTICE


class Consequence(Value):
    """What a final grade proposes to people; nothing of it happens by itself."""

    appraisal: str
    appraisal_name: str
    side: Side
    unit: str
    name: str
    grade: str
    total: str
    proposes: Literal["promote", "warn", "suspend"]
    final_on: date
    reason: str


def head_of(here: Appraisal) -> AppraisalHead:
    """Return an appraisal without its units."""
    return AppraisalHead(
        id=here.id,
        name=here.name,
        side=here.side,
        first=here.first,
        last=here.last,
        opened_on=here.opened_on,
        units=len(here.units),
        published=sum(one.published_on is not None for one in here.units.values()),
        reviewers=len(here.reviewers),
    )


def view_of(here: Appraisal, moment: datetime, drafts: dict[str, Result] | None = None) -> AppraisalView:
    """Return an appraisal; with ``drafts``, what unpublished units would get now."""
    results = {key: one.final or (drafts or {}).get(key) for key, one in here.units.items()}
    totals = [one.total for one in results.values() if one is not None and one.total is not None]
    rows = [
        _row(key, unit, results[key], _rank(results[key], totals), local_day(moment), here.sheet)
        for key, unit in here.units.items()
    ]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, row.unit))
    return AppraisalView(
        **head_of(here).model_dump(),
        as_of=moment,
        draft=drafts is not None,
        sheet=here.sheet,
        rows=tuple(rows),
    )


def _rank(result: Result | None, totals: Sequence[Decimal]) -> int | None:
    if result is None or result.total is None:
        return None
    return 1 + sum(other > result.total for other in totals)


def _row(
    key: str, unit: Standing, result: Result | None, rank: int | None, today: date, sheet: AppraisalSheet
) -> AppraisedRow:
    state = unit.state(today, sheet.appeal_days)
    until = None if unit.published_on is None else unit.published_on + timedelta(days=sheet.appeal_days)
    waits = unit.appeal if state == "appealed" else None
    due = waits.on + timedelta(days=sheet.appeal_decision_days) if waits else None
    return AppraisedRow(
        unit=key,
        name=unit.name,
        mark=unit.mark,
        state=state,
        state_name=STATE_NAMES[state],
        rank=rank,
        scored=len(unit.counting()),
        self_reported=unit.report is not None,
        published_on=unit.published_on,
        appeal_until=until,
        appealed_items=unit.appeal.items if unit.appeal else (),
        appeal_upheld=unit.appeal.upheld if unit.appeal else None,
        decision_due=due,
        result=result,
    )


def consequences_of(found: dict[str, Appraisal], today: date) -> tuple[Consequence, ...]:
    """Return what the final grades of appraisals propose, in the order of opening and of the units."""
    made = []
    for here in found.values():
        for key, unit in here.units.items():
            result = unit.final
            if unit.state(today, here.sheet.appeal_days) != "final" or result is None or result.total is None:
                continue
            grade = here.sheet.grade_of(result.total)
            if grade.proposes is None or unit.published_on is None:
                continue
            decided = unit.appeal.decided_on if unit.appeal else None
            over = unit.published_on + timedelta(days=here.sheet.appeal_days + 1)
            made.append(
                Consequence(
                    appraisal=here.id,
                    appraisal_name=here.name,
                    side=here.side,
                    unit=key,
                    name=unit.name,
                    grade=grade.name,
                    total=str(result.total),
                    proposes=grade.proposes,
                    final_on=decided or over,
                    reason=f"“{here.name}”最终结果 {result.total} 分，{grade.name}",
                )
            )
    return tuple(made)
