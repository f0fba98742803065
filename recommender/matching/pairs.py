"""Every enterprise with every party at once: what planners of many pairs need of the two-sided score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise, LeadUnit, Solution
from recommender.domain.lead_unit import LeadMode
from recommender.domain.matching_event import PartyKind
from recommender.domain.solution import AuditState
from recommender.errors import NotFound
from recommender.index.catalogue import Catalogue
from recommender.matching.lead_units import applicable_lead_unit_features
from recommender.matching.ranked import Engine, Wishes, query_of
from recommender.ranking.priors import weigh
from recommender.ranking.unit_features import lead_unit_features, prospect_features
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import prospect_rules
from recommender.retrieval.situation import Situation, situation_of
from recommender.text.passages import Side
from recommender.text.profiles import lead_unit_page

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_VENDOR_PAGE = 2_000


class UnknownParty(NotFound):
    """No lead unit, or no vendor with an admitted product, has this id."""

    code = "party_not_found"
    title = "找不到单位"


@dataclass(frozen=True, slots=True)
class PairView:
    """All pairs, rows in the order of the enterprises, columns in that of the parties.

    Attributes
    ----------
    p_match : float64 (n, m)
        Two-sided score, 0–1.
    allowed : bool (n, m)
        Whether the party serves the enterprise's sub-industry and district. Neither capacity nor consent is
        part of it.
    """

    p_match: Floats
    allowed: Bools


@dataclass(frozen=True, slots=True)
class Party:
    """A lead unit or a vendor by what is shown of it.

    Attributes
    ----------
    mark : str, optional
        合成样本 beside a made-up name.
    """

    kind: PartyKind
    id: str
    name: str
    mark: str | None


def party_of(catalogue: Catalogue, kind: PartyKind, key: str) -> Party:
    """Return a lead unit, or a vendor with at least one admitted product.

    Raises
    ------
    UnknownParty
        If there is none.
    """
    if kind is PartyKind.LEAD_UNIT:
        unit = catalogue.lead_units.get(key)
        if unit is None:
            raise UnknownParty(f"找不到牵引单位 {key}", place={"field": "party"})
        return Party(kind, key, unit.name, unit.face_mark)
    offered = _offered(catalogue, key)
    if not offered or offered[0].provider is None:
        raise UnknownParty(f"找不到服务商 {key}，或它没有已入池的产品", place={"field": "party"})
    made_up = all(solution.synthetic for solution in offered)
    return Party(kind, key, offered[0].provider.name, offered[0].face_mark if made_up else None)


def _offered(catalogue: Catalogue, vendor: str) -> list[Solution]:
    return [
        solution
        for solution in catalogue.solutions.values()
        if solution.provider
        and solution.provider.id == vendor
        and solution.audit_state is AuditState.ADMITTED
    ]


def score_pairs(
    engine: Engine, enterprises: Sequence[Enterprise], parties: Sequence[Party], on: date
) -> PairView:
    """Score every pair as :mod:`recommender.matching.prospects` does: by the geometric mean."""
    shape = (len(enterprises), len(parties))
    score, allowed = np.zeros(shape), np.ones(shape, bool)
    results = engine.snapshot.results
    situations = [situation_of(firm, results.get(firm.uscc), engine.instrument) for firm in enterprises]
    for column, party in enumerate(parties):
        unit = _as_unit(engine.snapshot.catalogue, party)
        rules = [rule for rule in prospect_rules(unit, on) if rule.code != "no_consent"]
        matches = _text_matches(engine, unit)
        for row, (firm, situation) in enumerate(zip(enterprises, situations, strict=True)):
            score[row, column] = _mutual(engine, unit, situation, matches.get(firm.uscc))
            allowed[row, column] = all(rule.keeps(firm) for rule in rules)
    return PairView(score, allowed)


def _as_unit(catalogue: Catalogue, party: Party) -> LeadUnit:
    """Return a lead unit, or a vendor in the form of one: what its admitted products cover, and no more."""
    if party.kind is PartyKind.LEAD_UNIT:
        return catalogue.lead_units[party.id]
    offered = _offered(catalogue, party.id)
    general = any(not solution.sub_industries for solution in offered)
    served = sorted({sub for solution in offered for sub in solution.sub_industries})
    return LeadUnit(
        id=party.id,
        name=party.name,
        mode=LeadMode.INDUSTRY_CHAIN,
        sub_industries=() if general else tuple(served),
        scenarios=tuple(sorted({effect.scenario for s in offered for effect in s.scenarios})),
        solution_ids=tuple(solution.id for solution in offered),
        text="\n".join(f"{s.name}：{s.summary or s.text[:200]}" for s in offered)[:_VENDOR_PAGE],
    )


def _text_matches(engine: Engine, party: LeadUnit) -> dict[str, float]:
    query = query_of(lead_unit_page(party), Wishes(), engine.snapshot.sides[Side.ENTERPRISE])
    found = find_candidates(engine.snapshot, engine.encoder, Side.ENTERPRISE, query, [])
    if found.fused is None:
        return {}
    return dict(zip(found.index.owners, found.fused.match.tolist(), strict=True))


def _mutual(engine: Engine, party: LeadUnit, situation: Situation, match: float | None) -> float:
    has_match = match is not None
    forward = lead_unit_features(party, situation, match, engine.snapshot.catalogue.solutions, ())
    known = applicable_lead_unit_features(situation, has_match=has_match, has_wishes=False)
    seen = prospect_features(party, situation, match, (), engine.priors.thresholds)
    weighed = frozenset({"coverage", "sub_industry", "nearness", "budget", "district"})
    weighed |= {"text_match"} if has_match else set()
    ours = weigh(forward, known, engine.priors.lead_unit).score
    theirs = weigh(seen, weighed, engine.priors.prospect).score
    return float((ours * theirs) ** 0.5)
