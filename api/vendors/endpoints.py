"""The prospects of a vendor, and the contact data of an enterprise that opened contact with it."""

from typing import Annotated

from fastapi import Path, Request, Response

from api import records
from api.consents.schemas import ContactAnswer
from api.installed import Installed
from api.openapi import post_problems, problems
from api.routing import ONCE, make_router
from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import PartnerKind
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput
from recommender.matching.answer import Recommendation
from recommender.matching.consenting import ContactNotOpen
from recommender.matching.ranked import FilterNotApplicable, UnknownExample
from recommender.matching.request import ProspectRequest
from recommender.matching.unknown import UnknownVendor

router = make_router("vendors")
_Id = Annotated[RecordId, Path(description="服务商编号，即解决方案的 provider.id")]


@router.post(
    "/v1/vendors/{id}/prospects",
    summary="为服务商推荐合适的企业",
    response_model=Recommendation,
    responses=post_problems(UnknownVendor, FilterNotApplicable, UnknownExample),
    dependencies=ONCE,
)
def post_prospects(
    request: Request,
    id: _Id,  # noqa: A002
    body: ProspectRequest,
    here: Installed,
) -> Response:
    """Rank the enterprises that agreed to be shown to this vendor; contact data is never part of it."""
    answer = here.matching.prospects(PartnerKind.VENDOR, id, body)
    request.app.state.metrics.count_served(answer.target, answer.degraded)
    return records.json_answer(answer)


@router.get(
    "/v1/vendors/{id}/prospects/{uscc}/contact",
    summary="查看已发起联系的企业的联系方式",
    responses=problems(InvalidInput, UnknownVendor, ContactNotOpen),
)
def get_contact(id: _Id, uscc: CreditCode, here: Installed) -> ContactAnswer:  # noqa: A002
    """Return the contact data of an enterprise that opened contact with this vendor."""
    return ContactAnswer(contact=here.consenting.contact_of(uscc, PartnerKind.VENDOR, id))
