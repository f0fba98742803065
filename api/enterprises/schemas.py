"""Bodies, answers and listings of enterprises."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.enterprises.contact import shown
from api.paging import Listing, PageQuery
from recommender.domain import Enterprise
from recommender.domain.credit_code import CreditCode
from recommender.domain.taxonomy import DistrictCode, SubIndustry
from recommender.matching.similar_firms import SimilarFirm


class EnterpriseBody(Enterprise):
    """An enterprise as it is put; the credit code may be left to the path.

    Attributes
    ----------
    contact : Contact, optional
        Left out: stays as stored; null: removed; masked values as they were answered: unchanged.
    contact_masked : bool, optional
        Part of every answer and ignored here, so that an answer can be put back.
    """

    uscc: CreditCode | None = None  # type: ignore[assignment]
    contact_masked: bool | None = None

    @property
    def keeps_contact(self) -> bool:
        """Whether the contact was left out."""
        return "contact" not in self.model_fields_set

    @property
    def keeps_consents(self) -> bool:
        """Whether the consents were left out."""
        return "consents" not in self.model_fields_set


class EnterpriseAnswer(Enterprise):
    """An enterprise as it is answered: contact data masked."""

    contact_masked: Literal[True] = True

    @classmethod
    def of(cls, enterprise: Enterprise) -> "EnterpriseAnswer":
        """Return the answer for a stored enterprise."""
        return cls.model_validate(
            {**enterprise.model_dump(exclude={"contact"}), "contact": shown(enterprise)}
        )


class ListedEnterprise(Enterprise):
    """An enterprise in a listing: without contact data."""

    contact: Annotated[None, Field(exclude=True)] = None

    @classmethod
    def of(cls, enterprise: Enterprise) -> "ListedEnterprise":
        """Return the entry for a stored enterprise."""
        return cls.model_validate(enterprise.model_dump(exclude={"contact"}))


class EnterpriseQuery(PageQuery):
    """Query of the listing."""

    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None
    synthetic: bool | None = None


class EnterpriseList(Listing[ListedEnterprise]):
    """One page of enterprises."""


class SimilarFirms(BaseModel):
    """Firms like the one that asks, nearest first."""

    items: tuple[SimilarFirm, ...]
