"""Who may act for a product, and who must keep out of a decision about it.

Whether a caller is who it says it is is for authentication to tell; these rules hold for whoever is named.
"""

from recommender.domain import LeadUnit
from recommender.errors import SmematchError
from recommender.pool.course import Course
from recommender.pool.submission import SubmissionRequest
from recommender.store import UnitOfWork


class NotYourProduct(SmematchError):
    """Someone acts for a product that is another firm's."""

    code = "not_your_product"
    status = 403
    title = "不是本单位的产品"


class NotImpartial(SmematchError):
    """Someone decides who has a part in it, or has decided already."""

    code = "not_impartial"
    status = 403
    title = "应当回避"


def owners_of(course: Course, work: UnitOfWork) -> set[str]:
    """Return who may act for a product: its provider, and lead units that offer it or submitted it."""
    owners = {one.actor for one in course.submissions}
    stored = work.solutions.get(course.solution_id)
    for solution in (*(one.solution for one in course.submissions), *([stored.record] if stored else [])):
        if solution.provider is not None:
            owners.add(solution.provider.id)
    return owners | {unit.id for unit in _units_offering(work, course.solution_id)}


def require_submitter(work: UnitOfWork, course: Course, request: SubmissionRequest) -> None:
    """Raise unless a submission comes from whom the product belongs to, and leaves it there.

    Raises
    ------
    NotYourProduct
        If the submitter is neither the provider nor a lead unit, the product is another firm's, or the new
        version names another provider.
    """
    provider = request.solution.provider
    own = provider is not None and provider.id == request.actor
    if not own and work.lead_units.get(request.actor) is None:
        raise NotYourProduct("只有提供方本身或牵引单位可以申报", place={"field": "actor"})
    stored = work.solutions.get(request.solution.id)
    earlier = stored.record if stored else course.submissions[-1].solution if course.submissions else None
    if earlier is None:
        return
    if request.actor not in owners_of(course, work):
        raise NotYourProduct(f"产品 {request.solution.id} 属于其他单位", place={"field": "actor"})
    if earlier.provider is not None and (provider is None or provider.id != earlier.provider.id):
        raise NotYourProduct("新版本不能更换提供方，请作为新产品申报", place={"field": "solution.provider"})


def took_part(course: Course, against: str) -> set[str]:
    """Return who took part in the newest decision of a kind against a product."""
    took = {entry.event.actor for entry in course.adverse[-1:]}
    if against == "rejected" and course.submissions:
        took |= {opinion.reviewer for opinion in course.submissions[-1].opinions}
    return took


def _units_offering(work: UnitOfWork, solution_id: str) -> list[LeadUnit]:
    return [
        stored.record for stored in work.lead_units.iterate() if solution_id in stored.record.solution_ids
    ]
