"""Bodies and answers of consents and contacts."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from recommender.domain import Consent, Contact
from recommender.domain.enterprise import ConsentPurpose, PartnerKind
from recommender.domain.event import Party
from recommender.domain.record import Record, RecordId


class Scope(Record):
    """One lead unit, one vendor, or with neither all whom the purpose names.

    Attributes
    ----------
    actor : str, optional
        Who asks; the enterprise itself where it is left out, and no one else may.
    """

    lead_unit: RecordId | None = None
    vendor: RecordId | None = None
    actor: Party | None = None

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.lead_unit is not None and self.vendor is not None:
            raise ValueError("lead_unit 与 vendor 最多填一项")
        return self

    @property
    def kind(self) -> PartnerKind | None:
        """Kind of the firm that is named, None for all."""
        if self.lead_unit is not None:
            return PartnerKind.LEAD_UNIT
        return PartnerKind.VENDOR if self.vendor is not None else None

    @property
    def partner(self) -> str | None:
        """Id of the firm that is named, None for all."""
        return self.lead_unit or self.vendor


class ContactRequest(Scope):
    """With whom to open contact: exactly one of ``lead_unit`` and ``vendor``.

    Attributes
    ----------
    recommendation_id : str, optional
        The list that led to it; the enterprise may as well contact a firm that was in none.
    """

    recommendation_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if self.partner is None:
            raise ValueError("lead_unit 与 vendor 必须填一项")
        return self

    @property
    def firm(self) -> tuple[PartnerKind, str]:
        """Kind and id of the firm."""
        if self.lead_unit is not None:
            return PartnerKind.LEAD_UNIT, self.lead_unit
        return PartnerKind.VENDOR, self.vendor or ""


class ConsentEntry(Consent):
    """An entry of the history.

    Attributes
    ----------
    holds_today : bool
        For whom it covers.
    """

    holds_today: bool

    @classmethod
    def of(cls, consent: Consent, today: date) -> "ConsentEntry":
        """Return the entry for a consent."""
        return cls(**consent.model_dump(), holds_today=consent.in_force(today))


class ConsentHistory(Record):
    """Every consent that was given, in the order of giving; none is ever dropped."""

    items: tuple[ConsentEntry, ...]

    @classmethod
    def of(cls, consents: tuple[Consent, ...], today: date) -> "ConsentHistory":
        """Return the history as it stands today."""
        return cls(items=tuple(ConsentEntry.of(consent, today) for consent in consents))

    def to(self, purpose: ConsentPurpose) -> "ConsentHistory":
        """Return the entries of one purpose."""
        return ConsentHistory(items=tuple(entry for entry in self.items if entry.purpose is purpose))


class ContactOpened(Record):
    """Contact is open.

    Attributes
    ----------
    opened_now : bool
        False where it was open before; then nothing was written.
    event_id : str, optional
        Of the ``contact`` event.
    """

    opened_now: bool
    event_id: str | None
    consent: ConsentEntry


class ContactAnswer(Record):
    """Contact data, unmasked; null where the enterprise left none."""

    contact: Contact | None
