"""Measured effect of every product, vendor and lead unit: a view of the log as it was known at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from math import isnan
from typing import Literal

import numpy as np

from recommender.adjustment.complaints import upheld_complaints
from recommender.adjustment.list_price import over_list_price
from recommender.adjustment.rules import AdjustmentRules, MeasureCode, Side
from recommender.adjustment.shrinkage import Shrunk, shrunk_means, shrunk_rates, shrunk_shares
from recommender.course.project import Project
from recommender.course.projects import projects
from recommender.diagnosis.value import Value
from recommender.domain import LeadUnit, Solution
from recommender.domain.calendar import local_day
from recommender.domain.event import load_funnel
from recommender.outcomes.measures import gain
from recommender.store import UnitOfWork

_NO_DATA: Mapping[MeasureCode, str] = {
    "acceptance": "没有已有结果的项目",
    "level_gain": "没有改造前后等级都已知的验收项目",
    "days_over_plan": "没有写明约定完成日期且已完成或已超期的项目",
    "price_over_list": "没有能与标价相比的合同（按年计价的产品不比）",
    "rating": "没有企业评价",
    "complaints": "没有项目",
}


class Measure(Value):
    """One measure of one unit.

    Attributes
    ----------
    n : int
        Projects that it rests on.
    raw : float, optional
        As counted; None where there is nothing, never a 0 in its place.
    shrunk : float, optional
        Drawn towards the pool, see :mod:`recommender.adjustment.shrinkage`; None where that cannot be had.
    ci95 : (float, float), optional
        Of the shrunk value.
    pool : float, optional
        Of all units of the side.
    warning : str, optional
        What a reader must know, in Chinese.
    """

    n: int
    raw: float | None
    shrunk: float | None
    ci95: tuple[float, float] | None
    pool: float | None
    unit: str
    warning: str | None = None


class Effect(Value):
    """What came of the projects of a product, vendor or lead unit.

    Attributes
    ----------
    projects, decided, waiting, excused : int
        All; with an outcome; still open within their time; withdrawn by no fault of the providing side.
    """

    side: Side
    id: str
    name: str
    mark: str | None
    projects: int
    decided: int
    waiting: int
    excused: int
    measures: Mapping[MeasureCode, Measure]


def measured_effects(
    work: UnitOfWork, rules: AdjustmentRules, side: Side, moment: datetime
) -> dict[str, Effect]:
    """Return the effect of every unit of a side that was known at a moment, by id.

    Notes
    -----
    An open project is no failure: until it is decided, or as long after its beginning as an acceptance may
    take (the horizon of ``accepted`` in the funnel), it counts neither way. A withdrawal that was not the
    providing side's fault counts neither way at all. An unfinished project past the agreed day is late by at
    least the days so far, so that who never finishes does not look punctual. Early failures come before late
    acceptances, so a young pool looks worse than it is; the intervals do not tell that, ``waiting`` does.
    """
    today = local_day(moment)
    rows = projects(work, moment)
    products = {key: one.record for key, one in work.solutions.as_of(moment).items()}
    units = {key: one.record for key, one in work.lead_units.as_of(moment).items()}
    names = _names(side, rows, products, units)
    groups = _groups(side, rows, names, products)
    ids = sorted(names)
    own = [groups.get(key, []) for key in ids]
    prices = over_list_price(work, rows, products, moment)
    complaints = upheld_complaints(work, moment, rows, products)
    known = [[one for row in mine if (one := _outcome(row, today)) is not None] for mine in own]
    columns = {
        "acceptance": _column([[float(one) for one in mine] for mine in known], "shares"),
        "level_gain": _column([_told(gain(row) for row in mine) for mine in own]),
        "days_over_plan": _column([_told(_days_over(row, today) for row in mine) for mine in own]),
        "price_over_list": _column([_told(prices.get(_key(row)) for row in mine) for mine in own]),
        "rating": _column([_told(row.rating for row in mine) for mine in own]),
        "complaints": _rates([complaints[key] for key in ids], [len(mine) for mine in own]),
    }
    made = {rule.code: _measures(rule.code, rule.unit, columns[rule.code], rules) for rule in rules.measures}
    return {
        key: Effect(
            side=side,
            id=key,
            name=names[key][0],
            mark=names[key][1],
            projects=len(own[place]),
            decided=len(known[place]),
            waiting=sum(_waits(row, today) for row in own[place]),
            excused=sum(row.excused for row in own[place]),
            measures={code: measures[place] for code, measures in made.items()},
        )
        for place, key in enumerate(ids)
    }


def _names(
    side: Side, rows: Iterable[Project], products: Mapping[str, Solution], units: Mapping[str, LeadUnit]
) -> dict[str, tuple[str, str | None]]:
    if side == "solution":
        return {key: (one.name, one.face_mark) for key, one in products.items()}
    if side == "lead_unit":
        return {key: (one.name, one.face_mark) for key, one in units.items()}
    names: dict[str, tuple[str, str | None]] = {
        row.partner: (row.partner, None) for row in rows if row.partner and row.partner not in units
    }
    for one in products.values():
        if one.provider is not None and one.provider.id not in units:
            names[one.provider.id] = (one.provider.name, one.face_mark)
    return names


def _groups(
    side: Side,
    rows: Iterable[Project],
    names: Mapping[str, object],
    products: Mapping[str, Solution],
) -> dict[str, list[Project]]:
    """Return the projects of each unit; a vendor's are those it signed and those its products are in."""
    groups: dict[str, list[Project]] = defaultdict(list)
    for row in rows:
        concerned = set(row.solutions) if side == "solution" else {row.partner}
        if side == "vendor":
            concerned |= {
                provider.id
                for key in row.solutions
                if key in products and (provider := products[key].provider) is not None
            }
        for key in concerned & names.keys():
            groups[key].append(row)
    return groups


