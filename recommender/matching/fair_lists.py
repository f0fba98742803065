"""Lists for a whole market at once, in which no one envies another.

In the market are the enterprises that agreed to be shown and the lead units with places left. What each sees
in the other are the two scores of the ordinary rankings, read as the probability of interest once a line is
looked at. Nothing is served from here: the lists are computed and compared with today's, docs/fair_lists.md
tells how serving would switch.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise, LeadUnit
from recommender.domain.taxonomy import SubIndustry
from recommender.errors import NotFound, TooLarge
from recommender.market import (
    METHODS,
    Limits,
    Lottery,
    Market,
    Outcome,
    lottery_of,
    outcome_of,
)
from recommender.market.outcome import CAP_TOLERANCE
from recommender.matching.fair_answer import (
    FairList,
    FairLists,
    FairListsRequest,
    ListOutcome,
    Ranking,
    ShownItem,
)
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import pair_scores
from recommender.retrieval.candidates import DENSE_UNAVAILABLE
from recommender.retrieval.partner import lead_unit_partner

Floats = NDArray[np.float64]
_MOST_MEMBERS = 3_000


class NoMarket(NotFound):
    """No enterprise agreed to be shown to any lead unit that has places left."""

    code = "no_market"
    title = "没有可以匹配的双方"


class MarketTooLarge(TooLarge):
    """Envy compares all members of a side with each other; beyond this size that fills the memory."""

    code = "market_too_large"
    title = "市场过大"


@dataclass(frozen=True, slots=True)
class SeenByBoth:
    """How enterprises (rows) and units (columns) see each other.

    Attributes
    ----------
    forward, reverse : float (enterprises, units)
        Scores 0–1 as the enterprise sees the unit, and as the unit sees the enterprise.
    allowed : bool (enterprises, units)
        Consent given, sub-industry and district served.
    degraded : str, optional
        Stable code of what could not be used for the scores.
    """

    forward: Floats
    reverse: Floats
    allowed: NDArray[np.bool_]
    degraded: str | None


def seen_by_both(
    engine: Engine, enterprises: Sequence[Enterprise], units: Sequence[LeadUnit], *, on: date
) -> SeenByBoth:
    """Score all pairs by the scores that the served rankings go by."""
    partners = [lead_unit_partner(unit, engine.snapshot.catalogue.solutions) for unit in units]
    scores = pair_scores(engine, enterprises, partners, on=on)
    degraded = None if engine.snapshot.has_vectors else DENSE_UNAVAILABLE
    return SeenByBoth(scores.forward, scores.reverse, scores.allowed & scores.consented, degraded)


def fair_lists(engine: Engine, request: FairListsRequest, *, on: date) -> FairLists:
    """Make fair lists for a market and compare them with today's.

    Parameters
    ----------
    on : date
        Day on which consent must hold.

    Raises
    ------
    NoMarket
        If there is no pair that may see each other.
    MarketTooLarge
        If more than 3,000 enterprises, or units, would be in it.
    recommender.market.ShareCapTooTight
        If the cap leaves the lists too little to show.
    """
    who = _participants(engine, request.sub_industry, on)
    market = Market(
        who.seen.forward,
        who.seen.reverse.T,
        allowed=who.seen.allowed,
        left=Limits(depth=request.depth),
        right=Limits(depth=request.depth, capacity=who.places, share_cap=request.share_cap),
    )
    method = METHODS[request.method]
    # Today an enterprise sees units by its own score and a unit sees enterprises by the mean of both.
    now = market.sorted_by(who.seen.forward, (who.seen.forward * who.seen.reverse).T)
    fair = method.rank(market)
    outcome, outcome_now = outcome_of(market, fair), outcome_of(market, now)
    left_figures = _figures(
        matches=outcome.left_matches,
        matches_now=outcome_now.left_matches,
        exposure=outcome.left_exposure,
        exposure_now=outcome_now.left_exposure,
    )
    right_figures = _figures(
        matches=outcome.right_matches,
        matches_now=outcome_now.right_matches,
        exposure=outcome.right_exposure,
        exposure_now=outcome_now.right_exposure,
    )
    left = _lotteries(fair.left, market.left.examination, market.allowed)
    right = _lotteries(fair.right, market.right.examination, market.allowed.T)
    return FairLists(
        method=method.name,
        title=method.title,
        policy_version=f"fair-{method.name}-1",
        model_version=engine.model.version,
        index_version=engine.snapshot.version,
        on=on,
        degraded=who.seen.degraded,
        enterprises_left_out=who.left_out,
        fair=_told(outcome),
        now=_told(outcome_now),
        enterprises=tuple(
            _list_of(member, who.units, lottery, figures, on)
            for member, lottery, figures in zip(who.firms, left, left_figures, strict=True)
        ),
        lead_units=tuple(
            _list_of(member, who.firms, lottery, figures, on)
            for member, lottery, figures in zip(who.units, right, right_figures, strict=True)
        ),
        warnings=_warnings(outcome),
    )


@dataclass(frozen=True, slots=True)
class _Member:
    id: str
    name: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class _Participants:
    """Enterprises and units with someone to meet, how they see each other, and the units' places."""

    firms: list[_Member]
    units: list[_Member]
    seen: SeenByBoth
    places: list[float]
    left_out: int


