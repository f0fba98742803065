"""Enterprises and partners as arrays: codes as numbers, sets as flags, tables looked up by code."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.domain.geography import road_km
from recommender.domain.taxonomy import Scenario, SubIndustry, load_taxonomy

Floats = NDArray[np.float64]
#: At so many km a journey counts as 1/e of one that takes no time.
_FAR_KM = 30.0
SCENARIOS = {code: number for number, code in enumerate(Scenario)}
SUB_INDUSTRIES: dict[str, int] = {code: number for number, code in enumerate(SubIndustry)}
DISTRICTS = {entry.code: number for number, entry in enumerate(load_taxonomy().districts)}
NEARNESS = np.exp(-np.asarray([[road_km(a, b) for b in DISTRICTS] for a in DISTRICTS]) / _FAR_KM)


def share(part: Floats, whole: Floats) -> Floats:
    """Return each row's part of its whole, NaN where the whole is nothing."""
    told = whole[:, None] > 0
    return np.asarray(np.divide(part, whole[:, None], out=np.full(part.shape, np.nan), where=told))


def flags(of: Sequence[frozenset[Scenario]]) -> Floats:
    """Return sets of scenarios as rows of 0 and 1."""
    marked = np.zeros((len(of), len(SCENARIOS)))
    for row, scenarios in enumerate(of):
        marked[row, [SCENARIOS[code] for code in scenarios]] = 1.0
    return marked


def numbers_of(codes: Sequence[str | None], numbering: Mapping[str, int]) -> NDArray[np.int64]:
    """Return the numbers of codes, -1 for None."""
    return np.asarray([-1 if code is None else numbering[code] for code in codes], np.int64)


def sub_industries_of(firms: Sequence[Enterprise | None]) -> NDArray[np.int64]:
    """Return the sub-industries of enterprises as numbers, -1 where not known."""
    return numbers_of([firm.sub_industry if firm else None for firm in firms], SUB_INDUSTRIES)


def districts_of(firms: Sequence[Enterprise | None]) -> NDArray[np.int64]:
    """Return the districts of enterprises as numbers, -1 where not known."""
    return numbers_of([firm.district if firm else None for firm in firms], DISTRICTS)


def looked_up(rows: NDArray[np.int64], table: Floats) -> Floats:
    """Return the rows of a table (codes, partners), NaN for the unknown code -1."""
    return np.where(rows[:, None] >= 0, table[rows], np.nan)
