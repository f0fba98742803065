"""How both sides of a pair see each other, and how likely they come together: the one place that says so.

A list for one enterprise is one row of the matrix, the prospects of a partner are one column, an assignment
is all of it; each is computed by the same functions. The combiner was chosen by measurement:
docs/reciprocal.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.domain.enterprise import SHOWING, PartnerKind
from recommender.matching.ranked import Engine
from recommender.ranking.learned_score import Line, LineScorer
from recommender.ranking.mutual import MatchProbability, mutual, mutual_deviation
from recommender.ranking.priors import Features, Scored
from recommender.ranking.unit_features import PairFeatures, Seen, pair_features
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.conditions import Candidate, Condition
from recommender.retrieval.partner import Partner
from recommender.retrieval.query import Query
from recommender.retrieval.situation import Situation, situation_of
from recommender.text.passages import Side

Floats = NDArray[np.float64]
_SHOWN_TO = {purpose: kind for kind, purpose in SHOWING.items()}
#: Enterprises scored at a time; bounds memory (some 20 arrays of this many rows), not the result.
_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of all pairs, rows in the order of the enterprises, columns in that of the partners.

    Attributes
    ----------
    forward, reverse : float64 (n, m)
        Fit 0–1 as the enterprise sees the partner, and as the partner sees the enterprise.
    p_match : float64 (n, m)
        Probability that they come together; ``engine.match.source`` says what it rests on.
    allowed : bool (n, m)
        Whether the partner serves the enterprise's sub-industry and district. Capacity is left to whoever
        assigns.
    consented : bool (n, m)
        Whether the enterprise agreed to be shown to the partner on the day: needed to tell the partner of it,
        not to tell it of the partner.
    """

    forward: Floats
    reverse: Floats
    p_match: Floats
    allowed: NDArray[np.bool_]
    consented: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SideView:
    """How one side sees a pair: its features, and what each gives to the score."""

    line: Line
    scored: Scored
    scorer: LineScorer

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the score, None without a posterior."""
        return self.scorer.deviation(self.line)

    @property
    def features(self) -> Features:
        """Features, None where unknown."""
        return self.line.features


@dataclass(frozen=True, slots=True)
class MutualView:
    """How both sides see a pair, for the words of a list."""

    forward: SideView
    reverse: SideView
    mutual: float
    p_match: float

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the mutual score, None unless both sides have a posterior."""
        forward, reverse = self.forward.deviation, self.reverse.deviation
        if forward is None or reverse is None:
            return None
        return mutual_deviation(self.forward.scored.score, self.reverse.scored.score, forward, reverse)

    def logged(self, seen_by: SideView) -> dict[str, float | None]:
        """Return the features of one side and both scores, as the log keeps them to learn from."""
        both = {"forward": self.forward.scored.score, "reverse": self.reverse.scored.score}
        return {**seen_by.features, **both}


@dataclass(frozen=True, slots=True)
class BothSides:
    """What both sides of a pair are scored with.

    Attributes
    ----------
    match : MatchProbability
        From both scores to the probability of a match.
    """

    forward: LineScorer
    reverse: LineScorer
    match: MatchProbability

    @classmethod
    def of(cls, engine: Engine) -> "BothSides":
        """Score by an engine's model."""
        return cls(engine.model.scorer("lead_unit"), engine.model.scorer("prospect"), engine.match)


def pair_scores(
    engine: Engine, enterprises: Sequence[Enterprise], partners: Sequence[Partner], *, on: date
) -> PairScores:
    """Score every enterprise with every partner.

    Parameters
    ----------
    enterprises : sequence of Enterprise
        Those that are not in the index are not judged by text.
    partners : sequence of Partner
        From :meth:`Engine.partner`, or :func:`recommender.retrieval.partner.lead_unit_partner`.
    on : date
        Day on which consent must hold.

    Notes
    -----
    Time and memory grow with n x m for the arithmetic, with n for reading the gaps, and with m for the text:
    one query for each partner.
    """
    text = text_matches(engine, enterprises, partners)
    scores = {name: np.zeros((len(enterprises), len(partners))) for name in ("forward", "reverse")}
    for start in range(0, len(enterprises), _ROWS):
        rows = slice(start, start + _ROWS)
        situations = [_situation(engine, firm) for firm in enterprises[rows]]
        features = features_of(engine, situations, partners, text[rows])
        scores["forward"][rows], scores["reverse"][rows] = _both(engine, features)
    return PairScores(
        **scores,
        p_match=engine.match.of(scores["forward"], scores["reverse"]),
        allowed=_served(enterprises, partners),
        consented=_consented(enterprises, partners, on),
    )


