"""What the steps of an appraisal look up and ask before anything is written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from recommender.appraisal.evidence import PartnerEvidence, evidence_in
from recommender.appraisal.faults import (
    AppraisalExists,
    AppraisalMoveNotAllowed,
    InvalidScore,
    UnknownAppraisal,
    UnknownAppraised,
)
from recommender.appraisal.ledger import STATE_NAMES, Appraisal, Standing, appraisals
from recommender.appraisal.points import Result, result_of
from recommender.appraisal.writing import write
from recommender.store import UnitOfWork
from recommender.subsidy_round.faults import require_office
from recommender.subsidy_round.rules import load_round_rules


def require_city(actor: str) -> None:
    """Raise ``NotTheOffice`` unless the city office acts."""
    require_office(load_round_rules().city_office, actor)


def appraisal_at(work: UnitOfWork, key: str, moment: datetime) -> Appraisal:
    """Return an appraisal as it was known at a moment, or raise ``UnknownAppraisal``."""
    here = appraisals(work, moment).get(key)
    if here is None:
        raise UnknownAppraisal(f"没有编号为 {key} 的考评", place={"field": "id"})
    return here


def standing_of(here: Appraisal, unit: str) -> Standing:
    """Return where a unit stands, or raise ``UnknownAppraised``."""
    if unit not in here.units:
        raise UnknownAppraised(f"{unit} 不是考评 {here.id} 的对象", place={"field": "unit"})
    return here.units[unit]


def chosen_units(known: dict[str, dict[str, Any]], units: Sequence[str] | None) -> dict[str, dict[str, Any]]:
    """Return the units to appraise, or raise ``UnknownAppraised`` for one that cannot be."""
    if units is not None and (strange := sorted(set(units) - set(known))):
        raise UnknownAppraised(f"没有可考评的单位 {strange[0]}", place={"field": "units"})
    chosen = known if units is None else {key: known[key] for key in sorted(set(units))}
    if not chosen:
        raise UnknownAppraised("没有可考评的单位", place={"field": "units"})
    return chosen


def appoint(
    work: UnitOfWork, key: str, known: Mapping[str, str], reviewers: Mapping[str, str], actor: str
) -> None:
    """Name the reviewers that are new; raise ``AppraisalExists`` for another affiliation."""
    for reviewer, affiliation in reviewers.items():
        if known.get(reviewer, affiliation) != affiliation:
            raise AppraisalExists(f"评审人 {reviewer} 已登记为其他单位", place={"field": "reviewers"})
        if reviewer not in known:
            told = {"reviewer": reviewer, "affiliation": affiliation}
            write(work, f"reviewer/{reviewer}", "appraisal_reviewer_named", key, actor, key, told)


def evidence_for(work: UnitOfWork, here: Appraisal, moment: datetime) -> PartnerEvidence:
    """Return what the log tells of the period."""
    return evidence_in(work, moment, here.first, here.last)


def results_of(
    here: Appraisal, evidence: PartnerEvidence, units: Sequence[str] | Mapping[str, Any]
) -> dict[str, Result]:
    """Return what units would get now."""
    found = {}
    for key in units:
        sheets = here.units[key].counting()
        given = {item.code: [one.points[item.code] for one in sheets] for item in here.sheet.judged}
        found[key] = result_of(here.sheet, given, evidence.get(key, {}))
    return found


def require_appealable(here: Appraisal, standing: Standing, today: date) -> None:
    """Raise ``AppraisalMoveNotAllowed`` unless a unit may appeal today."""
    state = standing.state(today, here.sheet.appeal_days)
    if state != "published":
        over = standing.published_on and standing.published_on + timedelta(days=here.sheet.appeal_days)
        late = f"，申诉期到 {over} 止" if over and standing.appeal is None else ""
        raise AppraisalMoveNotAllowed(f"{standing.name}目前是“{STATE_NAMES[state]}”{late}，不能申诉")


def check_correction(
    here: Appraisal, items: Sequence[str], points: Mapping[str, Decimal], *, upheld: bool
) -> None:
    """Raise ``InvalidScore`` unless a decision changes only what was appealed, within the limits."""
    if upheld != bool(points):
        why = "支持申诉要写明更正后的得分" if upheld else "不支持申诉时不能更改得分"
        raise InvalidScore(why, place={"field": "points"})
    full = {item.code: item.points for item in here.sheet.items}
    for code, value in points.items():
        if code not in items:
            raise InvalidScore(f"没有对“{code}”申诉，不能更改", place={"field": f"points.{code}"})
        if not value.is_finite() or not 0 <= value <= full[code]:
            raise InvalidScore(
                f"“{code}”应为0至{full[code]}分，收到 {value}", place={"field": f"points.{code}"}
            )
