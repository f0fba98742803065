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
from recommender.matching.reciprocal import BothSides, MutualView, features_of, met, mutual_view
from recommender.ranking.answer import Item
from recommender.ranking.learned_reasons import record_reasons, score_interval, weightiest_first
from recommender.ranking.learned_score import Line
from recommender.ranking.official_standing import OFFICIAL, official_reasons, official_warnings, with_offset
from recommender.ranking.priors import Scored
from recommender.ranking.unit_reasons import lead_unit_warnings, partner_reasons
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import filter_rules, lead_unit_rules
from recommender.retrieval.partner import lead_unit_partner
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


def rank_lead_units(engine: Engine, situation: Situation, wishes: Wishes) -> Ranked:
    """Rank the lead units for a situation: coverage of its gaps, products, sub-industry, capacity, text.

    Notes
    -----
    The list is in the enterprise's own order, ``forward``: it chooses freely. ``reverse`` and ``p_match``
    tell it how it may be received, where the enterprise itself is known.
    """
    check_filter(wishes.filter, Side.LEAD_UNIT)
    catalogue = engine.snapshot.catalogue
    rules = lead_unit_rules(situation)
    rules += filter_rules(wishes.filter, wishes.exclude_ids, lambda record: getattr(record, "id", ""))
    query = query_of(situation.text, wishes, engine.snapshot.sides[Side.LEAD_UNIT])
    candidates = find_candidates(
        engine.snapshot, engine.encoder, Side.LEAD_UNIT, query, rules, engine.model.fusion
    )
    units = [catalogue.lead_units[candidates.index.owners[at]] for at in candidates.positions.tolist()]
    partners = {unit.id: lead_unit_partner(unit, catalogue.solutions) for unit in units}
    text = candidates.fused.match[candidates.positions][None].astype(float) if candidates.fused else None
    features = features_of(engine, [situation], list(partners.values()), text)

    known = situation.enterprise is not None

    def views_by(weighed_by: Engine) -> dict[str, MutualView]:
        sides = BothSides.of(weighed_by)
        return {
            unit.id: mutual_view(sides, features, 0, column, enterprise_wish=met(wishes.filter.should, unit))
            for column, unit in enumerate(units)
        }

    def order(weighed_by: Engine) -> list[ScoredCandidate]:
        seen = views_by(weighed_by)

        def judge(owner: str, _: float | None) -> tuple[dict[str, float | None], Line, Scored]:
            own = seen[owner].forward
            logged = seen[owner].logged(own, enterprise_known=known)
            decided = engine.official.of_unit(owner)
            if decided:
                logged[OFFICIAL] = sum(one.offset for one in decided)
            return logged, own.line, with_offset(own.scored, decided)

        return score_all(candidates, judge)

    shown, policy_version = arranged(engine, order, wishes.k)
    views = views_by(engine)
    items = []
    for rank, candidate in enumerate(shown, start=1):
        unit, view = catalogue.lead_units[candidate.owner], views[candidate.owner]
        passage = passage_for(engine.snapshot, candidates, candidate.position, situation.text)
        own, decided = view.forward, engine.official.of_unit(unit.id)
        reasons = partner_reasons(
            unit, partners[unit.id], situation, own.features, own.scored, engine.record, passage
        )
        items.append(
            Item(
                rank=rank,
                id=unit.id,
                name=unit.name,
                score=round(candidate.scored.score, 6),
                score_ci95=score_interval(candidate.scored.score, own.deviation),
                forward=round(view.forward.scored.score, 6),
                reverse=round(view.reverse.scored.score, 6) if known else None,
                p_match=round(view.p_match, 6) if known else None,
                propensity=candidate.propensity,
                reasons=weightiest_first(
                    (*reasons, *official_reasons(candidate.scored, decided)),
                    record_reasons(own.scorer.known_effects(own.line), own.scored),
                ),
                warnings=(*official_warnings(decided), *lead_unit_warnings(unit, situation)),
                facts=lead_unit_facts(unit),
                synthetic_mark=unit.face_mark,
            )
        )
    return Ranked(
        items=tuple(items),
        features=tuple(candidate.features for candidate in shown),
        applies=tuple(candidate.line.applicable for candidate in shown),
        excluded=exclusions_of(engine.snapshot, candidates),
        degraded=candidates.degraded,
        policy_version=policy_version,
    )
