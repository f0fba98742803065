"""Features of a solution for an enterprise, each 0–1, None where the solution does not tell."""

from dataclasses import dataclass

from recommender.domain import Solution
from recommender.ranking.answer import GapEffect
from recommender.ranking.gap_effect import gap_effect, gap_value
from recommender.ranking.priors import Thresholds
from recommender.retrieval.conditions import Condition
from recommender.retrieval.situation import Situation
from recommender.text.scenarios import scenarios_of_need


@dataclass(frozen=True, slots=True)
class SolutionFit:
    """Features of one solution and its effect on the gap."""

    features: dict[str, float | None]
    effect: GapEffect | None


def _falling(value: float, full_until: float, zero_from: float) -> float:
    """1 up to ``full_until``, 0 from ``zero_from``, linear between."""
    return min(1.0, max(0.0, (zero_from - value) / (zero_from - full_until)))


def price_fit(solution: Solution, situation: Situation, thresholds: Thresholds) -> float | None:
    """Cheapness of the lowest price: against the budget where there is one, else against the thresholds."""
    if solution.price is None:
        return None
    price = float(solution.price.low_yuan)
    if situation.budget_yuan:
        return _falling(price, 0.2 * float(situation.budget_yuan), 1.2 * float(situation.budget_yuan))
    return _falling(price, 0.2 * float(thresholds.light_price_yuan), float(thresholds.price_zero_yuan))


def lightness(solution: Solution, thresholds: Thresholds) -> float | None:
    """Share of the 小快轻准 indicators met among those told: small price, short time, quick payback.

    The indicators are the founding notice's own (轻量化投资、短工期改造、投入产出比高); the numbers are
    configuration, none is published.
    """
    met = []
    if solution.price is not None:
        met.append(solution.price.low_yuan <= thresholds.light_price_yuan)
    if solution.days_to_deploy is not None:
        met.append(solution.days_to_deploy <= thresholds.light_days)
    if solution.payback_months is not None:
        met.append(solution.payback_months <= thresholds.light_payback_months)
    return sum(met) / len(met) if met else None


def sub_industry_fit(solution: Solution, situation: Situation) -> float | None:
    """1 when made for the enterprise's sub-industry, 0.6 when made for any; others are excluded before."""
    enterprise = situation.enterprise
    if enterprise is None or enterprise.sub_industry is None:
        return None
    return 1.0 if enterprise.sub_industry in solution.sub_industries else 0.6


def scenario_fit(solution: Solution, situation: Situation) -> float | None:
    """Share of the need, by the scenarios it speaks of, that the solution is about.

    The solution's own share is judged as well, so that a bundle of eight scenarios does not fit every need:
    the harmonic mean of both, each inferred scenario counted by its confidence.
    """
    said = scenarios_of_need(situation.text) if situation.text_is_own else {}
    if not said or not solution.scenarios:
        return None
    held = {effect.scenario: effect.confidence for effect in solution.scenarios}
    covered = sum(share * held.get(scenario, 0.0) for scenario, share in said.items())
    focus = sum(confidence for scenario, confidence in held.items() if scenario in said) / sum(held.values())
    return 2 * covered * focus / (covered + focus) if covered + focus else 0.0


def _deployment_fit(solution: Solution, situation: Situation) -> float | None:
    if not solution.deployment or situation.enterprise is None:
        return None
    return float(bool(set(solution.deployment) & set(situation.enterprise.deployment_preference)))


def solution_fit(
    solution: Solution,
    situation: Situation,
    match: float | None,
    should: tuple[Condition, ...],
    thresholds: Thresholds,
) -> SolutionFit:
    """Compute all features of one solution.

    Parameters
    ----------
    match : float, optional
        Text match 0–1 from retrieval; None when there was no text.
    should : tuple of Condition
        Wishes of the caller.
    """
    effect = gap_effect(solution.scenarios, situation.gap) if situation.gap else None
    value = None
    if effect is not None and situation.gap is not None and solution.scenarios:
        value = gap_value(effect, solution.scenarios, situation.gap)
    days = solution.days_to_deploy
    features = {
        "text_match": match,
        "scenario": scenario_fit(solution, situation),
        "gap_effect": value,
        "sub_industry": sub_industry_fit(solution, situation),
        "price": price_fit(solution, situation, thresholds),
        "days": None if days is None else _falling(days, thresholds.light_days, thresholds.days_zero),
        "deployment": _deployment_fit(solution, situation),
        "light": lightness(solution, thresholds),
        "should": sum(c.holds(solution) for c in should) / len(should) if should else None,
    }
    return SolutionFit(features, effect)


def applicable_features(situation: Situation, *, has_match: bool, has_wishes: bool) -> frozenset[str]:
    """Features that this situation gives anything to judge by.

    Who only said what hurts is answered by what the pages say. Price, days and the scenario of the need come
    in with an enterprise or a budget: on needs alone they cost nDCG@10, .03 (sample) and .006 (real).
    """
    enterprise = situation.enterprise
    judges_offer = enterprise is not None or situation.budget_yuan is not None
    told = {
        "text_match": has_match,
        "scenario": judges_offer and situation.text_is_own and bool(scenarios_of_need(situation.text)),
        "gap_effect": situation.gap is not None and not situation.gap.closed,
        "sub_industry": enterprise is not None and enterprise.sub_industry is not None,
        "price": judges_offer,
        "days": judges_offer,
        "deployment": enterprise is not None and bool(enterprise.deployment_preference),
        "light": judges_offer,
        "should": has_wishes,
    }
    return frozenset(name for name, known in told.items() if known)
