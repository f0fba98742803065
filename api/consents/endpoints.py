"""Consents and contacts of an enterprise, which only the enterprise itself may give."""

from typing import Annotated

from fastapi import Path, Query

from api.consents.schemas import ConsentEntry, ConsentHistory, ContactOpened, ContactRequest, Scope
from api.installed import Installed
from api.openapi import body_problems, post_problems, problems
from api.routing import ONCE, make_router
from recommender.domain.consents import CoveredByAll
from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import ConsentPurpose
from recommender.errors import InvalidInput
from recommender.matching.consenting import NotTheEnterprise, TooManyConsents
from recommender.matching.unknown import UnknownEnterprise, UnknownLeadUnit, UnknownVendor

router = make_router("consents")
_Uscc = Annotated[CreditCode, Path(description="统一社会信用代码")]
_UNKNOWN = (UnknownEnterprise, UnknownLeadUnit, UnknownVendor)


@router.get(
    "/v1/enterprises/{uscc}/consents",
    summary="列出企业给过的全部授权",
    responses=problems(InvalidInput, UnknownEnterprise),
)
def list_consents(uscc: _Uscc, here: Installed) -> ConsentHistory:
    """Return the whole history, the withdrawn consents too."""
    return ConsentHistory.of(here.consenting.history(uscc), here.consenting.today())


@router.put(
    "/v1/enterprises/{uscc}/consents/{purpose}",
    summary="企业授权",
    responses=body_problems(NotTheEnterprise, TooManyConsents, *_UNKNOWN),
)
def put_consent(uscc: _Uscc, purpose: ConsentPurpose, body: Scope, here: Installed) -> ConsentHistory:
    """Agree to a purpose from today on, for one firm or for all; what is in force already stays as it is."""
    history = here.consenting.grant(uscc, purpose, body.kind, body.partner, body.actor or uscc)
    return ConsentHistory.of(history, here.consenting.today()).to(purpose)


@router.delete(
    "/v1/enterprises/{uscc}/consents/{purpose}",
    summary="企业撤回授权",
    responses=problems(InvalidInput, NotTheEnterprise, CoveredByAll, *_UNKNOWN),
)
def delete_consent(
    uscc: _Uscc, purpose: ConsentPurpose, query: Annotated[Scope, Query()], here: Installed
) -> ConsentHistory:
    """Withdraw, effective with the next request; the history keeps what was agreed to, and when it ended."""
    history = here.consenting.revoke(uscc, purpose, query.kind, query.partner, query.actor or uscc)
    return ConsentHistory.of(history, here.consenting.today()).to(purpose)


@router.post(
    "/v1/enterprises/{uscc}/contacts",
    summary="企业发起联系",
    responses=post_problems(NotTheEnterprise, TooManyConsents, *_UNKNOWN),
    dependencies=ONCE,
)
def post_contact(uscc: _Uscc, body: ContactRequest, here: Installed) -> ContactOpened:
    """Open contact with a lead unit or vendor, in a list or not; it then sees the contact data.

    重复发起不会再记一次；撤回 `share_contact` 授权即关闭。
    """
    opened = here.consenting.open_contact(
        uscc, *body.firm, body.actor or uscc, recommendation_id=body.recommendation_id
    )
    return ContactOpened(
        opened_now=opened.event_id is not None,
        event_id=opened.event_id,
        consent=ConsentEntry.of(opened.consent, here.consenting.today()),
    )
