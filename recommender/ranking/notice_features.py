"""Features of a notice for an enterprise, each 0–1, None where the notice does not tell."""

from collections.abc import Collection
from datetime import date

from recommender.domain import Notice
from recommender.ranking.unit_features import wanted_scenarios
from recommender.retrieval.conditions import Condition
from recommender.retrieval.situation import Situation

#: What names the enterprise's own kind counts fully, what is for everybody half.
_FOR_ALL = 0.5
#: From so many days before its deadline a notice counts fully; further off it may wait.
_URGENT_DAYS = 30
_DISTANT_DAYS = 365
#: Without a deadline it is news for so long.
_NEWS_DAYS = 180


def notice_features(
    notice: Notice, situation: Situation, match: float | None, should: tuple[Condition, ...], on: date
) -> dict[str, float | None]:
    """Compute all features of one notice that passed the constraints.

    Parameters
    ----------
    match : float, optional
        Text match 0–1 from retrieval; None when there was no text.
    on : date
        Today, for what is timely.
    """
    enterprise, result = situation.enterprise, situation.result
    return {
        "text_match": match,
        "scenario": _scenario_fit(notice, situation),
        "sub_industry": _made_for(notice.sub_industries, enterprise and enterprise.sub_industry),
        "level": _made_for(notice.levels, result.level if result else None),
        "district": _made_for(notice.districts, enterprise and enterprise.district),
        "size": _made_for(notice.sizes, enterprise and enterprise.size_class),
        "timely": timeliness(notice, on),
        "should": sum(c.holds(notice) for c in should) / len(should) if should else None,
    }


def applicable_notice_features(situation: Situation, *, has_match: bool, has_wishes: bool) -> frozenset[str]:
    """Features that this situation gives anything to judge by."""
    enterprise = situation.enterprise
    told = {
        "text_match": has_match,
        "scenario": bool(wanted_scenarios(situation)),
        "sub_industry": enterprise is not None and enterprise.sub_industry is not None,
        "level": situation.result is not None,
        "district": enterprise is not None and enterprise.district is not None,
        "size": enterprise is not None and enterprise.size_class is not None,
        "timely": True,
        "should": has_wishes,
    }
    return frozenset(name for name, known in told.items() if known)


def timeliness(notice: Notice, on: date) -> float:
    """1 shortly before the deadline, less the further it is off; without one, less the older the notice."""
    if (day := notice.ends_on or notice.starts_on) is not None and day >= on:
        days = (day - on).days
        return 1.0 - max(0, min(days, _DISTANT_DAYS) - _URGENT_DAYS) / _DISTANT_DAYS
    return max(0.0, 1.0 - (on - notice.published_on).days / _NEWS_DAYS)


def _made_for(named: Collection[object], own: object) -> float | None:
    if own is None:
        return None
    if not named:
        return _FOR_ALL
    return float(own in named)


def _scenario_fit(notice: Notice, situation: Situation) -> float | None:
    """Harmonic mean of the shares of its wanted scenarios and of the notice's own that both hold."""
    wanted = wanted_scenarios(situation)
    if not wanted or not notice.scenarios:
        return None
    shared = len(wanted & set(notice.scenarios))
    return 2 * shared / (len(wanted) + len(notice.scenarios))
