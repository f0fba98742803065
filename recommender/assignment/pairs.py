"""How both sides see every pair of a batch: the same features and weights as the lists that are served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise, LeadUnit
from recommender.domain.enterprise import ConsentPurpose
from recommender.matching.lead_units import applicable_lead_unit_features
from recommender.matching.ranked import Engine
from recommender.ranking.answer import Reason
from recommender.ranking.priors import Scored, weigh
from recommender.ranking.unit_features import lead_unit_features, prospect_features
from recommender.ranking.unit_reasons import lead_unit_reasons, prospect_reasons
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.query import Query
from recommender.retrieval.situation import Situation, situation_of
from recommender.text.passages import Side
from recommender.text.profiles import lead_unit_page

Floats = NDArray[np.float32]
_PROSPECT = frozenset({"coverage", "sub_industry", "nearness", "budget", "district"})


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of all pairs, rows in the order of the enterprises, columns in that of the units.

    Attributes
    ----------
    forward, reverse : float32 (n, m)
        Fit 0–1 as the enterprise sees the unit, and as the unit sees the enterprise; NaN where the pair is
        not allowed or not consented to.
    p_match : float32 (n, m)
        Chance that they come together: the geometric mean of both.
    allowed : bool (n, m)
        Whether the unit serves the enterprise's sub-industry and district.
    consented : bool (n, m)
        Whether the enterprise agreed to be shown to the unit on the day.
    """

    forward: Floats
    reverse: Floats
    p_match: Floats
    allowed: NDArray[np.bool_]
    consented: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _View:
    features: dict[str, float | None]
    scored: Scored


def serves(unit: LeadUnit, firm: Enterprise) -> tuple[bool, bool]:
    """Whether the unit serves the enterprise's sub-industry, and its district; unknown ones do not hinder."""
    industry = (
        not unit.sub_industries or firm.sub_industry is None or firm.sub_industry in unit.sub_industries
    )
    district = not unit.districts or firm.district is None or firm.district in unit.districts
    return industry, district


def may_be_shown(firm: Enterprise, unit: str, on: date) -> bool:
    """Whether the enterprise agreed to be shown to a unit on a day."""
    return firm.consents_to(ConsentPurpose.SHOW_TO_LEAD_UNITS, unit, on)


def pair_scores(
    engine: Engine, firms: Sequence[Enterprise], units: Sequence[LeadUnit], *, on: date
) -> PairScores:
    """Score every pair that may be proposed.

    Parameters
    ----------
    on : date
        Day on which consent must hold.
    """
    shape = (len(firms), len(units))
    allowed = np.array([[all(serves(u, f)) for u in units] for f in firms], bool).reshape(shape)
    consented = np.array([[may_be_shown(f, u.id, on) for u in units] for f in firms], bool).reshape(shape)
    text = _text_matches(engine, firms, units)
    forward, reverse = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    situations = [_situation(engine, firm) for firm in firms]
    for row, column in np.argwhere(allowed & consented).tolist():
        ours, theirs = _views(engine, situations[row], units[column], text[row, column])
        forward[row, column], reverse[row, column] = ours.scored.score, theirs.scored.score
    return PairScores(forward, reverse, np.sqrt(forward * reverse), allowed, consented)


def pair_reasons(
    engine: Engine, firm: Enterprise, unit: LeadUnit
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what speaks for the unit in the enterprise's eyes, and for the enterprise in the unit's."""
    situation = _situation(engine, firm)
    ours, theirs = _views(engine, situation, unit, np.nan)
    solutions = engine.snapshot.catalogue.solutions
    return (
        lead_unit_reasons(unit, situation, ours.features, ours.scored, solutions, None),
        prospect_reasons(unit, situation, theirs.features, theirs.scored, None),
    )


def _situation(engine: Engine, firm: Enterprise) -> Situation:
    return situation_of(firm, engine.snapshot.results.get(firm.uscc), engine.instrument)


def _views(engine: Engine, situation: Situation, unit: LeadUnit, text: float) -> tuple[_View, _View]:
    match = None if np.isnan(text) else float(text)
    has_match = match is not None
    ours = lead_unit_features(unit, situation, match, engine.snapshot.catalogue.solutions, ())
    applicable = applicable_lead_unit_features(situation, has_match=has_match, has_wishes=False)
    theirs = prospect_features(unit, situation, match, (), engine.priors.thresholds)
    known = _PROSPECT | ({"text_match"} if has_match else set())
    return (
        _View(ours, weigh(ours, applicable, engine.priors.lead_unit)),
        _View(theirs, weigh(theirs, known, engine.priors.prospect)),
    )


def _text_matches(engine: Engine, firms: Sequence[Enterprise], units: Sequence[LeadUnit]) -> Floats:
    """Match every unit's page against the enterprises, among all that are indexed; NaN without a match."""
    side = engine.snapshot.sides[Side.ENTERPRISE]
    places = {owner: position for position, owner in enumerate(side.owners)}
    positions = np.asarray([places.get(firm.uscc, -1) for firm in firms], np.int64)
    matches = np.full((len(firms), len(units)), np.nan, np.float32)
    for column, unit in enumerate(units):
        query = Query(text=lead_unit_page(unit))
        found = find_candidates(engine.snapshot, engine.encoder, Side.ENTERPRISE, query, [])
        if found.fused is not None:
            matches[:, column] = np.where(positions >= 0, found.fused.match[positions], np.nan)
    return matches
