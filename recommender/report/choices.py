"""The ways to choose from, why the next candidate is not in, and what would change the answer."""

from recommender.diagnosis.scoring import DiagnosisResult
from recommender.diagnosis.value import Value
from recommender.domain.level import LEVEL_NAMES
from recommender.planning.alternatives import SURE
from recommender.planning.plan import Alternative, AlternativeKind, Cost, Plan
from recommender.policy.eligibility import Eligibility
from recommender.policy.estimate import Limit, SubsidyEstimate, yuan_text
from recommender.policy.findings import Verdict
from recommender.report.items import cost_text


class Way(Value):
    """One way to the level, beside the others.

    Attributes
    ----------
    products : str
        Its products by name, in Chinese.
    needs_text : str
        How many of the enterprise's own needs it answers, in Chinese.
    """

    name: str
    products: str
    cost_text: str
    chance_text: str
    days_text: str
    needs_text: str


def ways(plan: Plan) -> tuple[Way, ...]:
    """Return the plan and the ways that an owner may prefer: a surer one, one for the own needs.

    Empty where there is nothing to choose between.
    """
    named = {AlternativeKind.SURER: "更稳妥的方案", AlternativeKind.OWN_NEEDS: "兼顾您自己的问题的方案"}
    others = [
        _way(plan, f"{named[other.kind]}（比本方案多 {yuan_text(other.extra_yuan)}）", other, other.cost)
        for other in plan.alternatives
        if other.kind in named and other.cost is not None and other.extra_yuan is not None
    ]
    if not others:
        return ()
    own = Alternative(
        kind=AlternativeKind.NEXT_BEST,
        names=tuple(item.name for item in plan.solutions),
        measure_ids=tuple(item.id for item in plan.measures),
        days=plan.days,
        chance=plan.reliability.chance,
        needs=tuple(need.text for need in plan.needs if need.solution_ids),
    )
    return (_way(plan, "本方案", own, plan.cost), *others)


def _way(plan: Plan, name: str, other: Alternative, cost: Cost) -> Way:
    own = f"自己办 {len(other.measure_ids)} 件事" if other.measure_ids else ""
    return Way(
        name=name,
        products="；".join(part for part in ("、".join(other.names), own) if part),
        cost_text=cost_text(cost),
        chance_text=f"约 {(other.chance or 0.0) * 100:.0f}%",
        days_text="有产品未说明" if other.days is None else f"{other.days} 天",
        needs_text=f"{len(other.needs)} 个（共 {len(plan.needs)} 个）" if plan.needs else "没有写过",
    )


def not_chosen(plan: Plan) -> tuple[str, ...]:
    """Say of each alternative that is no part of :func:`ways` why it was not taken, in Chinese."""
    ways_of = {AlternativeKind.SURER, AlternativeKind.OWN_NEEDS}
    worded = {
        AlternativeKind.NEXT_BEST: _next_best,
        AlternativeKind.WITHOUT: _without,
        AlternativeKind.SURER: _no_way,
        AlternativeKind.OWN_NEEDS: _no_way,
    }
    return tuple(
        worded[alternative.kind](plan, alternative)
        for alternative in plan.alternatives
        if not alternative.possible or alternative.kind not in ways_of
    )


def _no_way(_plan: Plan, alternative: Alternative) -> str:
    if alternative.kind is AlternativeKind.SURER:
        return f"按现在的条件，没有找到把握不低于 {(alternative.wanted or 0.0) * 100:.0f}% 的方案"
    return "按现在的条件，没有既到这个等级、又顾到您自己的问题的方案"


def _level(plan: Plan, alternative: Alternative) -> str:
    return LEVEL_NAMES[plan.after.level if alternative.level is None else alternative.level]


def _extra(alternative: Alternative) -> str:
    if alternative.extra_yuan is None:
        return "费用不明"
    return f"要多花 {yuan_text(alternative.extra_yuan)}" if alternative.extra_yuan else "费用相同"


