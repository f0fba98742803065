"""Measured effect of products, vendors and lead units: what came of their projects, drawn to the pool's mean.

A project counts for acceptance once it has a result: accepted, failed its acceptance, or withdrawn for
another reason than the enterprise's own. One that is under way is not a failure, so it does not count yet;
who has many young projects has few results and a wide interval.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from recommender.adjustment.rules import MeasureCode, Side
from recommender.adjustment.shrinkage import Shrunk, shrunk_means, shrunk_rates, shrunk_shares
from recommender.course.project import Project
from recommender.course.projects import projects
from recommender.diagnosis.value import Value
from recommender.domain import Solution
from recommender.domain.solution import PriceBasis
from recommender.learning.intervals import Figure, missing
from recommender.outcomes.measures import gain
from recommender.store import UnitOfWork

#: States of a project that failed: it may be mended, and then counts as accepted.
_FAILED = frozenset({"rectifying", "withdrawn"})


class Measure(Value):
    """One measure of one party.

    Attributes
    ----------
    n : int
        Projects that tell.
    raw : float, optional
        Mean of its own projects; None without any.
    figure : Figure
        Drawn towards the pool, with its 95 % interval; no value where nothing tells.
    pool : float, optional
        Mean of all projects of the pool.
    """

    code: MeasureCode
    n: int
    raw: float | None
    figure: Figure
    pool: float | None


class Effect(Value):
    """What came of a party's projects.

    Attributes
    ----------
    projects, settled : int
        All, and those with a result.
    measures : dict
        By code; only what some project of the pool tells.
    """

    id: str
    side: Side
    name: str
    mark: str | None
    projects: int
    settled: int
    measures: Mapping[MeasureCode, Measure]


class _Party(NamedTuple):
    name: str
    mark: str | None
    rows: list[Project]


def measured_effects(work: UnitOfWork, side: Side, moment: datetime) -> dict[str, Effect]:
    """Return the effect of every product, vendor or lead unit with a project, as it was known at a moment.

    Parameters
    ----------
    side : {"solution", "vendor", "lead_unit"}
        A vendor's projects are its contracts and those of others with its products.
    """
    rows = projects(work, moment)
    products = {key: one.record for key, one in work.solutions.as_of(moment).items()}
    parties = _parties(work, side, rows, products, moment)
    blameless = _withdrawn_by_the_enterprise(work, moment)
    settled = {key: [row for row in one.rows if _is_settled(row, blameless)] for key, one in parties.items()}
    keys = list(parties)
    columns: dict[MeasureCode, tuple[list[list[float]], Shrunk]] = {}
    for code, told in _TOLD.items():
        values = [_known(told(row, products) for row in parties[key].rows) for key in keys]
        columns[code] = values, shrunk_means(values)
    accepted = [[float(row.accepted_on is not None) for row in settled[key]] for key in keys]
    columns["acceptance"] = accepted, shrunk_shares(_sums(accepted), _sizes(accepted))
    complained = [[float(row.complaints_upheld) for row in parties[key].rows] for key in keys]
    columns["complaints"] = complained, shrunk_rates(_sums(complained), _sizes(complained))
    return {
        key: Effect(
            id=key,
            side=side,
            name=parties[key].name,
            mark=parties[key].mark,
            projects=len(parties[key].rows),
            settled=len(settled[key]),
            measures={
                code: _measure(code, values[at], shrunk, at) for code, (values, shrunk) in columns.items()
            },
        )
        for at, key in enumerate(keys)
    }


def price_over_list(row: Project, products: Mapping[str, Solution]) -> float | None:
    """Return by what share a contract is above the highest list prices of its products.

    None where an amount or a list price is not told, or a product is sold by the year: then the two are not
    of the same thing.
    """
    prices = [products[key].price for key in row.solutions if key in products]
    if row.contract_yuan is None or not prices or len(prices) < len(row.solutions):
        return None
    listed = Decimal(0)
    for price in prices:
        if price is None or price.basis is not PriceBasis.ONE_OFF:
            return None
        listed += price.high_yuan
    return float(row.contract_yuan / listed - 1) if listed else None


_TOLD: Mapping[MeasureCode, Callable[[Project, Mapping[str, Solution]], float | None]] = {
    "level_gain": lambda row, _: gain(row),
    "days_over_plan": lambda row, _: None if row.days_over_plan is None else float(row.days_over_plan),
    "price_over_list": price_over_list,
    "rating": lambda row, _: row.rating,
}


def _parties(
    work: UnitOfWork, side: Side, rows: Iterable[Project], products: Mapping[str, Solution], moment: datetime
) -> dict[str, _Party]:
    grouped: dict[str, list[Project]] = defaultdict(list)
    units = {key: one.record for key, one in work.lead_units.as_of(moment).items()}
    vendors = {one.provider.id: one.provider.name for one in products.values() if one.provider is not None}
    for row in rows:
        for key in _of(side, row, products, units.keys(), vendors):
            grouped[key].append(row)
    found: dict[str, _Party] = {}
    for key in sorted(grouped):
        if side == "solution":
            found[key] = _Party(products[key].name, products[key].face_mark, grouped[key])
        elif side == "lead_unit":
            found[key] = _Party(units[key].name, units[key].face_mark, grouped[key])
        else:
            found[key] = _Party(vendors[key], None, grouped[key])
    return found


def _of(
    side: Side,
    row: Project,
    products: Mapping[str, Solution],
    units: Iterable[str],
    vendors: Mapping[str, str],
) -> set[str]:
    known = {key for key in row.solutions if key in products}
    if side == "solution":
        return known
    if side == "lead_unit":
        return {row.partner} & set(units)
    providers = {one.provider.id for key in known if (one := products[key]).provider is not None}
    return (providers | {row.partner}) & vendors.keys()


def _withdrawn_by_the_enterprise(work: UnitOfWork, moment: datetime) -> set[tuple[str, str | None]]:
    lines = work.events.lines(moment, types=["withdrawn"])
    return {
        (line.subject, line.attributes.get("project"))
        for line in lines
        if line.attributes.get("cause") == "enterprise"
    }


def _is_settled(row: Project, blameless: set[tuple[str, str | None]]) -> bool:
    if row.accepted_on is not None:
        return True
    return row.state in _FAILED and (row.enterprise, row.project) not in blameless


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _sums(values: Sequence[Sequence[float]]) -> list[float]:
    return [float(sum(own)) for own in values]


def _sizes(values: Sequence[Sequence[float]]) -> list[float]:
    return [float(len(own)) for own in values]


def _measure(code: MeasureCode, own: Sequence[float], shrunk: Shrunk, at: int) -> Measure:
    raw = float(np.mean(own)) if own else None
    value, low, high = (float(part[at]) for part in (shrunk.value, shrunk.low, shrunk.high))
    if not own:
        figure = missing("没有数据")
    elif np.isnan(value):
        figure = Figure(value=raw, ci95=(None, None), warning="全市数据太少，没有区间")
    else:
        figure = Figure(value=value, ci95=(low, high))
    return Measure(
        code=code,
        n=len(own),
        raw=raw,
        figure=figure,
        pool=None if np.isnan(shrunk.pool) else shrunk.pool,
    )
