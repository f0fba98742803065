"""Features of every pair of enterprise and partner, seen from either side, each 0–1, NaN where unknown.

All of them are arrays over pairs: a list for one enterprise is one row, the prospects of one unit are one
column, an assignment is the whole matrix.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.diagnosis.gap import Gap
from recommender.domain import Enterprise
from recommender.domain.taxonomy import Scenario, SubIndustry
from recommender.ranking.pair_arrays import (
    DISTRICTS,
    NEARNESS,
    SCENARIOS,
    Floats,
    districts_of,
    flags,
    looked_up,
    numbers_of,
    share,
    sub_industries_of,
)
from recommender.ranking.preferences_met import preferences_met
from recommender.ranking.priors import Thresholds
from recommender.ranking.track_record import TrackRecord
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import Situation

Flags = NDArray[np.bool_]
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """Features as one side sees them.

    Attributes
    ----------
    features : dict of str to float64 (enterprises, partners)
    applicable : dict of str to bool, broadcasting to (enterprises, partners)
        Where a feature has anything to judge by; elsewhere it counts for no one.
    """

    features: dict[str, Floats]
    applicable: dict[str, Flags]

    def at(self, row: int, column: int) -> tuple[dict[str, float | None], frozenset[str]]:
        """Return one pair's features, None where unknown, and the names of those that apply."""
        shape = next(iter(self.features.values())).shape
        values = {name: float(value[row, column]) for name, value in self.features.items()}
        applying = {
            name: bool(np.broadcast_to(flag, shape)[row, column]) for name, flag in self.applicable.items()
        }
        return (
            {name: None if np.isnan(value) else value for name, value in values.items()},
            frozenset(name for name, applies in applying.items() if applies),
        )


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Both views of the same pairs: ``forward`` is the enterprise's, ``reverse`` the partner's.

    Attributes
    ----------
    firms : tuple of Enterprise or None
        Of the rows.
    partners : tuple of str
        Ids of the columns.
    """

    forward: Seen
    reverse: Seen
    firms: tuple[Enterprise | None, ...]
    partners: tuple[str, ...]

    @property
    def sub_industries(self) -> list[SubIndustry | None]:
        """Sub-industry of each row, None where not known."""
        return [firm.sub_industry if firm else None for firm in self.firms]


def wanted_scenarios(situation: Situation) -> frozenset[Scenario]:
    """Scenarios below the target level; empty without a diagnosis."""
    below = situation.gap.scenarios_below if situation.gap else ()
    return frozenset(Scenario(entry.id) for entry in below)


def covered_scenarios(coverage: frozenset[Scenario], situation: Situation) -> frozenset[Scenario]:
    """Wanted scenarios within a partner's coverage."""
    return wanted_scenarios(situation) & coverage


def pair_features(
    situations: Sequence[Situation],
    partners: Sequence[Partner],
    text: Floats | None,
    record: TrackRecord,
    thresholds: Thresholds,
) -> PairFeatures:
    """Compute the features of all pairs.

    Parameters
    ----------
    text : float64 (enterprises, partners), optional
        Text match 0–1, NaN where a side has no text and the pair is not judged by it; None where all are.
    record : TrackRecord
        Of the partners' earlier projects.

    Returns
    -------
    PairFeatures
        ``coverage`` counts 约束性 scenarios twice; ``nearness`` is high where few scenarios are left to the
        target, so that the level and the subsidy come soon, and 0 where the highest level is reached;
        ``preference`` is the mean over the wishes that the partner states.
    """
    shape = (len(situations), len(partners))
    firms = [situation.enterprise for situation in situations]
    wanted = _wanted(situations)
    known: dict[str, Flags] = {
        "gap": np.asarray(wanted.any(axis=1), bool)[:, None],
        "sub": np.asarray([[firm is not None and firm.sub_industry is not None] for firm in firms], bool),
        "district": np.asarray([[firm is not None and firm.district is not None] for firm in firms], bool),
        "budget": np.asarray([[s.budget_yuan is not None] for s in situations], bool),
    }
    always, tried = np.ones((1, 1), bool), np.full((1, 1), bool(record.ended))
    shared = {
        "coverage": _coverage(wanted, partners),
        "text_match": np.full(shape, np.nan) if text is None else text,
        "sub_industry": _industry_fit(firms, partners),
        "district": _district_fit(firms, partners),
        "distance": _distance(firms, partners),
        "acceptances": _acceptances(firms, partners, record),
    }
    forward = {
        "products": _product_share(wanted, situations, partners),
        "capacity": np.broadcast_to([_free_share(partner) for partner in partners], shape),
        "affordable": _affordable(situations, partners),
    }
    reverse = {
        "nearness": _column([_nearness(s.gap) for s in situations], shape),
        "budget": _column([_budget(s, thresholds) for s in situations], shape),
        "preference": preferences_met(situations, wanted, partners),
    }
    texted = ~np.isnan(shared["text_match"])
    stating = np.asarray([[partner.preferences != type(partner.preferences)() for partner in partners]], bool)
    return PairFeatures(
        Seen(
            shared | forward,
            {
                "coverage": known["gap"],
                "products": known["gap"],
                "text_match": texted,
                "sub_industry": known["sub"],
                "capacity": always,
                "district": known["district"],
                "distance": known["district"],
                "affordable": known["budget"],
                "acceptances": tried,
            },
        ),
        Seen(
            shared | reverse,
            dict.fromkeys(("coverage", "sub_industry", "nearness", "budget", "district", "distance"), always)
            | {"text_match": texted, "preference": stating, "acceptances": tried},
        ),
        tuple(firms),
        tuple(partner.id for partner in partners),
    )


