"""A reviewer's sheet for a unit: checked, compared with the one before, written to the log."""

from collections.abc import Mapping
from decimal import Decimal

from recommender.appraisal.faults import (
    AppraisalMoveNotAllowed,
    ConflictOfInterest,
    InvalidScore,
    UnknownReviewer,
)
from recommender.appraisal.ledger import Appraisal, Score, Standing
from recommender.appraisal.parties import Surroundings
from recommender.appraisal.sheet import AppraisalSheet
from recommender.appraisal.writing import write
from recommender.store import UnitOfWork

#: Points are given in steps of this.
STEP = Decimal("0.1")


def checked_score(
    sheet: AppraisalSheet, points: Mapping[str, Decimal], *, recused: bool, remark: str | None
) -> Score:
    """Return a reviewer's sheet whose points are all told and within their limits.

    Raises
    ------
    InvalidScore
        With the item.
    """
    remark = (remark or "").strip() or None
    if recused:
        if points:
            raise InvalidScore("回避的单位不能评分", place={"field": f"points.{min(points)}"})
        return Score(recused=True, points={}, remark=remark)
    items = {item.code: item for item in sheet.judged}
    if strange := sorted(set(points) - set(items)):
        raise InvalidScore(f"没有由评审人评分的项“{strange[0]}”", place={"field": f"points.{strange[0]}"})
    for code, item in items.items():
        place = {"field": f"points.{code}"}
        given = points.get(code)
        if given is None:
            raise InvalidScore(f"“{item.title}”没有得分", place=place)
        if not given.is_finite() or not 0 <= given <= item.points:
            raise InvalidScore(f"“{item.title}”应为0至{item.points}分，收到 {given}", place=place)
        if given % STEP:
            raise InvalidScore(f"“{item.title}”最多一位小数，收到 {given}", place=place)
    return Score(recused=False, points={code: points[code].quantize(STEP) for code in items}, remark=remark)


def require_reviewer(here: Appraisal, reviewer: str) -> str:
    """Return the affiliation of an appointed reviewer.

    Raises
    ------
    UnknownReviewer
    """
    if reviewer not in here.reviewers:
        raise UnknownReviewer(f"考评 {here.id} 没有聘请评审人 {reviewer}", place={"field": "reviewer"})
    return here.reviewers[reviewer]


def require_impartial(near: Surroundings, here: Appraisal, unit: str, reviewer: str) -> None:
    """Raise if a reviewer belongs to a unit or to who stands near it.

    Raises
    ------
    UnknownReviewer, ConflictOfInterest
    """
    affiliation = require_reviewer(here, reviewer)
    if (why := near.conflict(affiliation, unit)) is not None:
        raise ConflictOfInterest(
            f"评审人 {reviewer} 来自“{affiliation}”，是{here.units[unit].name}的{why}，应当回避",
            place={"field": "reviewer", "unit": unit},
        )


def take_score(
    work: UnitOfWork,
    here: Appraisal,
    unit: str,
    reviewer: str,
    score: Score,
    actor: str,
    *,
    dry_run: bool = False,
) -> bool:
    """Write a reviewer's sheet, in a dry run only check it; return whether it differs from the one before.

    Raises
    ------
    AppraisalMoveNotAllowed
        If the unit's result is published.
    """
    standing = here.units[unit]
    earlier = standing.scores.get(reviewer, [])
    if earlier and earlier[-1] == score:
        return False
    require_scoring(standing)
    if dry_run:
        return True
    told = {"reviewer": reviewer, **score.document()}
    write(work, f"scored/{unit}/{reviewer}/{len(earlier)}", "appraisal_scored", unit, actor, here.id, told)
    standing.scores.setdefault(reviewer, []).append(score)
    return True


def require_scoring(standing: Standing) -> None:
    """Raise once the result of a unit is published.

    Raises
    ------
    AppraisalMoveNotAllowed
    """
    if standing.published_on is not None:
        raise AppraisalMoveNotAllowed(f"{standing.name}的结果已于 {standing.published_on} 公布")
