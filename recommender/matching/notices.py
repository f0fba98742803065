"""Notices for an enterprise, and the enterprises that a notice concerns."""

from collections import Counter
from datetime import date

from pydantic import BaseModel, ConfigDict

from recommender.domain import Enterprise, Notice
from recommender.domain.notice import NOTICE_KIND_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.matching.ranked import (
    Engine,
    Ranked,
    Wishes,
    check_filter,
    exclusions_of,
    passage_for,
    query_of,
    score_all,
)
from recommender.ranking.answer import Item, Reason
from recommender.ranking.learned_score import Line
from recommender.ranking.notice_features import applicable_notice_features, notice_features
from recommender.ranking.notice_reasons import notice_reasons
from recommender.ranking.priors import Scored, weigh
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import filter_rules, notice_rules
from recommender.retrieval.query import Query
from recommender.retrieval.situation import Situation, situation_of
from recommender.text.passages import Side
from recommender.text.profiles import notice_page

_UNKNOWN = "未填写"


def notice_facts(notice: Notice) -> dict[str, object]:
    """Facts to show beside a notice's name."""
    taxonomy = load_taxonomy()
    return {
        "kind": NOTICE_KIND_NAMES[notice.kind],
        "summary": notice.summary,
        "issued_by": notice.issued_by,
        "published_on": notice.published_on.isoformat(),
        "starts_on": notice.starts_on.isoformat() if notice.starts_on else None,
        "ends_on": notice.ends_on.isoformat() if notice.ends_on else None,
        "scenarios": [taxonomy.scenario_name(code) for code in notice.scenarios],
        "sub_industries": [taxonomy.sub_industry_name(code) for code in notice.sub_industries],
        "districts": [taxonomy.district_name(code) for code in notice.districts],
        "url": notice.url,
    }


def rank_notices(engine: Engine, situation: Situation, wishes: Wishes, on: date) -> Ranked:
    """Rank the notices in force for a situation, as products are: constraints, text, features, reasons.

    Raises
    ------
    FilterNotApplicable, UnknownExample
        When the wishes cannot be understood.
    """
    check_filter(wishes.filter, Side.NOTICE)
    notices = engine.snapshot.catalogue.notices
    rules = notice_rules(situation, on)
    rules += filter_rules(wishes.filter, wishes.exclude_ids, lambda record: getattr(record, "id", ""))
    query = query_of(situation.text, wishes, engine.snapshot.sides[Side.NOTICE])
    candidates = find_candidates(
        engine.snapshot, engine.encoder, Side.NOTICE, query, rules, engine.model.fusion
    )
    applicable = applicable_notice_features(
        situation, has_match=candidates.fused is not None, has_wishes=bool(wishes.filter.should)
    )

    def judge(owner: str, match: float | None) -> tuple[dict[str, float | None], Line, Scored]:
        features = notice_features(notices[owner], situation, match, wishes.filter.should, on)
        return features, Line(features, applicable), weigh(features, applicable, engine.priors.notice)

    shown = score_all(candidates, judge)[: wishes.k]
    items = []
    for rank, candidate in enumerate(shown, start=1):
        notice = notices[candidate.owner]
        passage = passage_for(engine.snapshot, candidates, candidate.position, situation.text)
        items.append(
            Item(
                rank=rank,
                id=notice.id,
                name=notice.name,
                score=round(candidate.scored.score, 6),
                reasons=notice_reasons(notice, situation, candidate.features, candidate.scored, on, passage),
                facts=notice_facts(notice),
                synthetic_mark=notice.face_mark,
            )
        )
    return Ranked(
        items=tuple(items),
        features=tuple(candidate.features for candidate in shown),
        applies=tuple(candidate.line.applicable for candidate in shown),
        excluded=exclusions_of(engine.snapshot, candidates),
        degraded=candidates.degraded,
    )


class Concerned(BaseModel):
    """An enterprise that a notice concerns.

    Attributes
    ----------
    score : float
        0–1, as the notice would score in the enterprise's own list by all but the other notices.
    """

    model_config = ConfigDict(frozen=True)

    uscc: str
    name: str
    district: str | None
    sub_industry: str | None
    score: float
    reasons: tuple[Reason, ...]
    synthetic_mark: str | None = None


class Audience(BaseModel):
    """Whom a notice concerns.

    Attributes
    ----------
    concerned : int
        Enterprises that pass its conditions, of ``enterprises`` in all.
    by_district, by_sub_industry : dict of str to int
        The same by Chinese name.
    first : tuple of Concerned
        Those it says most to.
    """

    model_config = ConfigDict(frozen=True)

    notice: str
    name: str
    enterprises: int
    concerned: int
    by_district: dict[str, int]
    by_sub_industry: dict[str, int]
    first: tuple[Concerned, ...]


def audience(engine: Engine, notice: Notice, k: int, on: date) -> Audience:
    """Find the enterprises that a notice concerns, for staff who send it out.

    Parameters
    ----------
    k : int
        Enterprises to name.

    Notes
    -----
    The text match is that of the notice's page with the enterprises' profiles: one search instead of one for
    each enterprise.
    """
    catalogue = engine.snapshot.catalogue
    query = Query(text=notice_page(notice))
    found = find_candidates(engine.snapshot, engine.encoder, Side.ENTERPRISE, query, [], engine.model.fusion)
    concerned = []
    for position, uscc in enumerate(found.index.owners):
        if uscc in catalogue.enterprises:
            match = None if found.fused is None else float(found.fused.match[position])
            one = _concerned(engine, notice, catalogue.enterprises[uscc], match, on)
            concerned += [one] if one else []
    concerned.sort(key=lambda one: (-one.score, one.uscc))
    return Audience(
        notice=notice.id,
        name=notice.name,
        enterprises=len(catalogue.enterprises),
        concerned=len(concerned),
        by_district=dict(Counter(one.district or _UNKNOWN for one in concerned).most_common()),
        by_sub_industry=dict(Counter(one.sub_industry or _UNKNOWN for one in concerned).most_common()),
        first=tuple(concerned[:k]),
    )


def _concerned(
    engine: Engine, notice: Notice, enterprise: Enterprise, match: float | None, on: date
) -> Concerned | None:
    """Score a notice for one enterprise, None where its conditions leave the enterprise out."""
    result = engine.snapshot.results.get(enterprise.uscc)
    situation = situation_of(enterprise, result, engine.instrument)
    if not all(rule.keeps(notice) for rule in notice_rules(situation, on)):
        return None
    features = notice_features(notice, situation, match, (), on)
    applicable = applicable_notice_features(situation, has_match=match is not None, has_wishes=False)
    scored = weigh(features, applicable, engine.priors.notice)
    taxonomy = load_taxonomy()
    sub = enterprise.sub_industry
    return Concerned(
        uscc=enterprise.uscc,
        name=enterprise.name,
        district=taxonomy.district_name(enterprise.district) if enterprise.district else None,
        sub_industry=taxonomy.sub_industry_name(sub) if sub else None,
        score=round(scored.score, 6),
        reasons=notice_reasons(notice, situation, features, scored, on, None),
        synthetic_mark=enterprise.face_mark,
    )
