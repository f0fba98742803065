"""What the log tells of each partner in a period, for the measured items of the sheet."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from recommender.appraisal.sheet import MeasureCode
from recommender.course.project import Project
from recommender.course.projects import projects
from recommender.diagnosis.value import Value
from recommender.learning.intervals import Figure
from recommender.outcomes.measures import gain, measured, overall
from recommender.outcomes.rules import load_selection
from recommender.store import UnitOfWork

#: Chinese name and number format of each measure.
MEASURE_NAMES: dict[MeasureCode, tuple[str, str]] = {
    "acceptance": ("验收通过率", ".2f"),
    "level_gain": ("平均提升等级", ".2f"),
    "satisfaction": ("企业满意度（1–5）", ".2f"),
}
_CODES: tuple[MeasureCode, ...] = ("acceptance", "level_gain", "satisfaction")


class Evidence(Value):
    """A measure of one partner; ``n`` projects, none where nothing is known."""

    figure: Figure
    n: int


PartnerEvidence = Mapping[str, Mapping[MeasureCode, Evidence]]


def evidence_in(work: UnitOfWork, moment: datetime, first: date, last: date) -> PartnerEvidence:
    """Return the measures of every partner with projects that came to a result within a period.

    Few projects are drawn towards the mean of all projects of the period
    (:mod:`recommender.outcomes.measures`).

    Parameters
    ----------
    moment : datetime
        As it was known then.
    first, last : date
        Both included; a project belongs to the day of its acceptance, or of its last state without one.
    """
    rows = [row for row in projects(work, moment) if first <= (row.accepted_on or row.since) <= last]
    whole = overall(rows, load_selection().shrinkage)
    by_partner: dict[str, list[Project]] = defaultdict(list)
    for row in rows:
        by_partner[row.partner].append(row)
    found: dict[str, dict[MeasureCode, Evidence]] = {}
    for partner, own in by_partner.items():
        figures = measured(own, 0, whole)
        found[partner] = {code: Evidence(figure=figures[code], n=_number(code, own)) for code in _CODES}
    return found


def _number(code: MeasureCode, rows: list[Project]) -> int:
    if code == "level_gain":
        return sum(gain(row) is not None for row in rows)
    if code == "satisfaction":
        return sum(row.rating is not None for row in rows)
    return sum(row.accepted_on is not None or row.state in {"rectifying", "withdrawn"} for row in rows)