def _column(values: Sequence[float], shape: tuple[int, int]) -> Floats:
    return np.asarray(np.broadcast_to(np.asarray(values, np.float64)[:, None], shape))


def _wanted(situations: Sequence[Situation]) -> Floats:
    """Weights (enterprises, scenarios): 2 for a 约束性 scenario below the target, 1 for another, else 0."""
    wanted = np.zeros((len(situations), len(SCENARIOS)))
    for row, situation in enumerate(situations):
        for below in situation.gap.scenarios_below if situation.gap else ():
            wanted[row, SCENARIOS[Scenario(below.id)]] = 2.0 if below.required else 1.0
    return wanted


def _coverage(wanted: Floats, partners: Sequence[Partner]) -> Floats:
    return share(wanted @ flags([partner.coverage for partner in partners]).T, wanted.sum(axis=1))


def _product_share(wanted: Floats, situations: Sequence[Situation], partners: Sequence[Partner]) -> Floats:
    """Share of the wanted scenarios that some product of the partner raises to the target level."""
    counted = (wanted > 0).astype(np.float64)
    targets = np.asarray([situation.target_level or 0 for situation in situations])
    shares = np.full((len(situations), len(partners)), np.nan)
    for level in range(1, _LEVELS):
        rows = targets == level
        if rows.any():
            raised = flags([_raised(partner, level) for partner in partners])
            shares[rows] = share(counted[rows] @ raised.T, counted[rows].sum(axis=1))
    return shares


def _raised(partner: Partner, level: int) -> frozenset[Scenario]:
    return frozenset(e.scenario for s in partner.solutions for e in s.scenarios if e.level >= level)


def _industry_fit(firms: Sequence[Enterprise | None], partners: Sequence[Partner]) -> Floats:
    table = np.asarray([[1.0 if code in p.sub_industries else 0.5 for p in partners] for code in SubIndustry])
    return looked_up(sub_industries_of(firms), table)


def _district_fit(firms: Sequence[Enterprise | None], partners: Sequence[Partner]) -> Floats:
    table = np.asarray([[1.0 if code in p.districts else 0.7 for p in partners] for code in DISTRICTS])
    return looked_up(districts_of(firms), table)


def _distance(firms: Sequence[Enterprise | None], partners: Sequence[Partner]) -> Floats:
    bases = numbers_of([partner.base_district for partner in partners], DISTRICTS)
    return looked_up(districts_of(firms), np.where(bases >= 0, NEARNESS[:, bases], np.nan))


def _acceptances(
    firms: Sequence[Enterprise | None], partners: Sequence[Partner], record: TrackRecord
) -> Floats:
    if not record.ended:
        return np.full((len(firms), len(partners)), np.nan)
    # The last row stands for a sub-industry that is not known.
    table = np.asarray([[record.rate(p.id, code) for p in partners] for code in (*SubIndustry, None)], float)
    return np.asarray(table[sub_industries_of(firms)])


def _free_share(partner: Partner) -> float:
    capacity = partner.capacity
    return capacity.free / capacity.total if capacity and capacity.total else np.nan


def _affordable(situations: Sequence[Situation], partners: Sequence[Partner]) -> Floats:
    """Share of the partner's priced products that begin within the budget."""
    budgets = np.asarray([np.nan if s.budget_yuan is None else float(s.budget_yuan) for s in situations])
    shares = np.full((len(situations), len(partners)), np.nan)
    told = ~np.isnan(budgets)
    for column, partner in enumerate(partners):
        prices = np.sort([float(s.price.low_yuan) for s in partner.solutions if s.price is not None])
        if len(prices):
            shares[told, column] = np.searchsorted(prices, budgets[told], side="right") / len(prices)
    return shares


def _nearness(gap: Gap | None) -> float:
    if gap is None:
        return np.nan
    return 0.0 if gap.closed else 1.0 / (1.0 + gap.scenarios_to_raise / 3.0)


def _budget(situation: Situation, thresholds: Thresholds) -> float:
    if situation.budget_yuan is None:
        return np.nan
    return min(1.0, float(situation.budget_yuan) / (float(thresholds.light_price_yuan) * 3))
