"""Lead units for an enterprise."""

from recommender.domain import LeadUnit
from recommender.domain.lead_unit import MODE_NAMES
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
from recommender.ranking.answer import Item
from recommender.ranking.priors import Scored, weigh
from recommender.ranking.unit_features import lead_unit_features
from recommender.ranking.unit_reasons import lead_unit_reasons, lead_unit_warnings
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import filter_rules, lead_unit_rules
from recommender.retrieval.situation import Situation
from recommender.text.passages import Side


def lead_unit_facts(unit: LeadUnit) -> dict[str, object]:
    """Facts to show beside a lead unit's name."""
    taxonomy = load_taxonomy()
    members = (*unit.consortium.integrators, *unit.consortium.ecosystem)
    return {
        "mode": MODE_NAMES[unit.mode],
        "sub_industries": [taxonomy.sub_industry_name(sub) for sub in unit.sub_industries],
        "coverage": [entry.name for entry in taxonomy.scenarios if entry.code in unit.coverage],
        "members": len(members),
        "free_capacity": unit.capacity.free if unit.capacity else None,
        "districts": [taxonomy.district_name(code) for code in unit.districts],
    }


def applicable_lead_unit_features(
    situation: Situation, *, has_match: bool, has_wishes: bool
) -> frozenset[str]:
    """Features that the situation gives anything to judge by."""
    enterprise = situation.enterprise
    told = {
        "coverage": situation.gap is not None and bool(situation.gap.scenarios_below),
        "products": situation.gap is not None and bool(situation.gap.scenarios_below),
        "text_match": has_match,
        "sub_industry": enterprise is not None and enterprise.sub_industry is not None,
        "capacity": True,
        "district": enterprise is not None and enterprise.district is not None,
        "should": has_wishes,
    }
    return frozenset(name for name, known in told.items() if known)


def rank_lead_units(engine: Engine, situation: Situation, wishes: Wishes) -> Ranked:
    """Rank the lead units for a situation: coverage of its gaps, products, sub-industry, capacity, text."""
    check_filter(wishes.filter, Side.LEAD_UNIT)
    catalogue = engine.snapshot.catalogue
    rules = lead_unit_rules(situation)
    rules += filter_rules(wishes.filter, wishes.exclude_ids, lambda record: getattr(record, "id", ""))
    query = query_of(situation.text, wishes, engine.snapshot.sides[Side.LEAD_UNIT])
    candidates = find_candidates(engine.snapshot, engine.encoder, Side.LEAD_UNIT, query, rules)
    should = wishes.filter.should
    applicable = applicable_lead_unit_features(
        situation, has_match=candidates.fused is not None, has_wishes=bool(should)
    )

    def order(weighed_by: Engine) -> list[ScoredCandidate]:
        def features_of(owner: str, match: float | None) -> tuple[dict[str, float | None], Scored]:
            unit = catalogue.lead_units[owner]
            features = lead_unit_features(unit, situation, match, catalogue.solutions, should)
            return features, weigh(features, applicable, weighed_by.priors.lead_unit)

        return score_all(candidates, features_of)

    shown, policy_version = arranged(engine, order, wishes.k)
    items = []
    for rank, candidate in enumerate(shown, start=1):
        unit = catalogue.lead_units[candidate.owner]
        passage = passage_for(engine.snapshot, candidates, candidate.position, situation.text)
        items.append(
            Item(
                rank=rank,
                id=unit.id,
                name=unit.name,
                score=round(candidate.scored.score, 6),
                propensity=candidate.propensity,
                reasons=lead_unit_reasons(
                    unit, situation, candidate.features, candidate.scored, catalogue.solutions, passage
                ),
                warnings=lead_unit_warnings(unit, situation),
                facts=lead_unit_facts(unit),
                synthetic_mark=unit.face_mark,
            )
        )
    return Ranked(
        items=tuple(items),
        features=tuple(candidate.features for candidate in shown),
        excluded=exclusions_of(engine.snapshot, candidates),
        degraded=candidates.degraded,
        policy_version=policy_version,
    )
