"""PUT, GET and list of enterprises."""

from typing import Annotated

from fastapi import Path, Query, Response

from api import records
from api.enterprises.contact import merged
from api.enterprises.schemas import (
    EnterpriseAnswer,
    EnterpriseBody,
    EnterpriseList,
    EnterpriseQuery,
    ListedEnterprise,
    SimilarFirms,
)
from api.errors import BadCursor, MaskedValue
from api.installed import Installed
from api.openapi import problems
from api.preconditions import ReadConditions, WriteConditions
from api.routing import make_router
from recommender.domain import Enterprise
from recommender.domain.consents import keeping_history
from recommender.domain.credit_code import CreditCode
from recommender.errors import InvalidInput
from recommender.matching.similar_firms import TooFewFirms
from recommender.matching.unknown import UnknownEnterprise
from recommender.store import UnitOfWork
from recommender.store.repositories.enterprises import EnterpriseRepository
from recommender.store.repositories.records import Stored
from recommender.text.sub_industry import complete_enterprise

router = make_router("enterprises")
_Uscc = Annotated[CreditCode, Path(description="统一社会信用代码")]


def _enterprises(work: UnitOfWork) -> EnterpriseRepository:
    return work.enterprises


@router.put(
    "/v1/enterprises/{uscc}",
    summary="新建或更新一家企业",
    response_model=EnterpriseAnswer,
    responses=records.write_responses(EnterpriseAnswer, MaskedValue),
)
def put_enterprise(
    uscc: _Uscc, body: EnterpriseBody, here: Installed, conditions: WriteConditions
) -> Response:
    """Store an enterprise; a sub-industry it does not declare is inferred and marked with its source.

    `contact` 省略则保持不变，写 null 则删除；答复中遮盖的内容原样写回视为没有改动。
    `consents` 省略则保持不变；写出时，没有写进去的授权视为当天撤回，历史记录不会删除。
    """
    key = records.agree("uscc", uscc, body.uscc)
    values = {**body.model_dump(exclude={"contact", "contact_masked"}), "uscc": key}

    def make(stored: Stored[Enterprise] | None) -> Enterprise:
        present = stored.record.contact if stored else None
        contact = present if body.keeps_contact else merged(body.contact, present)
        history = stored.record.consents if stored else ()
        consents = (
            history
            if body.keeps_consents
            else keeping_history(history, body.consents, here.consenting.today())
        )
        given = {"contact": contact, "consents": consents}
        return complete_enterprise(Enterprise.model_validate(values | given))

    put = records.write(here.store, _enterprises, key, make, conditions)
    answer = EnterpriseAnswer.of(put.stored.record)
    return records.put_answer(put, answer, f"/v1/enterprises/{key}")


@router.get(
    "/v1/enterprises/{uscc}",
    summary="读取一家企业",
    response_model=EnterpriseAnswer,
    responses=records.read_responses(),
)
def get_enterprise(uscc: _Uscc, here: Installed, conditions: ReadConditions) -> Response:
    """Return an enterprise, its contact data masked."""
    stored = records.read(here.store, _enterprises, uscc, "企业")
    return records.get_answer(stored, lambda: EnterpriseAnswer.of(stored.record), conditions)


@router.get(
    "/v1/enterprises/{uscc}/similar",
    summary="与本企业相近的企业（不具名）",
    responses=problems(InvalidInput, UnknownEnterprise, TooFewFirms),
)
def get_similar(uscc: _Uscc, here: Installed, k: Annotated[int, Query(ge=1, le=20)] = 5) -> SimilarFirms:
    """Return the nearest diagnosis profiles by their classes only; no name, code or need is told."""
    return SimilarFirms(items=here.matching.similar_firms(uscc, k))


@router.get("/v1/enterprises", summary="列出企业", responses=problems(InvalidInput, BadCursor))
def list_enterprises(query: Annotated[EnterpriseQuery, Query()], here: Installed) -> EnterpriseList:
    """Return one page of enterprises in the order of their credit codes, without contact data."""
    page, cursor = records.list_page(here.store, _enterprises, "enterprises", query)
    items = [ListedEnterprise.of(stored.record) for stored in page.items]
    return EnterpriseList(items=items, next_cursor=cursor)
