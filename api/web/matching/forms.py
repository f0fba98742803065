"""What the forms of the room send, and the filter that an owner's wishes become."""

from enum import StrEnum

from pydantic import Field

from api.web.asked import Asked
from api.web.translations import marked
from recommender.domain.record import RecordId
from recommender.domain.solution import Deployment
from recommender.domain.taxonomy import Scenario
from recommender.retrieval.conditions import Attribute, Condition, Filter

#: The reason that says nothing without words of one's own.
OTHER = "其他"
#: Why a product does not fit, to choose from.
REASONS = (
    marked("价格太高"),
    marked("功能不合用"),
    marked("已经有类似的系统"),
    marked("上线时间太长"),
    marked("对服务商不放心"),
    marked("暂时不考虑"),
    marked("其他"),
)


class Sort(StrEnum):
    """In which order an owner looks at a list."""

    MATCH = "match"
    PRICE = "price"
    DAYS = "days"


class FilterAsked(Asked):
    """What an owner narrows the list by.

    Attributes
    ----------
    price : float, optional
        Most that the cheapest offer may cost, in yuan.
    days : int, optional
        Most days until it runs.
    """

    scenario: Scenario | None = None
    price: float | None = Field(default=None, ge=0, le=1e12, allow_inf_nan=False)
    days: int | None = Field(default=None, ge=0, le=3650)
    deployment: Deployment | None = None
    sort: Sort | None = None

    def filter(self) -> Filter:
        """Return the conditions that the search applies."""
        must = []
        if self.scenario is not None:
            must.append(Condition(field=Attribute.SCENARIO, any=(self.scenario.value,)))
        if self.price is not None:
            must.append(Condition(field=Attribute.PRICE_YUAN, lte=self.price))
        if self.days is not None:
            must.append(Condition(field=Attribute.DAYS_TO_DEPLOY, lte=self.days))
        if self.deployment is not None:
            must.append(Condition(field=Attribute.DEPLOYMENT, any=(self.deployment.value,)))
        return Filter(must=tuple(must))

    @classmethod
    def of(cls, conditions: Filter) -> "FilterAsked":
        """Return what the form would have sent for conditions; those that it does not have are left out."""
        told: dict[str, object] = {}
        for one in conditions.must:
            match one.field:
                case Attribute.SCENARIO | Attribute.DEPLOYMENT if one.any and len(one.any) == 1:
                    told[one.field.value] = one.any[0]
                case Attribute.PRICE_YUAN if one.lte is not None:
                    told["price"] = one.lte
                case Attribute.DAYS_TO_DEPLOY if one.lte is not None:
                    told["days"] = int(one.lte)
        return cls.model_validate(told)


class ListAsked(Asked):
    """How to look at a served list; ``why`` is part of the name of a product that is missed."""

    sort: Sort = Sort.MATCH
    why: str | None = Field(default=None, max_length=100)


class KeptAsked(Asked):
    """A product to put aside.

    Attributes
    ----------
    list : str, optional
        Served list in which it was seen.
    next : str, optional
        Where to go on.
    """

    product: RecordId
    list: RecordId | None = None
    next: str | None = Field(default=None, max_length=500)


class DismissedAsked(KeptAsked):
    """A product that does not fit, and why."""

    reason: str | None = Field(default=None, max_length=50)
    note: str | None = Field(default=None, max_length=500)

    def problem(self) -> tuple[str, str] | None:
        """Return the field and the message of what is missing."""
        if self.reason not in REASONS:
            return "reason", marked("请选择为什么不适合")
        if self.reason == OTHER and not (self.note or "").strip():
            return "note", marked("请用一句话写明原因")
        return None

    def told(self) -> str:
        """Return the reason as it goes into the log."""
        note = (self.note or "").strip()
        return "：".join(part for part in (self.reason, note) if part)
