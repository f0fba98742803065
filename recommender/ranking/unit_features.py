"""Features of every pair of enterprise and partner, seen from either side, each 0–1, NaN where unknown.

All of them are arrays over pairs: a list for one enterprise is one row, the prospects of one unit are one
column, an assignment is the whole matrix.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.diagnosis.gap import Gap
from recommender.domain import Enterprise
from recommender.domain.geography import road_km
from recommender.domain.taxonomy import Scenario, SubIndustry, load_taxonomy
from recommender.ranking.priors import Thresholds
from recommender.ranking.track_record import TrackRecord
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import Situation

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: At so many km a journey counts as 1/e of one that takes no time.
_FAR_KM = 30.0
_LEVELS = 5
_SCENARIO = {code: number for number, code in enumerate(Scenario)}
_SUB_INDUSTRY: dict[str, int] = {code: number for number, code in enumerate(SubIndustry)}
_DISTRICT = {entry.code: number for number, entry in enumerate(load_taxonomy().districts)}
_NEARNESS = np.exp(-np.asarray([[road_km(a, b) for b in _DISTRICT] for a in _DISTRICT]) / _FAR_KM)


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
    """Both views of the same pairs: ``forward`` is the enterprise's, ``reverse`` the partner's."""

    forward: Seen
    reverse: Seen


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
        "preference": _preference(situations, wanted, partners),
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
    )


def _column(values: Sequence[float], shape: tuple[int, int]) -> Floats:
    return np.asarray(np.broadcast_to(np.asarray(values, np.float64)[:, None], shape))


def _wanted(situations: Sequence[Situation]) -> Floats:
    """Weights (enterprises, scenarios): 2 for a 约束性 scenario below the target, 1 for another, else 0."""
    wanted = np.zeros((len(situations), len(_SCENARIO)))
    for row, situation in enumerate(situations):
        for below in situation.gap.scenarios_below if situation.gap else ():
            wanted[row, _SCENARIO[Scenario(below.id)]] = 2.0 if below.required else 1.0
    return wanted


def _share(part: Floats, whole: Floats) -> Floats:
    told = whole[:, None] > 0
    return np.asarray(np.divide(part, whole[:, None], out=np.full(part.shape, np.nan), where=told))


def _flags(of: Sequence[frozenset[Scenario]]) -> Floats:
    flags = np.zeros((len(of), len(_SCENARIO)))
    for row, scenarios in enumerate(of):
        flags[row, [_SCENARIO[code] for code in scenarios]] = 1.0
    return flags


def _coverage(wanted: Floats, partners: Sequence[Partner]) -> Floats:
    return _share(wanted @ _flags([partner.coverage for partner in partners]).T, wanted.sum(axis=1))


def _product_share(wanted: Floats, situations: Sequence[Situation], partners: Sequence[Partner]) -> Floats:
    """Share of the wanted scenarios that some product of the partner raises to the target level."""
    counted = (wanted > 0).astype(np.float64)
    targets = np.asarray([situation.target_level or 0 for situation in situations])
    shares = np.full((len(situations), len(partners)), np.nan)
    for level in range(1, _LEVELS):
        rows = targets == level
        if rows.any():
            raised = _flags([_raised(partner, level) for partner in partners])
            shares[rows] = _share(counted[rows] @ raised.T, counted[rows].sum(axis=1))
    return shares


def _raised(partner: Partner, level: int) -> frozenset[Scenario]:
    return frozenset(e.scenario for s in partner.solutions for e in s.scenarios if e.level >= level)


def _numbers(codes: Sequence[str | None], numbering: Mapping[str, int]) -> NDArray[np.int64]:
    """Numbers of codes, -1 for None."""
    return np.asarray([-1 if code is None else numbering[code] for code in codes], np.int64)


def _sub_industries(firms: Sequence[Enterprise | None]) -> NDArray[np.int64]:
    return _numbers([firm.sub_industry if firm else None for firm in firms], _SUB_INDUSTRY)


def _districts(firms: Sequence[Enterprise | None]) -> NDArray[np.int64]:
    return _numbers([firm.district if firm else None for firm in firms], _DISTRICT)


def _looked_up(rows: NDArray[np.int64], table: Floats) -> Floats:
    """Return the rows of a table (codes, partners), NaN for the unknown code -1."""
    return np.where(rows[:, None] >= 0, table[rows], np.nan)


def _industry_fit(firms: Sequence[Enterprise | None], partners: Sequence[Partner]) -> Floats:
    table = np.asarray([[1.0 if code in p.sub_industries else 0.5 for p in partners] for code in SubIndustry])
    return _looked_up(_sub_industries(firms), table)


def _district_fit(firms: Sequence[Enterprise | None], partners: Sequence[Partner]) -> Floats:
    table = np.asarray([[1.0 if code in p.districts else 0.7 for p in partners] for code in _DISTRICT])
    return _looked_up(_districts(firms), table)


def _distance(firms: Sequence[Enterprise | None], partners: Sequence[Partner]) -> Floats:
    bases = _numbers([partner.base_district for partner in partners], _DISTRICT)
    return _looked_up(_districts(firms), np.where(bases >= 0, _NEARNESS[:, bases], np.nan))


def _acceptances(
    firms: Sequence[Enterprise | None], partners: Sequence[Partner], record: TrackRecord
) -> Floats:
    if not record.ended:
        return np.full((len(firms), len(partners)), np.nan)
    # The last row stands for a sub-industry that is not known.
    table = np.asarray([[record.rate(p.id, code) for p in partners] for code in (*SubIndustry, None)], float)
    return np.asarray(table[_sub_industries(firms)])


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


def _preference(situations: Sequence[Situation], wanted: Floats, partners: Sequence[Partner]) -> Floats:
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
        nearest = _NEARNESS[:, _numbers(wish.districts, _DISTRICT)].max(axis=1)
        nearest[_numbers(wish.districts, _DISTRICT)] = 1.0
        districts = _looked_up(_districts(firms), nearest[:, None])[:, 0]
    if wish.least_budget_yuan:
        least = float(wish.least_budget_yuan)
        budgets = np.asarray(
            [np.nan if s.budget_yuan is None else min(1.0, float(s.budget_yuan) / least) for s in situations]
        )
    if wish.scenarios:
        wished = _flags([frozenset(wish.scenarios)])[0]
        scenarios = np.where((wanted > 0).any(axis=1), (wanted > 0) @ wished / wished.sum(), np.nan)
    return sizes, districts, budgets, scenarios