def _quoted(names: list[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _next_best(plan: Plan, alternative: Alternative) -> str:
    chosen = {item.id: item.name for item in plan.solutions}
    other = dict(zip(alternative.solution_ids, alternative.names, strict=True))
    added = [name for key, name in other.items() if key not in chosen]
    dropped = [name for key, name in chosen.items() if key not in other]
    if added and dropped:
        change = f"用{_quoted(added)}换掉{_quoted(dropped)}"
    elif added:
        change = f"再加上{_quoted(added)}"
    elif dropped:
        change = f"去掉{_quoted(dropped)}，多办几件自己能办的事"
    else:
        change = "产品不变，换几件自己能办的事"
    return f"{change}，也能到{_level(plan, alternative)}，但{_extra(alternative)}"


def _without(plan: Plan, alternative: Alternative) -> str:
    chosen = {item.id: item.name for item in plan.solutions}
    name = chosen.get(alternative.without or "", alternative.without or "")
    if not alternative.possible:
        return f"“{name}”省不掉：不用它就到不了{LEVEL_NAMES[plan.after.level]}"
    other = dict(zip(alternative.solution_ids, alternative.names, strict=True))
    added = [title for key, title in other.items() if key not in chosen]
    instead = f"最省的办法是改用{_quoted(added)}" if added else "最省的办法是多办几件自己能办的事"
    return f"不想用“{name}”：{instead}，{_extra(alternative)}"


def would_change(
    plan: Plan,
    result: DiagnosisResult,
    subsidy: SubsidyEstimate | None,
    eligibility: Eligibility | None,
) -> tuple[str, ...]:
    """Say what would change the answer, in Chinese, the nearest things first."""
    found = [relaxation.text for relaxation in plan.relaxations]
    found += _higher_levels(plan)
    found += _prices(plan)
    if plan.proof.declared_level < plan.after.level:
        found.append(
            f"由介绍推断的作用如果落空，只能到{LEVEL_NAMES[plan.proof.declared_level]}，请服务商写进合同"
        )
    if plan.feasible and plan.reliability.wanted is None and plan.reliability.chance < SURE:
        now, sure = (f"{chance * 100:.0f}%" for chance in (plan.reliability.chance, SURE))
        found.append(f"把握约 {now}；请服务商把作用写进合同、按验收付款，或选把握不低于 {sure} 的方案")
    if result.note:
        found.append(f"诊断还不完整：{result.note}补答后方案可能更省")
    if subsidy is not None:
        found += _subsidy(subsidy)
    if eligibility is not None:
        found += _eligibility(eligibility)
    return tuple(dict.fromkeys(found))


def _higher_levels(plan: Plan) -> list[str]:
    return [
        f"想到{price.name}：最少要 {yuan_text(price.cost_yuan)}，比本方案多 "
        f"{yuan_text(price.cost_yuan - plan.cost.planned_yuan)}"
        for price in plan.level_prices
        if price.level > plan.after.level
        # How to reach the target itself is what the relaxations say.
        and (plan.feasible or price.level != plan.target_level)
        and price.cost_yuan is not None
        and price.cost_yuan >= plan.cost.planned_yuan
    ][:1]


def _prices(plan: Plan) -> list[str]:
    cost = plan.cost
    if cost.high_yuan == cost.planned_yuan:
        return []
    text = f"全部按最高报价，合计 {yuan_text(cost.high_yuan)}"
    if plan.budget_yuan is not None and cost.planned_yuan <= plan.budget_yuan < cost.high_yuan:
        text += f"，超出预算 {yuan_text(cost.high_yuan - plan.budget_yuan)}，签约前请先议价"
    return [text]


def _subsidy(subsidy: SubsidyEstimate) -> list[str]:
    if subsidy.limit in {Limit.CAP, Limit.ALREADY_RECEIVED}:
        return ["补贴已到封顶，再多花的钱全由企业承担"]
    if subsidy.limit is Limit.LEVEL:
        return [f"{subsidy.limit_text}，现场评定差一级就没有补贴"]
    if subsidy.subsidy_yuan is None:
        return [f"{subsidy.limit_text}；问清后实际支出会变"]
    return ["现场评定没有达到二级，就没有补贴，款项全由企业承担"] if subsidy.subsidy_yuan else []


def _eligibility(eligibility: Eligibility) -> list[str]:
    if eligibility.verdict is Verdict.NO:
        return [f"{eligibility.text}；不能申报就没有补贴"]
    return [eligibility.text] if eligibility.verdict is Verdict.UNKNOWN else []
