"""What the pages of offers ask for: filters, order, a choice with its reason."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from api.web.asked import Asked
from api.web.translations import marked
from recommender.domain.lead_unit import LeadMode
from recommender.domain.solution import Deployment
from recommender.domain.taxonomy import Scenario
from recommender.retrieval.conditions import Attribute, Condition, Filter

#: Id of a served list.
_List = Annotated[str | None, Field(max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]


class Order(StrEnum):
    """How the owner wants the list ordered."""

    MATCH = "match"
    PRICE = "price"
    DAYS = "days"


class SolutionsAsked(Asked):
    """Filters of the recommended products.

    Attributes
    ----------
    list : str, optional
        A list served earlier, to be shown again as it was.
    product : str, optional
        Name of a product whose absence is to be explained.
    """

    scenario: Scenario | None = None
    price: Annotated[Decimal | None, Field(ge=0, le=10**12)] = None
    days: Annotated[int | None, Field(ge=0, le=100_000)] = None
    deployment: Deployment | None = None
    order: Order = Order.MATCH
    product: Annotated[str | None, Field(max_length=200)] = None
    list: _List = None

    def conditions(self) -> Filter:
        """Return the filters as the engine knows them."""
        must = []
        if self.scenario:
            must.append(Condition(field=Attribute.SCENARIO, any=(self.scenario.value,)))
        if self.price is not None:
            must.append(Condition(field=Attribute.PRICE_YUAN, lte=float(self.price)))
        if self.days is not None:
            must.append(Condition(field=Attribute.DAYS_TO_DEPLOY, lte=self.days))
        if self.deployment:
            must.append(Condition(field=Attribute.DEPLOYMENT, any=(self.deployment.value,)))
        return Filter(must=tuple(must))


class LeadUnitsAsked(Asked):
    """Filter of the lead units."""

    mode: LeadMode | None = None
    list: _List = None

    def conditions(self) -> Filter:
        """Return the filter as the engine knows it."""
        if self.mode is None:
            return Filter()
        return Filter(must=(Condition(field=Attribute.MODE, any=(self.mode.value,)),))


class CompareAsked(Asked):
    """Which products to lay side by side."""

    ids: tuple[Annotated[str, Field(max_length=100)], ...] = ()


#: Why a product does not suit; the text is what the log keeps.
REASONS = {
    "price": marked("价格太高"),
    "days": marked("上线太慢"),
    "not_needed": marked("现在用不上"),
    "have_one": marked("已经有类似的"),
    "deployment": marked("部署方式不合适"),
    "vendor": marked("不想和这家服务商合作"),
}


class ChoiceForm(Asked):
    """A product kept, or put aside with the reason."""

    choice: Literal["shortlist", "dismiss"]
    product: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Literal["price", "days", "not_needed", "have_one", "deployment", "vendor"] | None = None
    list: _List = None
