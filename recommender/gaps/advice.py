"""What would make a product match more, and how many enterprises' needs each step would reach.

Reach is counted over the diagnosed demand of the snapshot, never estimated.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from pydantic import BaseModel, ConfigDict

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Solution
from recommender.domain.solution import AuditState, Provenance
from recommender.domain.taxonomy import load_taxonomy
from recommender.gaps.demand import Demand, demands_of
from recommender.index.snapshot import Snapshot
from recommender.pool.rules import load_form

#: From so many peers on their median says something.
_LEAST_PEERS = 5
#: A price or duration above so many times the peers' median is far from it.
_FAR = 2


class Advice(BaseModel):
    """One step.

    Attributes
    ----------
    code : str
        Stable name.
    field : str
        Of the product.
    text : str
        Chinese.
    reach : int
        Enterprises concerned: for ``price_over_budget``, ``level_low`` and ``other_sub_industry`` those that
        the step would newly reach; otherwise those that need what the product does already, or for
        ``scenario_not_declared`` what it is only inferred to do.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    field: str
    text: str
    reach: int


def advice_on(solution: Solution, snapshot: Snapshot, instrument: Instrument) -> tuple[Advice, ...]:
    """Return the steps for a product, the farthest reaching first."""
    demands = [one for one in demands_of(snapshot, instrument) if _touches(solution, one)]
    peers = [
        one
        for one in snapshot.catalogue.solutions.values()
        if one.id != solution.id
        and one.audit_state is AuditState.ADMITTED
        and {effect.scenario for effect in one.scenarios} & {effect.scenario for effect in solution.scenarios}
    ]
    found = [
        *_scenarios(solution, demands),
        *_bounds(solution, demands),
        *_price(solution, demands, peers),
        *_days(solution, demands, peers),
        *_page(solution, demands),
    ]
    return tuple(sorted(found, key=lambda one: (-one.reach, one.code)))


def _touches(solution: Solution, demand: Demand) -> bool:
    return solution.level_for(demand.scenario) > demand.grade


def _served(solution: Solution, demand: Demand) -> bool:
    return (
        not solution.sub_industries
        or demand.sub_industry is None
        or (demand.sub_industry in solution.sub_industries)
    )


def _enough(solution: Solution, demand: Demand) -> bool:
    return solution.level_for(demand.scenario) >= demand.level


def _affordable(solution: Solution, demand: Demand) -> bool:
    price, budget = solution.price, demand.budget_yuan
    return price is None or budget is None or price.low_yuan <= budget


def _count(demands: Sequence[Demand]) -> int:
    return len({one.enterprise for one in demands})


def _new(solution: Solution, demands: Sequence[Demand], but_for: str) -> int:
    """Count enterprises that only one condition keeps from every need of theirs that the product touches."""
    tests = {"sub_industry": _served, "level": _enough, "budget": _affordable}
    reached = {one.enterprise for one in demands if all(test(solution, one) for test in tests.values())}
    only = {
        one.enterprise
        for one in demands
        if {name for name, test in tests.items() if not test(solution, one)} == {but_for}
    }
    return len(only - reached)


def _scenarios(solution: Solution, demands: Sequence[Demand]) -> Iterator[Advice]:
    if not solution.scenarios:
        text = "没有写适用场景，企业按场景找不到它；请写明能做哪些场景、做到几级"
        yield Advice(code="no_scenario", field="scenarios", text=text, reach=0)
    inferred = [one for one in solution.scenarios if one.provenance is Provenance.INFERRED]
    if inferred:
        taxonomy = load_taxonomy()
        names = "、".join(taxonomy.scenario_name(one.scenario) for one in inferred)
        codes = {one.scenario for one in inferred}
        yield Advice(
            code="scenario_not_declared",
            field="scenarios",
            text=f"{names}是系统从介绍里推断的，分量较轻；确实能做到的，请自己写明并附佐证",
            reach=_count([one for one in demands if one.scenario in codes and _served(solution, one)]),
        )


def _bounds(solution: Solution, demands: Sequence[Demand]) -> Iterator[Advice]:
    if reach := _new(solution, demands, "level"):
        text = "这些企业要求的等级比产品写明的高；如果产品确实能做到，请提高写明的等级并附佐证"
        yield Advice(code="level_low", field="scenarios", text=text, reach=reach)
    if reach := _new(solution, demands, "sub_industry"):
        text = "这些企业需要它，但不在写明的行业里；如果也适合它们，请补上行业"
        yield Advice(code="other_sub_industry", field="sub_industries", text=text, reach=reach)


def _price(solution: Solution, demands: Sequence[Demand], peers: Sequence[Solution]) -> Iterator[Advice]:
    now = _count([one for one in demands if _served(solution, one) and _enough(solution, one)])
    if solution.price is None:
        text = "没有写价格，企业无法与预算比较；请写明最低价和最高价"
        yield Advice(code="price_missing", field="price", text=text, reach=now)
        return
    if reach := _new(solution, demands, "budget"):
        text = "这些企业的预算低于最低价；可以考虑拆出入门版或按年付费"
        yield Advice(code="price_over_budget", field="price", text=text, reach=reach)
    basis = solution.price.basis
    lows = [one.price.low_yuan for one in peers if one.price is not None and one.price.basis is basis]
    if len(lows) >= _LEAST_PEERS and solution.price.low_yuan > _FAR * (middle := median(lows)):
        text = f"最低价是同类产品中位数（{Decimal(middle):,.0f} 元）的 {_FAR} 倍以上；请核对，或说明贵在哪里"
        yield Advice(code="price_far", field="price", text=text, reach=now)


def _days(solution: Solution, demands: Sequence[Demand], peers: Sequence[Solution]) -> Iterator[Advice]:
    now = _count([one for one in demands if _served(solution, one) and _enough(solution, one)])
    if solution.days_to_deploy is None:
        text = "没有写上线天数；请写明从签约到用上要几天"
        yield Advice(code="days_missing", field="days_to_deploy", text=text, reach=now)
        return
    days = [one.days_to_deploy for one in peers if one.days_to_deploy is not None]
    if len(days) >= _LEAST_PEERS and solution.days_to_deploy > _FAR * (middle := median(days)):
        text = f"上线天数是同类产品中位数（{middle:g} 天）的 {_FAR} 倍以上；请核对，或说明为什么"
        yield Advice(code="days_far", field="days_to_deploy", text=text, reach=now)


def _page(solution: Solution, demands: Sequence[Demand]) -> Iterator[Advice]:
    now = _count([one for one in demands if _served(solution, one) and _enough(solution, one)])
    least = next((rule.least for rule in load_form().fields if rule.field == "text"), None) or 0
    if len(solution.text) < least:
        text = f"产品介绍只有 {len(solution.text)} 字，至少写 {least} 字：解决什么问题、怎么做、有什么效果"
        yield Advice(code="text_short", field="text", text=text, reach=now)
    if not solution.evidence:
        text = "没有佐证材料；请补客户案例、检测报告或证书"
        yield Advice(code="evidence_missing", field="evidence", text=text, reach=now)
