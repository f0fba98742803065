"""How much of the pool is shown, how evenly, what never is, and where the pool is thin."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from recommender.domain.taxonomy import load_taxonomy
from recommender.exposure.measures import draw, figure, gini, shares
from recommender.health.drift import cluster_codes
from recommender.health.limits import CoverageLimits
from recommender.health.report import (
    TARGET_NAMES,
    CoverageLine,
    DistrictCoverage,
    NeverShown,
    ScenarioSupply,
    Verdict,
)
from recommender.index.catalogue import Catalogue
from recommender.learning.intervals import missing

Floats = NDArray[np.float64]
_MOST_SHOWN = 10


def pools_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the ids of what may be recommended now, by target."""
    admitted = (s.id for s in catalogue.solutions.values() if s.audit_state == "admitted" and s.in_scope)
    return {"solution": tuple(sorted(admitted)), "lead_unit": tuple(sorted(catalogue.units_in_office))}


def coverage_line(
    target: str,
    pool: tuple[str, ...],
    lines: Any,  # noqa: ANN401 - a DataFrame
    never_shown: tuple[NeverShown, ...],
    limits: CoverageLimits,
) -> CoverageLine:
    """Count what of a pool was shown, and how evenly.

    Parameters
    ----------
    lines : DataFrame
        Lines of the recent lists of the target, labelled for ``contact``.
    never_shown : tuple of NeverShown
        Why each item of :func:`never_in` was not.
    """
    own = lines[lines["item_id"].isin(pool)]
    concentration = {"gini": missing("没有清单，指标为空"), "top_ten": missing("没有清单，指标为空")}
    if len(own):
        firms = cluster_codes(own)[0]
        columns = {item: column for column, item in enumerate(pool)}
        places = (firms, own["item_id"].map(columns).to_numpy())
        shape = (int(firms.max()) + 1, len(pool))
        (drawn,) = draw(coo_array((np.ones(len(own)), places), shape=shape).tocsr())
        concentration = {"gini": figure(drawn, gini), "top_ten": figure(drawn, _top_ten)}
    line = CoverageLine(
        target=target,
        pool=len(pool),
        shown=own["item_id"].nunique(),
        in_top=own.loc[own["position"] <= limits.top_k, "item_id"].nunique(),
        top_k=limits.top_k,
        contacted=own.loc[own["reached"], "item_id"].nunique(),
        lists=lines["list_id"].nunique(),
        never_shown=never_shown,
        **concentration,
    )
    return _judged(line, limits)


def never_in(pool: tuple[str, ...], lines: Any) -> tuple[str, ...]:  # noqa: ANN401 - a DataFrame
    """Return the items of a pool that no line holds."""
    shown: Set[str] = set(lines["item_id"])
    return tuple(item for item in pool if item not in shown)


def _top_ten(places: Floats) -> Floats:
    return np.asarray(np.sort(shares(places), axis=-1)[..., -_MOST_SHOWN:].sum(axis=-1), np.float64)


def _judged(line: CoverageLine, limits: CoverageLimits) -> CoverageLine:
    if line.lists < limits.least_lists or not line.pool:
        return line.model_copy(update={"verdict": Verdict.UNKNOWN, "advice": "清单太少，不作判断"})
    shown = line.shown / line.pool
    if shown >= limits.shown_notice:
        return line
    verdict = Verdict.ALARM if shown < limits.shown_alarm else Verdict.NOTICE
    advice = (
        f"{TARGET_NAMES[line.target]}：可推荐的 {line.pool} 个中只展示过 {line.shown} 个（{shown:.0%}）；"
        "原因逐个列在“从未展示”，资料不全的请补全，其余可打开探索（SMEMATCH_EXPLORATION）。"
    )
    return line.model_copy(update={"verdict": verdict, "advice": advice})


def scenario_supply(catalogue: Catalogue, pool: tuple[str, ...]) -> Iterator[ScenarioSupply]:
    """Yield how many products of the pool each scenario has for each sub-industry."""
    taxonomy = load_taxonomy()
    counts = {(entry.code, sub.code): 0 for entry in taxonomy.scenarios for sub in taxonomy.sub_industries}
    for key in pool:
        solution = catalogue.solutions[key]
        open_to = solution.sub_industries or tuple(sub.code for sub in taxonomy.sub_industries)
        for scenario in {effect.scenario for effect in solution.scenarios}:
            for sub in open_to:
                counts[scenario, sub] += 1
    for entry in taxonomy.scenarios:
        yield ScenarioSupply(
            scenario=entry.code.value,
            name=entry.name,
            required=entry.required,
            products={sub.code.value: counts[entry.code, sub.code] for sub in taxonomy.sub_industries},
        )


def district_coverage(
    catalogue: Catalogue,
    pools: Mapping[str, tuple[str, ...]],
    solution_lines: Any,  # noqa: ANN401 - a DataFrame
) -> Iterator[DistrictCoverage]:
    """Yield what the enterprises of each district were shown in the recent period."""
    units = catalogue.units_in_office.values()
    by_district = dict(list(solution_lines.groupby("district")))
    for entry in load_taxonomy().districts:
        own = by_district.get(entry.code, solution_lines.iloc[:0])
        yield DistrictCoverage(
            code=entry.code,
            name=entry.name,
            enterprises=own["enterprise"].nunique(),
            lists=own["list_id"].nunique(),
            solutions_shown=own.loc[own["item_id"].isin(pools["solution"]), "item_id"].nunique(),
            solutions_pool=len(pools["solution"]),
            lead_units=sum(not unit.districts or entry.code in unit.districts for unit in units),
        )