def _participants(engine: Engine, sub: SubIndustry | None, on: date) -> _Participants:
    catalogue = engine.snapshot.catalogue
    units = [
        unit
        for unit in catalogue.units_in_office.values()
        if (sub is None or not unit.sub_industries or sub in unit.sub_industries)
        and (unit.capacity is None or unit.capacity.free > 0)
    ]
    firms = [firm for firm in catalogue.enterprises.values() if sub is None or firm.sub_industry == sub]
    seen = seen_by_both(engine, firms, units, on=on)
    rows, columns = np.flatnonzero(seen.allowed.any(axis=1)), np.flatnonzero(seen.allowed.any(axis=0))
    if not rows.size:
        raise NoMarket("没有企业同意向还有名额的牵引单位展示，无法排名单", place={"field": "sub_industry"})
    if (most := max(rows.size, columns.size)) > _MOST_MEMBERS:
        raise MarketTooLarge(
            f"一个市场每侧最多 {_MOST_MEMBERS} 家，现有 {most} 家，请按细分行业分开排",
            place={"field": "sub_industry"},
        )
    pairs = np.ix_(rows, columns)
    present = [units[column] for column in columns]
    return _Participants(
        firms=[_Member(firms[row].uscc, firms[row].name, firms[row].face_mark) for row in rows],
        units=[_Member(unit.id, unit.name, unit.face_mark) for unit in present],
        seen=SeenByBoth(seen.forward[pairs], seen.reverse[pairs], seen.allowed[pairs], seen.degraded),
        places=[float(unit.capacity.free) if unit.capacity else np.inf for unit in present],
        left_out=len(firms) - len(rows),
    )


def _lotteries(lists: Floats, examination: Floats, allowed: NDArray[np.bool_]) -> list[Lottery]:
    return [lottery_of(row, examination, shown) for row, shown in zip(lists, allowed, strict=True)]


def _figures(**columns: Floats) -> list[dict[str, float]]:
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, (round(float(value), 6) for value in row), strict=True)) for row in rows]


def _list_of(
    member: _Member, others: Sequence[_Member], lottery: Lottery, figures: dict[str, float], on: date
) -> FairList:
    propensities = lottery.propensities()
    # Each list turns on days of its own.
    offset = zlib.crc32(member.id.encode()) / 2**32
    shown = lottery.on_day(on.toordinal(), offset).tolist()
    frequent = np.argsort(-lottery.weights, kind="stable").tolist()
    return FairList(
        id=member.id,
        name=member.name,
        synthetic_mark=member.mark,
        rankings=tuple(
            Ranking(
                probability=round(float(lottery.weights[number]), 12),
                ids=tuple(others[item].id for item in lottery.rankings[number].tolist()),
            )
            for number in frequent
        ),
        shown=tuple(
            ShownItem(
                rank=rank + 1,
                id=others[item].id,
                name=others[item].name,
                synthetic_mark=others[item].mark,
                propensity=round(float(propensities[item, rank]), 12),
            )
            for rank, item in enumerate(shown)
        ),
        **figures,
    )


def _told(outcome: Outcome) -> ListOutcome:
    return ListOutcome(
        matches=round(outcome.matches, 6),
        enterprise_envies=outcome.left_envies,
        unit_envies=outcome.right_envies,
        worst_envy=outcome.worst_envy,
        largest_unit_share=round(float(outcome.right_exposure.max()), 6),
    )


def _warnings(outcome: Outcome) -> tuple[str, ...]:
    warnings = ["匹配数以双方得分作为看到后感兴趣的概率来估计，只宜比较名单，不是对签约数的预测"]
    if outcome.excess > CAP_TOLERANCE:
        warnings.append(
            f"有单位的曝光占比仍超出上限 {outcome.excess:.1%}：只能看到它的企业太多，或该方法不按上限排名单"
        )
    if outcome.envies:
        warnings.append(f"仍有 {outcome.envies} 对嫉妒，最大的一对差 {outcome.worst_envy:.4f} 次匹配")
    return tuple(warnings)
