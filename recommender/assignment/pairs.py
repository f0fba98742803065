"""Why the two sides of a proposal suit each other, in the words of the lists that are served."""

from recommender.domain import Enterprise
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import BothSides, features_of, mutual_view
from recommender.ranking.answer import Reason
from recommender.ranking.unit_reasons import partner_reasons, prospect_reasons
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import situation_of


def serves(partner: Partner, firm: Enterprise) -> tuple[bool, bool]:
    """Whether it serves the enterprise's sub-industry, and its district; unknown ones do not hinder."""
    return partner.serves(firm.sub_industry, None), partner.serves(None, firm.district)


def pair_reasons(
    engine: Engine, firm: Enterprise, partner: Partner
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what speaks for the partner in the enterprise's eyes, and for the enterprise in its."""
    unit = engine.snapshot.catalogue.lead_units.get(partner.id)
    situation = situation_of(firm, engine.snapshot.results.get(firm.uscc), engine.instrument)
    view = mutual_view(BothSides.of(engine), features_of(engine, [situation], [partner], None), 0, 0)
    ours, theirs = view.forward, view.reverse
    return (
        partner_reasons(unit, partner, situation, ours.features, ours.scored, engine.record, None),
        prospect_reasons(partner, situation, theirs.features, theirs.scored, None),
    )
