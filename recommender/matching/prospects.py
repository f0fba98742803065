"""Prospects of a lead unit or vendor: enterprises that fit and agreed to be shown, without contact data."""

from datetime import date

from recommender.matching.ranked import (
    Engine,
    Ranked,
    Wishes,
    check_filter,
    exclusions_of,
    query_of,
    score_all,
)
from recommender.matching.reciprocal import BothSides, MutualView, features_of, met, mutual_view
from recommender.ranking.answer import Item
from recommender.ranking.learned_reasons import score_interval
from recommender.ranking.learned_score import Line
from recommender.ranking.priors import Scored
from recommender.ranking.unit_reasons import prospect_facts, prospect_reasons
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import filter_rules, prospect_rules
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import situation_of
from recommender.text.evidence import best_sentence
from recommender.text.passages import Side
from recommender.text.profiles import needs_text


def rank_prospects(
    engine: Engine, partner: Partner, wishes: Wishes, *, on: date, text: str | None = None
) -> Ranked:
    """Rank the enterprises that consented to be shown to a lead unit or vendor.

    Parameters
    ----------
    on : date
        The day on which consent must hold.
    text : str, optional
        What the partner looks for, beside its own page.

    Notes
    -----
    ``reverse`` is the fit seen from the partner, ``forward`` that seen from the enterprise (the score by
    which the partner would be ranked for it); the list is ordered by their harmonic mean, that is by
    ``p_match``.
    """
    check_filter(wishes.filter, Side.ENTERPRISE)
    catalogue = engine.snapshot.catalogue
    rules = prospect_rules(partner, on)
    rules += filter_rules(wishes.filter, wishes.exclude_ids, lambda record: getattr(record, "uscc", ""))
    wanted = "\n".join(part for part in (text, partner.page) if part)
    query = query_of(wanted, wishes, engine.snapshot.sides[Side.ENTERPRISE])
    candidates = find_candidates(
        engine.snapshot, engine.encoder, Side.ENTERPRISE, query, rules, engine.model.fusion
    )
    firms = [catalogue.enterprises[candidates.index.owners[at]] for at in candidates.positions.tolist()]
    situations = {
        firm.uscc: situation_of(firm, engine.snapshot.results.get(firm.uscc), engine.instrument)
        for firm in firms
    }
    matched = (
        candidates.fused.match[candidates.positions][:, None].astype(float) if candidates.fused else None
    )
    features = features_of(engine, list(situations.values()), [partner], matched)
    sides = BothSides.of(engine)
    views = {
        firm.uscc: mutual_view(sides, features, row, 0, partner_wish=met(wishes.filter.should, firm))
        for row, firm in enumerate(firms)
    }

    def judge(owner: str, _: float | None) -> tuple[dict[str, float | None], Line, Scored]:
        view = views[owner]
        return view.logged(view.reverse), view.reverse.line, _mutual(view)

    shown = score_all(candidates, judge)[: wishes.k]
    items = []
    for rank, candidate in enumerate(shown, start=1):
        enterprise, view = catalogue.enterprises[candidate.owner], views[candidate.owner]
        situation = situations[candidate.owner]
        said = best_sentence(needs_text(enterprise), wanted)
        opened = enterprise.opened_contact_with(partner.kind, partner.id, on) is not None
        items.append(
            Item(
                rank=rank,
                id=enterprise.uscc,
                name=enterprise.name,
                score=round(candidate.scored.score, 6),
                score_ci95=score_interval(candidate.scored.score, view.deviation),
                forward=round(view.forward.scored.score, 6),
                reverse=round(view.reverse.scored.score, 6),
                p_match=round(view.p_match, 6),
                reasons=prospect_reasons(partner, situation, candidate.features, candidate.scored, said),
                warnings=("合成样本，不是真实企业",) if enterprise.synthetic else (),
                facts=prospect_facts(enterprise, situation, contact_opened=opened),
                synthetic_mark=enterprise.face_mark,
            )
        )
    return Ranked(
        items=tuple(items),
        features=tuple(candidate.features for candidate in shown),
        applies=tuple(candidate.line.applicable for candidate in shown),
        excluded=exclusions_of(engine.snapshot, candidates),
        degraded=candidates.degraded,
    )


def _mutual(view: MutualView) -> Scored:
    """Return the mutual score with the partner's contributions scaled so that they add up to it."""
    own = view.reverse.scored
    share = view.mutual / own.score if own.score else 0.0
    scaled = {name: value * share for name, value in own.contributions.items()}
    return Scored(score=view.mutual, contributions=scaled)