def _served(enterprises: Sequence[Enterprise], partners: Sequence[Partner]) -> NDArray[np.bool_]:
    """Whether each partner serves each enterprise; one row of answers for each sub-industry and district."""
    places = [(firm.sub_industry, firm.district) for firm in enterprises]
    rows = {place: [partner.serves(*place) for partner in partners] for place in set(places)}
    return np.asarray([rows[place] for place in places], bool).reshape(len(enterprises), len(partners))


def _consented(enterprises: Sequence[Enterprise], partners: Sequence[Partner], on: date) -> NDArray[np.bool_]:
    """Whether each enterprise agreed to be shown to each partner."""
    columns = {(partner.kind, partner.id): column for column, partner in enumerate(partners)}
    kinds = {kind: np.asarray([partner.kind is kind for partner in partners], bool) for kind in PartnerKind}
    shown = np.zeros((len(enterprises), len(partners)), bool)
    for row, firm in enumerate(enterprises):
        for consent in firm.consents:
            if (kind := _SHOWN_TO.get(consent.purpose)) is None or not consent.in_force(on):
                continue
            if (key := consent.lead_unit or consent.vendor) is None:
                shown[row] |= kinds[kind]
            elif (column := columns.get((kind, key))) is not None:
                shown[row, column] |= consent.covers(kind, key)
    return shown


def features_of(
    engine: Engine, situations: Sequence[Situation], partners: Sequence[Partner], text: Floats | None
) -> PairFeatures:
    """Return the features of all pairs with the engine's track record and thresholds."""
    return pair_features(situations, partners, text, engine.record, engine.priors.thresholds)


def mutual_view(
    sides: BothSides,
    features: PairFeatures,
    row: int,
    column: int,
    *,
    enterprise_wish: float | None = None,
    partner_wish: float | None = None,
) -> MutualView:
    """Return one pair of a matrix of features as both sides see it.

    Parameters
    ----------
    enterprise_wish, partner_wish : float, optional
        Share of the wishes (``should``) of whoever asks that the other side meets, 0–1.
    """
    firm, partner = features.firms[row], features.partners[column]
    sub = firm.sub_industry if firm else None
    told = _told(features.forward, row, column, enterprise_wish)
    forward = _side_view(sides.forward, Line(*told, sub_industry=sub, item=partner))
    told = _told(features.reverse, row, column, partner_wish)
    # What an enterprise did before is none of a partner's business: it has no record of its own.
    reverse = _side_view(sides.reverse, Line(*told, sub_industry=sub))
    scores = forward.scored.score, reverse.scored.score
    return MutualView(forward, reverse, float(mutual(*scores)), float(sides.match.of(*scores)))


def _told(
    seen: Seen, row: int, column: int, wish: float | None
) -> tuple[dict[str, float | None], frozenset[str]]:
    """Return the features of one side of a pair, and the names of those that apply."""
    features, applicable = seen.at(row, column)
    if wish is None:
        return features, applicable
    return features | {"should": wish}, applicable | {"should"}


def _side_view(scorer: LineScorer, line: Line) -> SideView:
    return SideView(line, scorer.score(line), scorer)


def met(should: Sequence[Condition], record: Candidate) -> float | None:
    """Return the share of the wished conditions that a record meets, None without wishes."""
    return sum(condition.holds(record) for condition in should) / len(should) if should else None


def text_matches(engine: Engine, enterprises: Sequence[Enterprise], partners: Sequence[Partner]) -> Floats:
    """Match every partner's page against the enterprises, among all that are indexed.

    Returns
    -------
    float64 (enterprises, partners)
        NaN for an enterprise that is not indexed and for a partner without a page.
    """
    side = engine.snapshot.sides[Side.ENTERPRISE]
    places = {owner: position for position, owner in enumerate(side.owners)}
    positions = np.asarray([places.get(firm.uscc, -1) for firm in enterprises], np.int64)
    matches = np.full((len(enterprises), len(partners)), np.nan)
    for column, partner in enumerate(partners):
        query = Query(text=partner.page)
        fused = find_candidates(
            engine.snapshot, engine.encoder, Side.ENTERPRISE, query, [], engine.model.fusion
        ).fused
        if fused is not None:
            matches[:, column] = np.where(positions >= 0, fused.match[positions], np.nan)
    return matches


def _situation(engine: Engine, enterprise: Enterprise) -> Situation:
    result = engine.snapshot.results.get(enterprise.uscc)
    return situation_of(enterprise, result, engine.instrument, with_openings=False)


def _both(engine: Engine, features: PairFeatures) -> tuple[Floats, Floats]:
    sides, subs = BothSides.of(engine), features.sub_industries
    forward, reverse = features.forward, features.reverse
    return (
        sides.forward.score_pairs(forward.features, forward.applicable, subs, features.partners),
        sides.reverse.score_pairs(reverse.features, reverse.applicable, subs, ()),
    )
