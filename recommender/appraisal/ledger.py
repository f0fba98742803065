"""Appraisals and what became of each unit in them, read from the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from recommender.appraisal.points import Result, corrected
from recommender.appraisal.sheet import AppraisalSheet, Side
from recommender.domain.calendar import local_day
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine

TYPES = (
    "appraisal_opened",
    "appraisal_reviewer_named",
    "appraisal_self_reported",
    "appraisal_scored",
    "appraisal_published",
    "appraisal_appealed",
    "appraisal_appeal_decided",
)
State = Literal["scoring", "published", "appealed", "final"]
STATE_NAMES: dict[State, str] = {
    "scoring": "评分中",
    "published": "已公布，申诉期内",
    "appealed": "申诉待决定",
    "final": "最终结果",
}


@dataclass(frozen=True, slots=True)
class Score:
    """One sheet of a reviewer for a unit; ``points`` is empty where the reviewer stands aside."""

    recused: bool
    points: dict[str, Decimal]
    remark: str | None

    def document(self) -> dict[str, Any]:
        """Return what an event tells of it."""
        told: dict[str, Any] = {
            "recused": self.recused,
            "points": {code: str(points) for code, points in self.points.items()},
        }
        return told | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal of a unit; ``upheld`` is None until it is decided."""

    on: date
    items: tuple[str, ...]
    reason: str
    upheld: bool | None = None
    decided_on: date | None = None
    decision: str | None = None
    decided_by: str | None = None


@dataclass(slots=True)
class Standing:
    """Where one unit stands in an appraisal.

    Attributes
    ----------
    scores : dict
        By reviewer, every sheet in order; the last one counts.
    result : Result, optional
        As published; ``final`` as an appeal changed it.
    """

    name: str
    mark: str | None
    report: str | None = None
    scores: dict[str, list[Score]] = field(default_factory=dict)
    published_on: date | None = None
    result: Result | None = None
    appeal: Appeal | None = None
    final: Result | None = None

    def state(self, today: date, appeal_days: int) -> State:
        """Return the state on a day: a result that nobody appealed is final when the days are over."""
        if self.published_on is None:
            return "scoring"
        if self.appeal is not None:
            return "appealed" if self.appeal.upheld is None else "final"
        return "published" if today <= self.published_on + timedelta(days=appeal_days) else "final"

    def counting(self) -> list[Score]:
        """Return the sheets that count: the last one of each reviewer who does not stand aside."""
        return [sheets[-1] for sheets in self.scores.values() if not sheets[-1].recused]


@dataclass(slots=True)
class Appraisal:
    """One appraisal; ``reviewers`` gives the affiliation of each."""

    id: str
    name: str
    side: Side
    first: date
    last: date
    opened_on: date
    sheet: AppraisalSheet
    units: dict[str, Standing]
    reviewers: dict[str, str] = field(default_factory=dict)


def appraisals(work: UnitOfWork, moment: datetime) -> dict[str, Appraisal]:
    """Return every appraisal as it was known at a moment, by id, in the order of opening."""
    return appraisals_of(work.events.lines(moment, types=TYPES))


def appraisals_of(lines: Iterable[EventLine]) -> dict[str, Appraisal]:
    """Return the appraisals that events tell of."""
    found: dict[str, Appraisal] = {}
    for line in lines:
        told = line.attributes
        if line.type == "appraisal_opened":
            found[told["appraisal"]] = Appraisal(
                id=told["appraisal"],
                name=told["name"],
                side=told["side"],
                first=date.fromisoformat(told["first"]),
                last=date.fromisoformat(told["last"]),
                opened_on=local_day(line.occurred_at),
                sheet=AppraisalSheet.model_validate(told["sheet"]),
                units={key: Standing(one["name"], one.get("mark")) for key, one in told["units"].items()},
            )
            continue
        here = found[told["appraisal"]]
        if line.type == "appraisal_reviewer_named":
            here.reviewers[told["reviewer"]] = told["affiliation"]
        else:
            _take(here, here.units[line.subject], line)
    return found


def _take(here: Appraisal, unit: Standing, line: EventLine) -> None:
    told, on = line.attributes, local_day(line.occurred_at)
    match line.type:
        case "appraisal_self_reported":
            unit.report = told["text"]
        case "appraisal_scored":
            points = {code: Decimal(value) for code, value in told["points"].items()}
            score = Score(told["recused"], points, told.get("remark"))
            unit.scores.setdefault(told["reviewer"], []).append(score)
        case "appraisal_published":
            unit.published_on = on
            unit.result = unit.final = Result.model_validate(told["result"])
        case "appraisal_appealed":
            unit.appeal = Appeal(on, tuple(told["items"]), told["reason"])
        case _:
            assert unit.appeal is not None
            assert unit.result is not None
            unit.appeal = Appeal(
                unit.appeal.on,
                unit.appeal.items,
                unit.appeal.reason,
                upheld=told["upheld"],
                decided_on=on,
                decision=told["reason"],
                decided_by=line.actor,
            )
            points = {code: Decimal(value) for code, value in told["points"].items()}
            unit.final = corrected(here.sheet, unit.result, points)
