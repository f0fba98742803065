"""How both sides see every pair of a batch: the scores and reasons of the lists that are served."""

from collections.abc import Sequence
from datetime import date

from recommender.domain import Enterprise, LeadUnit
from recommender.domain.enterprise import PartnerKind
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import PairScores, features_of, mutual_view
from recommender.matching.reciprocal import pair_scores as scores_of_partners
from recommender.ranking.answer import Reason
from recommender.ranking.unit_reasons import lead_unit_reasons, prospect_reasons
from recommender.retrieval.partner import lead_unit_partner
from recommender.retrieval.situation import situation_of

__all__ = ["PairScores", "may_be_shown", "pair_reasons", "pair_scores", "serves"]


def serves(unit: LeadUnit, firm: Enterprise) -> tuple[bool, bool]:
    """Whether the unit serves the enterprise's sub-industry, and its district; unknown ones do not hinder."""
    industry = (
        not unit.sub_industries or firm.sub_industry is None or firm.sub_industry in unit.sub_industries
    )
    district = not unit.districts or firm.district is None or firm.district in unit.districts
    return industry, district


def may_be_shown(firm: Enterprise, unit: str, on: date) -> bool:
    """Whether the enterprise agreed to be shown to a unit on a day."""
    return firm.shows_itself_to(PartnerKind.LEAD_UNIT, unit, on)


def pair_scores(
    engine: Engine, firms: Sequence[Enterprise], units: Sequence[LeadUnit], *, on: date
) -> PairScores:
    """Score every pair; see :func:`recommender.matching.reciprocal.pair_scores`."""
    solutions = engine.snapshot.catalogue.solutions
    partners = [lead_unit_partner(unit, solutions) for unit in units]
    return scores_of_partners(engine, firms, partners, on=on)


def pair_reasons(
    engine: Engine, firm: Enterprise, unit: LeadUnit
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what speaks for the unit in the enterprise's eyes, and for the enterprise in the unit's."""
    partner = lead_unit_partner(unit, engine.snapshot.catalogue.solutions)
    situation = situation_of(firm, engine.snapshot.results.get(firm.uscc), engine.instrument)
    view = mutual_view(engine, features_of(engine, [situation], [partner], None), 0, 0)
    ours, theirs = view.forward, view.reverse
    return (
        lead_unit_reasons(unit, partner, situation, ours.features, ours.scored, engine.record, None),
        prospect_reasons(partner, situation, theirs.features, theirs.scored, None),
    )
