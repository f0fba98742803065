"""Filter conditions that a caller may set on any ranking: must, should, must_not."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from recommender.domain.enterprise import SIZE_NAMES, Enterprise, SizeClass
from recommender.domain.lead_unit import MODE_NAMES, LeadMode, LeadUnit
from recommender.domain.notice import NOTICE_KIND_NAMES, Notice, NoticeKind
from recommender.domain.record import Record
from recommender.domain.solution import DEPLOYMENT_NAMES, Deployment, Solution
from recommender.domain.taxonomy import load_taxonomy

#: A record that can be ranked.
Candidate = Solution | LeadUnit | Enterprise | Notice
Value = str | float | bool


class Attribute(StrEnum):
    """What a condition may look at; some exist for some kinds of records only."""

    ID = "id"
    SCENARIO = "scenario"
    LINK = "link"
    SUB_INDUSTRY = "sub_industry"
    DISTRICT = "district"
    DEPLOYMENT = "deployment"
    PROVIDER = "provider"
    PROVIDER_KIND = "provider_kind"
    PRICE_YUAN = "price_yuan"
    DAYS_TO_DEPLOY = "days_to_deploy"
    PAYBACK_MONTHS = "payback_months"
    MODE = "mode"
    FREE_CAPACITY = "free_capacity"
    SIZE_CLASS = "size_class"
    EMPLOYEES = "employees"
    BUDGET_YUAN = "budget_yuan"
    KIND = "kind"
    SYNTHETIC = "synthetic"


ATTRIBUTE_NAMES = {
    Attribute.ID: "编号",
    Attribute.SCENARIO: "场景",
    Attribute.LINK: "环节",
    Attribute.SUB_INDUSTRY: "细分行业",
    Attribute.DISTRICT: "所在区",
    Attribute.DEPLOYMENT: "部署方式",
    Attribute.PROVIDER: "服务商",
    Attribute.PROVIDER_KIND: "服务商类型",
    Attribute.PRICE_YUAN: "价格（元）",
    Attribute.DAYS_TO_DEPLOY: "上线天数",
    Attribute.PAYBACK_MONTHS: "回本月数",
    Attribute.MODE: "牵引模式",
    Attribute.FREE_CAPACITY: "剩余名额",
    Attribute.SIZE_CLASS: "企业规模",
    Attribute.EMPLOYEES: "从业人员",
    Attribute.BUDGET_YUAN: "预算（元）",
    Attribute.KIND: "内容种类",
    Attribute.SYNTHETIC: "合成样本",
}


def _number(value: float | None) -> tuple[Value, ...]:
    return () if value is None else (float(value),)


_SOLUTION: dict[Attribute, Callable[[Solution], tuple[Value, ...]]] = {
    Attribute.ID: lambda s: (s.id,),
    Attribute.SCENARIO: lambda s: tuple(effect.scenario.value for effect in s.scenarios),
    Attribute.LINK: lambda s: tuple(link.value for link in s.links),
    # A product made for no sub-industry in particular serves all of them.
    Attribute.SUB_INDUSTRY: lambda s: tuple(
        sub.value for sub in s.sub_industries or [entry.code for entry in load_taxonomy().sub_industries]
    ),
    Attribute.DEPLOYMENT: lambda s: tuple(way.value for way in s.deployment),
    Attribute.PROVIDER: lambda s: (s.provider.id, s.provider.name) if s.provider else (),
    Attribute.PROVIDER_KIND: lambda s: (s.provider.kind.value,) if s.provider else (),
    Attribute.PRICE_YUAN: lambda s: _number(float(s.price.low_yuan) if s.price else None),
    Attribute.DAYS_TO_DEPLOY: lambda s: _number(s.days_to_deploy),
    Attribute.PAYBACK_MONTHS: lambda s: _number(s.payback_months),
    Attribute.SYNTHETIC: lambda s: (s.synthetic,),
}
_LEAD_UNIT: dict[Attribute, Callable[[LeadUnit], tuple[Value, ...]]] = {
    Attribute.ID: lambda u: (u.id,),
    Attribute.SCENARIO: lambda u: tuple(sorted(scenario.value for scenario in u.coverage)),
    Attribute.SUB_INDUSTRY: lambda u: tuple(sub.value for sub in u.sub_industries),
    Attribute.DISTRICT: lambda u: tuple(u.districts or [entry.code for entry in load_taxonomy().districts]),
    Attribute.MODE: lambda u: (u.mode.value,),
    Attribute.FREE_CAPACITY: lambda u: _number(u.capacity.free if u.capacity else None),
    Attribute.SYNTHETIC: lambda u: (u.synthetic,),
}
_ENTERPRISE: dict[Attribute, Callable[[Enterprise], tuple[Value, ...]]] = {
    Attribute.ID: lambda e: (e.uscc,),
    Attribute.SUB_INDUSTRY: lambda e: (e.sub_industry.value,) if e.sub_industry else (),
    Attribute.DISTRICT: lambda e: (e.district,) if e.district else (),
    Attribute.SIZE_CLASS: lambda e: (e.size_class.value,) if e.size_class else (),
    Attribute.EMPLOYEES: lambda e: _number(e.employees),
    Attribute.BUDGET_YUAN: lambda e: _number(float(e.budget_yuan) if e.budget_yuan is not None else None),
    Attribute.SYNTHETIC: lambda e: (e.synthetic,),
}
_NOTICE: dict[Attribute, Callable[[Notice], tuple[Value, ...]]] = {
    Attribute.ID: lambda n: (n.id,),
    Attribute.KIND: lambda n: (n.kind.value,),
    Attribute.SCENARIO: lambda n: tuple(scenario.value for scenario in n.scenarios),
    Attribute.SUB_INDUSTRY: lambda n: tuple(
        sub.value for sub in n.sub_industries or [entry.code for entry in load_taxonomy().sub_industries]
    ),
    Attribute.DISTRICT: lambda n: tuple(n.districts or [entry.code for entry in load_taxonomy().districts]),
    Attribute.SYNTHETIC: lambda n: (n.synthetic,),
}


def attributes_of(kind: type[Candidate]) -> frozenset[Attribute]:
    """Attributes that conditions on this kind of record may use."""
    if kind is Solution:
        return frozenset(_SOLUTION)
    if kind is Notice:
        return frozenset(_NOTICE)
    return frozenset(_LEAD_UNIT) if kind is LeadUnit else frozenset(_ENTERPRISE)


def values_of(record: Candidate, attribute: Attribute) -> tuple[Value, ...]:
    """Values of one attribute; empty when unknown, or when the kind of record has none."""
    match record:
        case Solution():
            return _SOLUTION[attribute](record) if attribute in _SOLUTION else ()
        case LeadUnit():
            return _LEAD_UNIT[attribute](record) if attribute in _LEAD_UNIT else ()
        case Enterprise():
            return _ENTERPRISE[attribute](record) if attribute in _ENTERPRISE else ()
        case Notice():
            return _NOTICE[attribute](record) if attribute in _NOTICE else ()


def shown(attribute: Attribute, value: Value) -> str:
    """Chinese name of a value."""
    taxonomy = load_taxonomy()
    names: dict[Attribute, Callable[[str], str | None]] = {
        Attribute.SCENARIO: taxonomy.scenario_name,
        Attribute.LINK: taxonomy.link_name,
        Attribute.SUB_INDUSTRY: taxonomy.sub_industry_name,
        Attribute.DISTRICT: taxonomy.district_name,
        Attribute.DEPLOYMENT: lambda code: DEPLOYMENT_NAMES[Deployment(code)],
        Attribute.SIZE_CLASS: lambda code: SIZE_NAMES[SizeClass(code)],
        Attribute.MODE: lambda code: MODE_NAMES[LeadMode(code)],
        Attribute.KIND: lambda code: NOTICE_KIND_NAMES[NoticeKind(code)],
    }
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,}"
    try:
        return names[attribute](value) or value if attribute in names else value
    except (StopIteration, ValueError):
        return value


class Condition(Record):
    """One condition: the attribute has any of ``any``, or lies within ``gte`` … ``lte``.

    An unknown value meets no condition: a product without a price is not "under 50,000 yuan".
    """

    field: Attribute
    any: Annotated[tuple[str | float | bool, ...], Field(max_length=200)] | None = None
    gte: Annotated[float, Field(allow_inf_nan=False)] | None = None
    lte: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Condition":
        ranged = self.gte is not None or self.lte is not None
        if ranged == (self.any is not None):
            raise ValueError("条件要么写 any（任一取值），要么写 gte / lte（范围）")
        return self

    def holds(self, record: Candidate) -> bool:
        """Whether a record meets the condition."""
        values = values_of(record, self.field)
        if self.any is not None:
            wanted = {str(value) for value in self.any}
            return any(str(value) in wanted for value in values)
        low = -float("inf") if self.gte is None else self.gte
        high = float("inf") if self.lte is None else self.lte
        return any(isinstance(value, int | float) and low <= value <= high for value in values)

    def text(self) -> str:
        """Say the condition in Chinese."""
        name = ATTRIBUTE_NAMES[self.field]
        if self.any is not None:
            return f"{name}为{'、'.join(shown(self.field, value) for value in self.any)}"
        parts = [] if self.gte is None else [f"不低于 {shown(self.field, self.gte)}"]
        parts += [] if self.lte is None else [f"不高于 {shown(self.field, self.lte)}"]
        return f"{name}{'且'.join(parts)}"


Conditions = Annotated[tuple[Condition, ...], Field(max_length=50)]


class Filter(Record):
    """Conditions on a ranking.

    Attributes
    ----------
    must, must_not : tuple of Condition
        Every ``must`` has to hold and no ``must_not`` may; applied before the search.
    should : tuple of Condition
        Raises the score of records that meet it; leaves nothing out.
    """

    must: Conditions = ()
    should: Conditions = ()
    must_not: Conditions = ()
