"""Contact data at the border of the API: masked on the way out, never overwritten by its own mask."""

from api.errors import MaskedValue
from recommender.domain import Contact, Enterprise

_MARK = "*"


def masked(contact: Contact) -> Contact:
    """Return contact data as it may be answered: 王**, 138****0000, z***@example.com."""
    return Contact(
        person=_person(contact.person) if contact.person else contact.person,
        phone=_phone(contact.phone) if contact.phone else contact.phone,
        email=_email(contact.email) if contact.email else contact.email,
    )


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
        if value is not None and _MARK in value:
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
        if value is not None and _MARK in value:
            raise MaskedValue(
                f"企业 {enterprise.uscc} 的联系方式是遮盖过的，导入会覆盖真实内容；请填写完整或留空",
                place={"field": f"contact.{field}"},
            )


def shown(enterprise: Enterprise) -> Contact | None:
    """Return the masked contact data of an enterprise."""
    return masked(enterprise.contact) if enterprise.contact else None


def _person(value: str) -> str:
    return value[0] + _MARK * (len(value) - 1) if len(value) > 1 else _MARK


def _phone(value: str) -> str:
    if len(value) >= 11:
        return value[:3] + _MARK * (len(value) - 7) + value[-4:]
    return _MARK * max(0, len(value) - 2) + value[-2:] if len(value) > 4 else _MARK * len(value)


def _email(value: str) -> str:
    name, at, domain = value.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else _MARK * len(value)
