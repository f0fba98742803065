"""A served list as an owner looks at it: his order, his word on each product."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from api.web.matching.aside import Aside
from api.web.matching.forms import Sort
from recommender.domain import Solution
from recommender.installation import Installation
from recommender.matching.answer import Item, Recommendation
from recommender.matching.request import RecommendationRequest, Target
from recommender.matching.unknown import UnknownRecommendation
from recommender.ranking.answer import Reason
from recommender.ranking.solution_reasons import gap_text

#: Reasons shown of each product; the rest are folded away.
_TOP = 3


class Listed(NamedTuple):
    """One product of a list.

    Attributes
    ----------
    closes, basis : str, optional
        What it does to the gap in words, and the wording of the instrument that this rests on.
    reasons, more : tuple of Reason
        The weightiest beside that, and the rest.
    warnings : tuple of str
        But the mark of synthetic records, which stands beside the name.
    """

    item: Item
    closes: str | None
    basis: str | None
    reasons: tuple[Reason, ...]
    more: tuple[Reason, ...]
    warnings: tuple[str, ...]
    aside: Aside | None


def served_list(
    here: Installation, uscc: str, key: str, target: Target = Target.SOLUTION
) -> tuple[Recommendation, RecommendationRequest]:
    """Return a list exactly as it was served to an enterprise, and what was asked.

    Raises
    ------
    UnknownRecommendation
        Also for another enterprise's list, and for one of another kind.
    """
    served = here.matching.replay(key)
    if served.subject != uscc or served.target != target:
        raise UnknownRecommendation(f"找不到推荐记录 {key}", place={"field": "id"})
    answer = Recommendation.model_validate_json(served.response)
    return answer, RecommendationRequest.model_validate_json(served.request)


def newest_list(here: Installation, uscc: str, target: Target = Target.SOLUTION) -> str | None:
    """Return the id of the newest list that was served to an enterprise."""
    with here.store.read() as work:
        lists = work.served_lists.for_subject(uscc)
    return next((one.recommendation_id for one in lists if one.target == target), None)


def in_order(
    here: Installation, answer: Recommendation, sort: Sort, asides: Mapping[str, Aside]
) -> tuple[Listed, ...]:
    """Return the products of a list in the chosen order; what is not known comes last."""
    with here.store.read() as work:
        products = {
            key: one.record for key, one in work.solutions.get_many(i.id for i in answer.items).items()
        }
    measure = _MEASURES[sort]

    def place(item: Item) -> tuple[float, int]:
        solution = products.get(item.id)
        known = measure(solution) if solution else None
        return float("inf") if known is None else known, item.rank

    return tuple(_listed(item, asides.get(item.id)) for item in sorted(answer.items, key=place))


_MEASURES: Mapping[Sort, Callable[[Solution], float | None]] = {
    Sort.MATCH: lambda _: None,
    Sort.PRICE: lambda one: float(one.price.low_yuan) if one.price else None,
    Sort.DAYS: lambda one: one.days_to_deploy,
}


def _listed(item: Item, aside: Aside | None) -> Listed:
    effect = item.gap_effect
    closing = effect is not None and bool(effect.closes)
    told = next((one for one in item.reasons if one.code == "gap_effect"), None) if closing else None
    others = tuple(one for one in item.reasons if one is not told)
    mark = item.synthetic_mark
    return Listed(
        item=item,
        closes=gap_text(effect) if effect is not None and closing else None,
        basis=told.evidence if told else None,
        reasons=others[:_TOP],
        more=others[_TOP:],
        warnings=tuple(one for one in item.warnings if not (mark and one.startswith(mark))),
        aside=aside,
    )
