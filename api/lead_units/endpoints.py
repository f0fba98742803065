"""PUT, GET and list of lead units, and the prospects of one."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from api import records
from api.consents.schemas import ContactAnswer
from api.errors import BadCursor
from api.installed import Installed
from api.lead_units.schemas import LeadUnitBody, LeadUnitList, LeadUnitQuery
from api.openapi import post_problems, problems
from api.preconditions import ReadConditions, WriteConditions
from api.routing import ONCE, make_router
from recommender.domain import LeadUnit
from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import PartnerKind
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput
from recommender.matching.answer import Recommendation
from recommender.matching.consenting import ContactNotOpen
from recommender.matching.ranked import FilterNotApplicable, UnknownExample
from recommender.matching.request import ProspectRequest
from recommender.matching.unknown import UnknownLeadUnit
from recommender.store import UnitOfWork
from recommender.store.failures import OfficeDecided, SuspensionDecided
from recommender.store.repositories.lead_units import LeadUnitRepository

router = make_router("lead-units")
_Id = Annotated[RecordId, Path(description="牵引单位编号")]


def _lead_units(work: UnitOfWork) -> LeadUnitRepository:
    return work.lead_units


@router.put(
    "/v1/lead-units/{id}",
    summary="新建或更新一个牵引单位",
    response_model=LeadUnit,
    responses=records.write_responses(LeadUnit, OfficeDecided, SuspensionDecided),
)
def put_lead_unit(id: _Id, body: LeadUnitBody, here: Installed, conditions: WriteConditions) -> Response:  # noqa: A002
    """Store a lead unit with its consortium."""
    key = records.agree("id", id, body.id)
    record = LeadUnit.model_validate({**body.model_dump(), "id": key})
    put = records.write(here.store, _lead_units, key, lambda _: record, conditions)
    return records.put_answer(put, put.stored.record, f"/v1/lead-units/{key}")


@router.get(
    "/v1/lead-units/{id}",
    summary="读取一个牵引单位",
    response_model=LeadUnit,
    responses=records.read_responses(),
)
def get_lead_unit(id: _Id, here: Installed, conditions: ReadConditions) -> Response:  # noqa: A002
    """Return a lead unit."""
    stored = records.read(here.store, _lead_units, id, "牵引单位")
    return records.get_answer(stored, lambda: stored.record, conditions)


@router.get("/v1/lead-units", summary="列出牵引单位", responses=problems(InvalidInput, BadCursor))
def list_lead_units(query: Annotated[LeadUnitQuery, Query()], here: Installed) -> LeadUnitList:
    """Return one page of lead units in the order of their ids."""
    page, cursor = records.list_page(here.store, _lead_units, "lead-units", query)
    return LeadUnitList(items=[stored.record for stored in page.items], next_cursor=cursor)


@router.post(
    "/v1/lead-units/{id}/prospects",
    summary="为牵引单位推荐合适的企业",
    response_model=Recommendation,
    responses=post_problems(UnknownLeadUnit, FilterNotApplicable, UnknownExample),
    dependencies=ONCE,
)
def post_prospects(
    request: Request,
    id: _Id,  # noqa: A002
    body: ProspectRequest,
    here: Installed,
) -> Response:
    """Rank the enterprises that agreed to be shown to this unit; contact data is never part of it."""
    answer = here.matching.prospects(PartnerKind.LEAD_UNIT, id, body)
    request.app.state.metrics.count_served(answer.target, answer.degraded)
    return records.json_answer(answer)


@router.get(
    "/v1/lead-units/{id}/prospects/{uscc}/contact",
    summary="查看已发起联系的企业的联系方式",
    responses=problems(InvalidInput, UnknownLeadUnit, ContactNotOpen),
)
def get_contact(id: _Id, uscc: CreditCode, here: Installed) -> ContactAnswer:  # noqa: A002
    """Return the contact data of an enterprise that opened contact with this lead unit."""
    return ContactAnswer(contact=here.consenting.contact_of(uscc, PartnerKind.LEAD_UNIT, id))
