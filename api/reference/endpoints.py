"""GET the instrument and the code lists."""

import hashlib
from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel

from api.openapi import Responses, problems
from api.preconditions import Conditions, MalformedCondition, ReadConditions
from api.routing import make_router
from recommender.diagnosis import Instrument, editions, load_instrument
from recommender.domain.taxonomy import Taxonomy, load_taxonomy
from recommender.errors import InvalidInput, NotFound

router = make_router("reference")
_CACHE = "public, max-age=300"
_NOT_MODIFIED: Responses = {304: {"description": "没有变化"}}


@router.get(
    "/v1/instruments/{edition}",
    summary="评测指标：题目、选项、场景和等级规则",
    response_model=Instrument,
    responses={**_NOT_MODIFIED, **problems(NotFound, InvalidInput, MalformedCondition)},
)
def get_instrument(
    edition: Annotated[str, Path(description="版本，例如 2024", max_length=20)], conditions: ReadConditions
) -> Response:
    """Return one edition of the instrument."""
    known = editions()
    if edition not in known:
        raise NotFound(f"没有“{edition}”版评测指标，可用版本：{'、'.join(known)}", place={"in": "path"})
    return _cacheable(load_instrument(edition), conditions)


@router.get(
    "/v1/taxonomy",
    summary="场景、环节、细分行业和各区的代码",
    response_model=Taxonomy,
    responses={**_NOT_MODIFIED, **problems(InvalidInput, MalformedCondition)},
)
def get_taxonomy(conditions: ReadConditions) -> Response:
    """Return the code lists."""
    return _cacheable(load_taxonomy(), conditions)


def _cacheable(value: BaseModel, conditions: Conditions) -> Response:
    body = value.model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', "Cache-Control": _CACHE}
    if conditions.unchanged(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
