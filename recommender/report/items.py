"""The table of a plan: each product and measure, what it does, what it costs."""

from decimal import Decimal

from recommender.diagnosis.value import Points, Value, plain
from recommender.domain.enterprise import Yuan
from recommender.domain.level import GRADE_NAMES
from recommender.domain.solution import Provenance
from recommender.planning.plan import ClosedScenario, Cost, EarnedOption, Plan, PlannedSolution
from recommender.policy.estimate import yuan_text

PROVENANCE_NAMES = {
    Provenance.CONFIRMED: "验收确认",
    Provenance.DECLARED: "服务商声明",
    Provenance.INFERRED: "由介绍推断",
}
_OWN_PROVENANCE = "须留存材料"


class ItemRow(Value):
    """One line of the table.

    Attributes
    ----------
    number : int
        From 1; the chart and its table refer to it.
    does : tuple of str
        What it brings, in Chinese, with who says so.
    points : Decimal
        Points it adds.
    """

    number: int
    id: str
    name: str
    provider: str
    own_measure: bool
    does: tuple[str, ...]
    points: Points
    planned_yuan: Yuan
    cost_text: str
    days_text: str
    mark: str | None = None


def item_rows(plan: Plan) -> tuple[ItemRow, ...]:
    """Return the products, then the measures, numbered through."""
    party = {party.id: party.name for party in plan.parties}
    products = [_product(number, item, party) for number, item in enumerate(plan.solutions, start=1)]
    measures = [
        ItemRow(
            number=number,
            id=item.id,
            name=item.name,
            provider="企业自己办",
            own_measure=True,
            does=(item.text, *_earned(item.earns, own=True)),
            points=earned_points(item.earns),
            planned_yuan=item.cost.planned_yuan,
            cost_text=cost_text(item.cost),
            days_text=f"{item.days} 天",
        )
        for number, item in enumerate(plan.measures, start=len(products) + 1)
    ]
    return (*products, *measures)


def _product(number: int, item: PlannedSolution, party: dict[str, str]) -> ItemRow:
    contract = party.get(item.party)
    provider = item.provider or contract or "服务商未说明"
    if contract and contract != provider:
        provider = f"{provider}（与{contract}签约）"
    return ItemRow(
        number=number,
        id=item.id,
        name=item.name,
        provider=provider,
        own_measure=False,
        does=(*(_closed(closed) for closed in item.closes), *_earned(item.earns, own=False)),
        points=earned_points(item.earns),
        planned_yuan=item.cost.planned_yuan,
        cost_text=cost_text(item.cost),
        days_text="未说明" if item.days is None else f"{item.days} 天",
        mark=item.synthetic_mark,
    )


def earned_points(earns: tuple[EarnedOption, ...]) -> Decimal:
    """Return the points that options add."""
    return plain(sum((earned.adds for earned in earns), start=Decimal(0)))


def cost_text(cost: Cost) -> str:
    """Planned cost, with its range where there is one."""
    text = yuan_text(cost.planned_yuan)
    if cost.low_yuan != cost.high_yuan:
        text += f"（报价 {yuan_text(cost.low_yuan).removesuffix(' 元')} 至 {yuan_text(cost.high_yuan)}）"
    return f"{text}，估算" if cost.estimated else text


def _closed(closed: ClosedScenario) -> str:
    kind = "（约束性）" if closed.required else ""
    steps = f"{GRADE_NAMES[closed.present]}到{GRADE_NAMES[closed.after]}"
    return f"{closed.name}{kind}从{steps}，{_said(closed.provenance)}"


def _said(provenance: Provenance) -> str:
    return PROVENANCE_NAMES[provenance]


def _earned(earns: tuple[EarnedOption, ...], *, own: bool) -> list[str]:
    """Say one line an item of the instrument, points added up."""
    lines = []
    for item_id in dict.fromkeys(earned.item_id for earned in earns):
        group = [earned for earned in earns if earned.item_id == item_id]
        said = "、".join(dict.fromkeys(_said(earned.provenance) for earned in group))
        lines.append(
            f"“{group[0].item_name}”加 {earned_points(tuple(group))} 分，{_OWN_PROVENANCE if own else said}"
        )
    return lines
