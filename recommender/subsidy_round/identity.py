"""Whether two parties are one: compared by what identifies them, personal data only as a digest.

A digest keeps names and numbers out of sight, it does not make them anonymous; none is ever shown.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from recommender.domain import Enterprise
from recommender.store.repositories.events import EventLine

#: What two parties are compared by, with the Chinese name that findings use.
COMPARED = {
    "uscc": "统一社会信用代码",
    "name": "名称",
    "address": "地址",
    "legal_person": "法定代表人",
    "phone": "联系电话",
}
_MARK = re.compile(r"[（(]合成样本[）)]")
_NOT_TEXT = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """What is on record of a party; None where nothing is. ``phone`` and ``legal_person`` are digests."""

    uscc: str | None = None
    name: str | None = None
    address: str | None = None
    legal_person: str | None = None
    phone: str | None = None

    def joined(self, other: "Identity") -> "Identity":
        """Return this with the gaps filled from another."""
        gaps = {name: getattr(other, name) for name in COMPARED if getattr(self, name) is None}
        return replace(self, **gaps)


def digest(text: str) -> str:
    """Return the digest by which a name or number is compared."""
    return hashlib.sha256(text.encode()).hexdigest()


def phone_digest(phone: str) -> str | None:
    """Return the digest of a phone number: its digits without the country code; None when it has none."""
    digits = _NOT_DIGIT.sub("", phone)
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digest(digits) if digits else None


def plain_text(text: str | None) -> str | None:
    """Return a name or address without marks, spaces and punctuation, None when nothing is left."""
    return _NOT_TEXT.sub("", _MARK.sub("", text or "")) or None


def of_enterprise(enterprise: Enterprise) -> Identity:
    """Return what an enterprise's record tells."""
    phone = enterprise.contact.phone if enterprise.contact else None
    return Identity(
        uscc=enterprise.uscc,
        name=plain_text(enterprise.name),
        address=plain_text(enterprise.address),
        phone=phone_digest(phone) if phone else None,
    )


def told_identities(lines: Iterable[EventLine]) -> Mapping[str, Identity]:
    """Return what ``party_identified`` events tell, by party; a later one counts over an earlier."""
    found: dict[str, Identity] = {}
    for line in lines:
        told = line.attributes
        one = Identity(
            uscc=told.get("uscc"),
            address=plain_text(told.get("address")),
            legal_person=told.get("legal_person_sha256"),
            phone=told.get("phone_sha256"),
        )
        found[line.subject] = one.joined(found.get(line.subject, Identity()))
    return found


def shared(one: Identity, other: Identity) -> tuple[list[str], list[str]]:
    """Return by what two parties are the same, and what could not be compared, in Chinese."""
    same, untold = [], []
    for field, name in COMPARED.items():
        mine, theirs = getattr(one, field), getattr(other, field)
        if mine is None or theirs is None:
            untold.append(name)
        elif mine == theirs:
            same.append(name)
    return same, untold