def _outcome(row: Project, today: date) -> bool | None:
    """Return whether a project came to its acceptance, None while that is open or says nothing."""
    if row.settled is not None or row.excused or row.closed:
        return row.settled
    return None if _in_time(row, today) else False


def _in_time(row: Project, today: date) -> bool:
    accepted = load_funnel().find("accepted")
    begun = row.contract_on or row.steps[0].on
    return accepted is None or (today - begun).days <= accepted.horizon_days


def _waits(row: Project, today: date) -> bool:
    return _outcome(row, today) is None and not row.excused


def _days_over(row: Project, today: date) -> float | None:
    if row.accepted_on is not None:
        return None if row.days_over_plan is None else float(row.days_over_plan)
    if row.due_on is None or row.closed or today <= row.due_on:
        return None
    return float((today - row.due_on).days)


def _key(row: Project) -> tuple[str, str | None, str]:
    return row.enterprise, row.project, row.partner


def _told(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


_Column = tuple[list[int], list[float | None], Shrunk]


def _column(values: list[list[float]], kind: Literal["shares", "means"] = "means") -> _Column:
    sizes = [len(mine) for mine in values]
    raw = [float(np.mean(mine)) if mine else None for mine in values]
    shrunk = shrunk_means(values)
    if kind == "shares":
        shrunk = shrunk_shares([sum(mine) for mine in values], sizes)
    return sizes, raw, shrunk


def _rates(counts: list[int], sizes: list[int]) -> _Column:
    raw = [count / size if size else None for count, size in zip(counts, sizes, strict=True)]
    return sizes, raw, shrunk_rates(counts, sizes)


def _measures(code: MeasureCode, unit: str, column: _Column, rules: AdjustmentRules) -> list[Measure]:
    sizes, raws, shrunk = column
    few = sum(size > 0 for size in sizes) < rules.few_units
    made = []
    for place, (size, raw) in enumerate(zip(sizes, raws, strict=True)):
        value = float(shrunk.value[place])
        warning = None
        if raw is None:
            warning = _NO_DATA[code]
        elif isnan(value):
            warning = "全部数据少于两个或完全相同，无从得知误差，未作收缩"
        elif few:
            warning = f"有数据的对象少于{rules.few_units}个，向总体靠拢的依据不足"
        told = raw is not None and not isnan(value)
        made.append(
            Measure(
                n=size,
                raw=raw,
                shrunk=value if told else None,
                ci95=(float(shrunk.low[place]), float(shrunk.high[place])) if told else None,
                pool=None if isnan(shrunk.pool) else shrunk.pool,
                unit=unit,
                warning=warning,
            )
        )
    return made
