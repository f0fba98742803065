"""Prospects for a lead unit: enterprises that fit and agreed to be shown, without contact data."""

from datetime import date

from recommender.domain import LeadUnit
from recommender.matching.lead_units import applicable_lead_unit_features
from recommender.matching.ranked import (
    Engine,
    Ranked,
    Wishes,
    check_filter,
    exclusions_of,
    query_of,
    score_all,
)
from recommender.ranking.answer import Item
from recommender.ranking.priors import Scored, weigh
from recommender.ranking.unit_features import lead_unit_features, prospect_features
from recommender.ranking.unit_reasons import prospect_facts, prospect_reasons
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import filter_rules, prospect_rules
from recommender.retrieval.situation import Situation, situation_of
from recommender.text.evidence import best_sentence
from recommender.text.passages import Side
from recommender.text.profiles import lead_unit_page, needs_text


def rank_prospects(
    engine: Engine, unit: LeadUnit, wishes: Wishes, *, on: date, text: str | None = None
) -> Ranked:
    """Rank the enterprises that consented to be shown to a lead unit.

    Parameters
    ----------
    on : date
        The day on which consent must hold.
    text : str, optional
        What the unit looks for, beside its own page.

    Notes
    -----
    ``reverse`` is the fit seen from the unit, ``forward`` that seen from the enterprise (the score by which
    the unit would be ranked for it); the list is ordered by their geometric mean, so that neither side's
    indifference is bought off by the other's zeal.
    """
    check_filter(wishes.filter, Side.ENTERPRISE)
    catalogue = engine.snapshot.catalogue
    rules = prospect_rules(unit, on)
    rules += filter_rules(wishes.filter, wishes.exclude_ids, lambda record: getattr(record, "uscc", ""))
    wanted = "\n".join(part for part in (text, lead_unit_page(unit)) if part)
    query = query_of(wanted, wishes, engine.snapshot.sides[Side.ENTERPRISE])
    candidates = find_candidates(engine.snapshot, engine.encoder, Side.ENTERPRISE, query, rules)
    has_match = candidates.fused is not None
    should = wishes.filter.should
    known = frozenset({"coverage", "sub_industry", "nearness", "budget", "district"})
    known |= {"text_match"} if has_match else set()
    known |= {"should"} if should else set()
    situations: dict[str, Situation] = {}
    forward: dict[str, float] = {}
    reverse: dict[str, Scored] = {}

    def features_of(owner: str, match: float | None) -> tuple[dict[str, float | None], Scored]:
        situation = situation_of(
            catalogue.enterprises[owner], engine.snapshot.results.get(owner), engine.instrument
        )
        situations[owner] = situation
        ours = lead_unit_features(unit, situation, match, catalogue.solutions, ())
        applicable = applicable_lead_unit_features(situation, has_match=has_match, has_wishes=False)
        forward[owner] = weigh(ours, applicable, engine.priors.lead_unit).score
        theirs = prospect_features(unit, situation, match, should, engine.priors.thresholds)
        reverse[owner] = weigh(theirs, known, engine.priors.prospect)
        mutual = (forward[owner] * reverse[owner].score) ** 0.5
        share = mutual / reverse[owner].score if reverse[owner].score else 0.0
        scaled = {name: value * share for name, value in reverse[owner].contributions.items()}
        return theirs | {"forward": forward[owner]}, Scored(score=mutual, contributions=scaled)

    shown = score_all(candidates, features_of)[: wishes.k]
    items = []
    for rank, candidate in enumerate(shown, start=1):
        enterprise = catalogue.enterprises[candidate.owner]
        situation = situations[candidate.owner]
        said = best_sentence(needs_text(enterprise), wanted)
        items.append(
            Item(
                rank=rank,
                id=enterprise.uscc,
                name=enterprise.name,
                score=round(candidate.scored.score, 6),
                forward=round(forward[candidate.owner], 6),
                reverse=round(reverse[candidate.owner].score, 6),
                reasons=prospect_reasons(unit, situation, candidate.features, candidate.scored, said),
                warnings=("合成样本，不是真实企业",) if enterprise.synthetic else (),
                facts=prospect_facts(enterprise, situation),
                synthetic_mark=enterprise.face_mark,
            )
        )
    return Ranked(
        items=tuple(items),
        features=tuple(candidate.features for candidate in shown),
        excluded=exclusions_of(engine.snapshot, candidates),
        degraded=candidates.degraded,
    )
