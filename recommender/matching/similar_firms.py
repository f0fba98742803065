"""Firms like yours: the nearest diagnosis profiles, told without saying whose they are."""

from pydantic import BaseModel, ConfigDict

from recommender.domain import Enterprise
from recommender.domain.enterprise import SIZE_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.errors import NotFound
from recommender.index.snapshot import Snapshot
from recommender.matching.ranked import Engine
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import Rule
from recommender.retrieval.query import Query
from recommender.text.passages import Side
from recommender.text.profiles import enterprise_page

#: Among fewer firms a reader could guess who is meant.
LEAST_FIRMS = 5


class TooFewFirms(NotFound):
    """There are too few other firms to tell of any without giving one away."""

    code = "too_few_firms"
    title = "同类企业太少"


class SimilarFirm(BaseModel):
    """A firm like the one that asks, by its classes only.

    Attributes
    ----------
    similarity : float
        0–1, text match of the two profiles.
    level : int, optional
        Level of its newest diagnosis, None before the first.
    shared_weak : tuple of str
        Chinese names of scenarios that both have still to raise.
    """

    model_config = ConfigDict(frozen=True)

    rank: int
    similarity: float
    sub_industry: str | None
    district: str | None
    size_class: str | None
    level: int | None
    shared_weak: tuple[str, ...]


def similar_firms(engine: Engine, uscc: str, k: int = 5) -> tuple[SimilarFirm, ...]:
    """Return the ``k`` firms whose profile is nearest to that of a stored enterprise, nearest first.

    No name, code, address, need or headcount is given out: consent to be shown is not asked for here.

    Raises
    ------
    KeyError
        If the enterprise is not stored.
    TooFewFirms
        If fewer than five others are known.
    """
    snapshot = engine.snapshot
    own = snapshot.catalogue.enterprises[uscc]
    others = Rule("itself", "企业自己", lambda record: isinstance(record, Enterprise) and record.uscc != uscc)
    query = Query(text=enterprise_page(own, snapshot.results.get(uscc)))
    found = find_candidates(snapshot, engine.encoder, Side.ENTERPRISE, query, [others], engine.model.fusion)
    if len(found.positions) < LEAST_FIRMS or found.fused is None:
        raise TooFewFirms(f"目前可比的企业不足 {LEAST_FIRMS} 家，为保护企业信息暂不展示")
    fused = found.fused
    nearest = sorted(
        found.positions.tolist(), key=lambda position: (-float(fused.scores[position]), position)
    )
    return tuple(
        _described(snapshot, own, found.index.owners[position], rank, float(fused.match[position]))
        for rank, position in enumerate(nearest[:k], start=1)
    )


def _weak(snapshot: Snapshot, uscc: str) -> set[str]:
    result = snapshot.results.get(uscc)
    return {grade.id for grade in result.scenarios if grade.grade <= result.level} if result else set()


def _described(snapshot: Snapshot, own: Enterprise, uscc: str, rank: int, similarity: float) -> SimilarFirm:
    taxonomy = load_taxonomy()
    firm = snapshot.catalogue.enterprises[uscc]
    shared = _weak(snapshot, own.uscc) & _weak(snapshot, uscc)
    result = snapshot.results.get(uscc)
    return SimilarFirm(
        rank=rank,
        similarity=round(similarity, 4),
        sub_industry=taxonomy.sub_industry_name(firm.sub_industry) if firm.sub_industry else None,
        district=taxonomy.district_name(firm.district) if firm.district else None,
        size_class=SIZE_NAMES[firm.size_class] if firm.size_class else None,
        level=result.level if result else None,
        shared_weak=tuple(entry.name for entry in taxonomy.scenarios if entry.code in shared),
    )
