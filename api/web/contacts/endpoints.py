"""GET and POST who may see an enterprise, contacts, and what was shown; export and closing off."""

from typing import Annotated, Literal

from fastapi import Form, Path, Query, Response
from pydantic import Field

from api.downloads import download
from api.installed import Installed
from api.web.asked import Asked
from api.web.contacts.consents import chosen, firms, switches
from api.web.contacts.export import everything
from api.web.page import Page, PageWriter
from api.web.routing import page_router, see
from api.web.scope import enterprise_for
from api.web.session import one_of
from recommender.course.case_file import CaseFile
from recommender.course.compiling import Asker
from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import PARTNER_NAMES, ConsentPurpose
from recommender.domain.viewer import Role, Viewer
from recommender.errors import InvalidInput, SmematchError
from recommender.installation import Installation

router = page_router()
_Uscc = Annotated[CreditCode, Path()]
_Own = Annotated[Viewer, one_of(Role.ENTERPRISE)]
_Firm = Annotated[str, Field(max_length=100)]
_ListId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class PartnerAsked(Asked):
    """With whom, ``lead_unit:ID`` or ``vendor:ID``, and the list that led there."""

    partner: _Firm | None = None
    recommendation_id: _ListId | None = None


class ConsentAsked(Asked):
    """To agree or to withdraw, for all or for one firm."""

    act: Literal["grant", "revoke"]
    purpose: ConsentPurpose
    partner: _Firm | None = None


class CloseAsked(Asked):
    """That it is meant."""

    confirm: Literal["yes"] | None = None


@router.get("/enterprises/{uscc}/contacts")
def get_contacts(
    uscc: _Uscc, asked: Annotated[PartnerAsked, Query()], viewer: _Own, page: Page, here: Installed
) -> Response:
    """Show who may see the enterprise, and with whom it opened contact."""
    return _contacts(page, here, viewer, uscc, asked)


@router.post("/enterprises/{uscc}/contacts")
def post_contact(
    uscc: _Uscc, asked: Annotated[PartnerAsked, Form()], viewer: _Own, page: Page, here: Installed
) -> Response:
    """Open contact with one firm."""
    enterprise_for(here, viewer, uscc)
    firm = chosen(firms(here), asked.partner)
    if firm is None:
        error = InvalidInput("请先选择一家牵引单位或服务商", place={"field": "partner"})
        return _contacts(page, here, viewer, uscc, asked, error)
    here.consenting.open_contact(
        uscc, firm.kind, firm.id, viewer.actor, recommendation_id=asked.recommendation_id
    )
    return see(f"/enterprises/{uscc}/contacts#opened")


@router.post("/enterprises/{uscc}/consents")
def post_consent(
    uscc: _Uscc, asked: Annotated[ConsentAsked, Form()], viewer: _Own, page: Page, here: Installed
) -> Response:
    """Agree or withdraw, at once."""
    enterprise_for(here, viewer, uscc)
    firm = chosen(firms(here), asked.partner)
    if asked.partner is not None and firm is None:
        raise InvalidInput("找不到这家单位", place={"field": "partner"})
    change = here.consenting.grant if asked.act == "grant" else here.consenting.revoke
    try:
        change(uscc, asked.purpose, firm.kind if firm else None, firm.id if firm else None, viewer.actor)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _contacts(page, here, viewer, uscc, PartnerAsked(), error)
    return see(f"/enterprises/{uscc}/contacts")


@router.get("/enterprises/{uscc}/seen")
def get_seen(uscc: _Uscc, viewer: _Own, page: Page, here: Installed) -> Response:
    """Show all that was shown to whom."""
    return _seen(page, here, viewer, uscc)


@router.get("/enterprises/{uscc}/seen/export")
def get_export(uscc: _Uscc, viewer: _Own, here: Installed) -> Response:
    """Return everything about the enterprise in one archive."""
    firm = enterprise_for(here, viewer, uscc)
    content = everything(firm, _file(here, uscc))
    return download(content, f"本企业全部资料-{uscc}.zip", "application/zip")


@router.post("/enterprises/{uscc}/seen/close")
def post_close(
    uscc: _Uscc, asked: Annotated[CloseAsked, Form()], viewer: _Own, page: Page, here: Installed
) -> Response:
    """Withdraw every consent and take the contact data out of the record."""
    enterprise_for(here, viewer, uscc)
    if asked.confirm is None:
        error = InvalidInput("请先勾选“我已看清哪些会删除、哪些会保留”", place={"field": "confirm"})
        return _seen(page, here, viewer, uscc, error)
    here.consenting.close_off(uscc, viewer.actor)
    return see(f"/enterprises/{uscc}/seen")


def _file(here: Installation, uscc: str) -> CaseFile:
    return here.course.case_file(uscc, None, asker=Asker("enterprise", uscc))


def _contacts(
    page: PageWriter,
    here: Installation,
    viewer: Viewer,
    uscc: str,
    asked: PartnerAsked,
    error: SmematchError | None = None,
) -> Response:
    firm = enterprise_for(here, viewer, uscc)
    all_firms = firms(here)
    return page.show(
        "contacts/contacts.html",
        status=error.status if error else 200,
        firm=firm,
        file=_file(here, uscc),
        switches=switches(firm, here.consenting.today()),
        firms=all_firms,
        kinds=PARTNER_NAMES,
        chosen=chosen(all_firms, asked.partner),
        recommendation_id=asked.recommendation_id,
        error=error,
    )


def _seen(
    page: PageWriter, here: Installation, viewer: Viewer, uscc: str, error: SmematchError | None = None
) -> Response:
    firm = enterprise_for(here, viewer, uscc)
    return page.show(
        "contacts/seen.html",
        status=error.status if error else 200,
        firm=firm,
        file=_file(here, uscc),
        open_consents=sum(one.in_force(here.consenting.today()) for one in firm.consents),
        error=error,
    )
