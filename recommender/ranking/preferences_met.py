"""How far enterprises are what a partner says it prefers."""

from collections.abc import Sequence

import numpy as np

from recommender.ranking.pair_arrays import (
    DISTRICTS,
    NEARNESS,
    Floats,
    districts_of,
    flags,
    looked_up,
    numbers_of,
)
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import Situation


def preferences_met(situations: Sequence[Situation], wanted: Floats, partners: Sequence[Partner]) -> Floats:
    """Mean over the partner's stated wishes of how far each is met, NaN where none can be judged."""
    shape = (len(situations), len(partners))
    wishes = np.stack(
        [
            np.column_stack(columns) if partners else np.zeros(shape)
            for columns in zip(*(_wishes_met(situations, wanted, p) for p in partners), strict=True)
        ]
        or [np.full(shape, np.nan)]
    )
    judged = ~np.isnan(wishes)
    count = judged.sum(axis=0)
    total = np.where(judged, wishes, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(shape, np.nan), where=count > 0))


def _wishes_met(
    situations: Sequence[Situation], wanted: Floats, partner: Partner
) -> tuple[Floats, Floats, Floats, Floats]:
    """How far each enterprise meets the wishes for size, district, budget, scenarios; (enterprises,) each."""
    wish = partner.preferences
    unjudged = np.full(len(situations), np.nan)
    firms = [situation.enterprise for situation in situations]
    sizes, districts, budgets, scenarios = unjudged, unjudged, unjudged, unjudged
    if wish.sizes:
        sizes = np.asarray(
            [float(firm.size_class in wish.sizes) if firm and firm.size_class else np.nan for firm in firms]
        )
    if wish.districts:
        nearest = NEARNESS[:, numbers_of(wish.districts, DISTRICTS)].max(axis=1)
        nearest[numbers_of(wish.districts, DISTRICTS)] = 1.0
        districts = looked_up(districts_of(firms), nearest[:, None])[:, 0]
    if wish.least_budget_yuan:
        least = float(wish.least_budget_yuan)
        budgets = np.asarray(
            [np.nan if s.budget_yuan is None else min(1.0, float(s.budget_yuan) / least) for s in situations]
        )
    if wish.scenarios:
        wished = flags([frozenset(wish.scenarios)])[0]
        scenarios = np.where((wanted > 0).any(axis=1), (wanted > 0) @ wished / wished.sum(), np.nan)
    return sizes, districts, budgets, scenarios
