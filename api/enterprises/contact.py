"""Contact data at the border of the API: masked on the way out, never overwritten by its own mask."""

from api.errors import MaskedValue
from recommender.domain import Contact, Enterprise
from recommender.domain.contact_mask import MARK, masked


def merged(given: Contact | None, stored: Contact | None) -> Contact | None:
    """Return the contact to store when ``given`` may hold masked values of ``stored``.

    Raises
    ------
    MaskedValue
        For a value with asterisks that is not the mask of what is stored.
    """
    if given is None:
        return None
    shown = masked(stored) if stored else None
    values = {}
    for field in Contact.model_fields:
        value = getattr(given, field)
        if value is not None and MARK in value:
            if shown is None or value != getattr(shown, field):
                raise MaskedValue(
                    "内容含有星号，又不是现有联系方式的遮盖形式；请填写完整内容，或省略以保持不变",
                    place={"in": "body", "field": f"contact.{field}"},
                )
            value = getattr(stored, field)
        values[field] = value
    return Contact(**values)


def refuse_masked(enterprise: Enterprise) -> None:
    """Refuse contact data that was masked by this API and would overwrite the real one.

    Raises
    ------
    MaskedValue
        If any part of it holds an asterisk.
    """
    parts = enterprise.contact.model_dump().items() if enterprise.contact else ()
    for field, value in parts:
        if value is not None and MARK in value:
            raise MaskedValue(
                f"企业 {enterprise.uscc} 的联系方式是遮盖过的，导入会覆盖真实内容；请填写完整或留空",
                place={"field": f"contact.{field}"},
            )


def shown(enterprise: Enterprise) -> Contact | None:
    """Return the masked contact data of an enterprise."""
    return masked(enterprise.contact) if enterprise.contact else None
