"""Contact data as it may be shown to anyone: 王**, 138****0000, z***@example.com."""

from recommender.domain.enterprise import Contact

#: Stands for what is hidden.
MARK = "*"


def masked(contact: Contact) -> Contact:
    """Return contact data of which only enough is left to recognise it."""
    return Contact(
        person=_person(contact.person) if contact.person else contact.person,
        phone=_phone(contact.phone) if contact.phone else contact.phone,
        email=_email(contact.email) if contact.email else contact.email,
    )


def _person(value: str) -> str:
    return value[0] + MARK * (len(value) - 1) if len(value) > 1 else MARK


def _phone(value: str) -> str:
    if len(value) >= 11:
        return value[:3] + MARK * (len(value) - 7) + value[-4:]
    return MARK * max(0, len(value) - 2) + value[-2:] if len(value) > 4 else MARK * len(value)


def _email(value: str) -> str:
    name, at, domain = value.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else MARK * len(value)
