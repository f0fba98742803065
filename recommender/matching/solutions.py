"""Solutions for an enterprise, or for someone who only said what hurts."""

from recommender.domain import Solution
from recommender.domain.taxonomy import load_taxonomy
from recommender.matching.ranked import (
    Engine,
    Ranked,
    ScoredCandidate,
    Wishes,
    arranged,
    check_filter,
    exclusions_of,
    passage_for,
    query_of,
    score_all,
)
from recommender.ranking.answer import GapEffect, Item
from recommender.ranking.learned_reasons import record_reasons, score_interval, weightiest_first
from recommender.ranking.learned_score import Line
from recommender.ranking.official_standing import OFFICIAL, official_reasons, official_warnings, with_offset
from recommender.ranking.priors import Scored
from recommender.ranking.solution_features import SolutionFit, applicable_features, solution_fit
from recommender.ranking.solution_reasons import price_text, solution_reasons, solution_warnings
from recommender.retrieval.candidates import Candidates, find_candidates
from recommender.retrieval.constraints import filter_rules, solution_rules
from recommender.retrieval.situation import Situation
from recommender.text.passages import Side


def solution_facts(solution: Solution) -> dict[str, object]:
    """Facts to show beside a solution's name."""
    taxonomy = load_taxonomy()
    return {
        "summary": solution.summary,
        "provider": solution.provider.name if solution.provider else None,
        "scenarios": [
            {
                "scenario": effect.scenario.value,
                "name": taxonomy.scenario_name(effect.scenario),
                "level": effect.level,
                "provenance": effect.provenance.value,
            }
            for effect in solution.scenarios
        ],
        "links": [taxonomy.link_name(link) for link in solution.links],
        "sub_industries": [taxonomy.sub_industry_name(sub) for sub in solution.sub_industries],
        "price": price_text(solution),
        "days_to_deploy": solution.days_to_deploy,
        "payback_months": solution.payback_months,
        "deployment": [way.value for way in solution.deployment],
        "url": solution.url,
    }


def find_solutions(engine: Engine, situation: Situation, wishes: Wishes) -> Candidates:
    """Retrieve the solutions that pass the constraints, with their text scores."""
    check_filter(wishes.filter, Side.SOLUTION)
    rules = solution_rules(situation)
    rules += filter_rules(wishes.filter, wishes.exclude_ids, lambda record: getattr(record, "id", ""))
    query = query_of(situation.text, wishes, engine.snapshot.sides[Side.SOLUTION])
    return find_candidates(engine.snapshot, engine.encoder, Side.SOLUTION, query, rules, engine.model.fusion)


def probability_of(candidates: Candidates, owner: str) -> float | None:
    """Probability that a record answers the need by its text alone, None when that cannot be told."""
    position = candidates.index.position(owner)
    if candidates.fused is None or candidates.fused.probability is None or position is None:
        return None
    return round(float(candidates.fused.probability[position]), 6)


def order_solutions(
    engine: Engine, situation: Situation, wishes: Wishes, candidates: Candidates
) -> tuple[list[ScoredCandidate], dict[str, GapEffect | None]]:
    """Score and order all candidates.

    Returns
    -------
    ordered : list of ScoredCandidate
        Best first.
    effects : dict of str to GapEffect or None
        What each does to the gap.
    """
    solutions = engine.snapshot.catalogue.solutions
    applicable = applicable_features(
        situation, has_match=candidates.fused is not None, has_wishes=bool(wishes.filter.should)
    )
    effects: dict[str, GapEffect | None] = {}
    scorer = engine.model.scorer("solution")
    sub_industry = situation.enterprise.sub_industry if situation.enterprise else None

    def judge(owner: str, match: float | None) -> tuple[dict[str, float | None], Line, Scored]:
        solution = solutions[owner]
        fit = solution_fit(solution, situation, match, wishes.filter.should, engine.priors.thresholds)
        effects[owner] = fit.effect
        # Not weighed: written to the log beside what is, for learning from outcomes.
        fit.features["match_probability"] = probability_of(candidates, owner)
        provider = solution.provider.id if solution.provider else None
        line = Line(fit.features, applicable, sub_industry, owner, provider)
        decided = engine.official.of_solution(solution)
        if decided:
            fit.features[OFFICIAL] = sum(one.offset for one in decided)
        return fit.features, line, with_offset(scorer.score(line), decided)

    return score_all(candidates, judge), effects


def rank_solutions(engine: Engine, situation: Situation, wishes: Wishes) -> Ranked:
    """Rank the pool's solutions for a situation.

    Parameters
    ----------
    situation : Situation
        From :func:`recommender.retrieval.situation.situation_of` or ``situation_of_text``.
    wishes : Wishes
        Length, filters and examples.

    Raises
    ------
    FilterNotApplicable, UnknownExample
        When the wishes cannot be understood.
    """
    candidates = find_solutions(engine, situation, wishes)
    effects: dict[str, GapEffect | None] = {}

    def order(weighed_by: Engine) -> list[ScoredCandidate]:
        ordered, of_all = order_solutions(weighed_by, situation, wishes, candidates)
        effects.update(of_all)
        return ordered

    shown, policy_version = arranged(engine, order, wishes.k)
    items = [
        _item(engine, situation, candidates, candidate, effects[candidate.owner], rank)
        for rank, candidate in enumerate(shown, start=1)
    ]
    return Ranked(
        items=tuple(items),
        features=tuple(candidate.features for candidate in shown),
        applies=tuple(candidate.line.applicable for candidate in shown),
        excluded=exclusions_of(engine.snapshot, candidates),
        degraded=candidates.degraded,
        policy_version=policy_version,
    )


def _item(
    engine: Engine,
    situation: Situation,
    candidates: Candidates,
    candidate: ScoredCandidate,
    effect: GapEffect | None,
    rank: int,
) -> Item:
    solution = engine.snapshot.catalogue.solutions[candidate.owner]
    fit = SolutionFit(candidate.features, effect)
    passage = passage_for(engine.snapshot, candidates, candidate.position, situation.text)
    scorer = engine.model.scorer("solution")
    decided = engine.official.of_solution(solution)
    reasons = solution_reasons(
        solution, fit, candidate.scored, situation, engine.instrument, engine.priors.thresholds, passage
    )
    return Item(
        rank=rank,
        id=solution.id,
        name=solution.name,
        score=round(candidate.scored.score, 6),
        score_ci95=score_interval(candidate.scored.score, scorer.deviation(candidate.line)),
        propensity=candidate.propensity,
        reasons=weightiest_first(
            (*reasons, *official_reasons(candidate.scored, decided)),
            record_reasons(scorer.known_effects(candidate.line), candidate.scored),
        ),
        gap_effect=effect,
        warnings=(*official_warnings(decided), *solution_warnings(solution, fit)),
        facts=solution_facts(solution),
        synthetic_mark=solution.face_mark,
    )
