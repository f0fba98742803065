"""A plan as spending, so that its subsidy can be estimated before there is a contract."""

from decimal import Decimal

from recommender.errors import InvalidInput
from recommender.planning.plan import Plan
from recommender.policy.estimate import SpendLine

_ZERO = Decimal("0.00")


def plan_spend(plan: Plan, platform_discount: Decimal = _ZERO) -> tuple[SpendLine, ...]:
    """Return the plan's products as one software contract, and its measures as the enterprise's own cost.

    Parameters
    ----------
    platform_discount : Decimal
        What the platform or provider takes off the products, in yuan; give the same amount to
        :func:`recommender.policy.subsidy.estimate_subsidy`.

    Raises
    ------
    recommender.errors.InvalidInput
        If the discount is above the price of the products.
    """
    products = sum((item.cost.planned_yuan for item in plan.solutions), start=_ZERO)
    measures = sum((item.cost.planned_yuan for item in plan.measures), start=_ZERO)
    if platform_discount > products:
        raise InvalidInput(
            f"让利 {platform_discount} 元超过产品总价 {products} 元", place={"field": "platform_discount"}
        )
    lines = []
    if plan.solutions:
        lines.append(
            SpendLine(
                name=f"方案中的 {len(plan.solutions)} 个产品", contract_yuan=products - platform_discount
            )
        )
    if plan.measures:
        lines.append(
            SpendLine(
                name=f"企业自行办理的 {len(plan.measures)} 项", category="self_made", contract_yuan=measures
            )
        )
    return tuple(lines)
