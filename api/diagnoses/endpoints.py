"""PUT, GET and list of an enterprise's diagnoses; scoring without storing."""

from typing import Annotated

from fastapi import Path, Query, Response

from api import records
from api.diagnoses.schemas import (
    REFUSALS,
    Answers,
    DiagnosisAnswer,
    DiagnosisBody,
    DiagnosisList,
    DiagnosisQuery,
    Worth,
)
from api.errors import BadCursor
from api.installed import Installed
from api.openapi import post_problems, problems
from api.preconditions import ReadConditions, WriteConditions
from api.routing import ONCE, make_router
from recommender.domain import Diagnosis
from recommender.domain.credit_code import CreditCode
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput, NotFound
from recommender.store import Store, UnitOfWork
from recommender.store.failures import DiagnosisOfAnotherEnterprise
from recommender.store.repositories.diagnoses import DiagnosisRepository

router = make_router("diagnoses")
_Uscc = Annotated[CreditCode, Path(description="统一社会信用代码")]
_Id = Annotated[RecordId, Path(description="诊断编号")]


def _diagnoses(work: UnitOfWork) -> DiagnosisRepository:
    return work.diagnoses


def _require_enterprise(store: Store, uscc: str) -> None:
    records.read(store, lambda work: work.enterprises, uscc, "企业")


@router.put(
    "/v1/enterprises/{uscc}/diagnoses/{id}",
    summary="新建或更新一次诊断",
    response_model=DiagnosisAnswer,
    responses=records.write_responses(DiagnosisAnswer, NotFound, DiagnosisOfAnotherEnterprise, *REFUSALS),
)
def put_diagnosis(
    uscc: _Uscc,
    id: _Id,  # noqa: A002
    body: DiagnosisBody,
    here: Installed,
    conditions: WriteConditions,
) -> Response:
    """Store a diagnosis whose answers the instrument knows; answer with score, level and gaps."""
    values = body.model_dump(exclude={"result", "gaps"})
    values |= {"uscc": records.agree("uscc", uscc, body.uscc), "id": records.agree("id", id, body.id)}
    record = Diagnosis.model_validate(values)
    Worth.of(record)
    _require_enterprise(here.store, uscc)
    put = records.write(here.store, _diagnoses, id, lambda _: record, conditions)
    answer = DiagnosisAnswer.of(put.stored.record)
    return records.put_answer(put, answer, f"/v1/enterprises/{uscc}/diagnoses/{id}")


@router.get(
    "/v1/enterprises/{uscc}/diagnoses/{id}",
    summary="读取一次诊断及其结果",
    response_model=DiagnosisAnswer,
    responses=records.read_responses(),
)
def get_diagnosis(uscc: _Uscc, id: _Id, here: Installed, conditions: ReadConditions) -> Response:  # noqa: A002
    """Return a diagnosis with score, level and gaps."""
    stored = records.read(here.store, _diagnoses, id, "诊断")
    if stored.record.uscc != uscc:
        raise NotFound(f"企业 {uscc} 没有编号为 {id} 的诊断", place={"in": "path"})
    return records.get_answer(stored, lambda: DiagnosisAnswer.of(stored.record), conditions)


@router.get(
    "/v1/enterprises/{uscc}/diagnoses",
    summary="列出一家企业的诊断",
    responses=problems(InvalidInput, BadCursor, NotFound),
)
def list_diagnoses(uscc: _Uscc, query: Annotated[DiagnosisQuery, Query()], here: Installed) -> DiagnosisList:
    """Return one page of an enterprise's diagnoses in the order of their ids."""
    _require_enterprise(here.store, uscc)
    page, cursor = records.list_page(here.store, _diagnoses, "diagnoses", query, {"uscc": uscc})
    items = [DiagnosisAnswer.of(stored.record) for stored in page.items]
    return DiagnosisList(items=items, next_cursor=cursor)


@router.post(
    "/v1/diagnoses:score",
    summary="只评分，不保存",
    response_model=Worth,
    responses=post_problems(*REFUSALS),
    dependencies=ONCE,
)
def score_answers(body: Answers) -> Response:
    """Score answers; unanswered items and scenarios count as nothing and are listed."""
    return records.json_answer(Worth.of(body))
