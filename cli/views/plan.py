"""A plan: what to buy and do, what each item closes, how sure it is, what else could be done."""

from decimal import Decimal

from rich.console import Console
from rich.text import Text

from cli.streams import harmless
from cli.views.text import heading, named, paragraph, table
from recommender.planning.plan import Cost, Plan, PlannedSolution, Reliability
from recommender.planning.serving import ServedPlan
from recommender.report.choices import not_chosen, ways

_PROVENANCE = {"confirmed": "验收证实", "declared": "服务商声明", "inferred": "推断"}
_KINDS = {"lead_unit": "牵引单位", "integrator": "集成商", "vendor": "服务商"}


def show_plan(console: Console, plan: ServedPlan) -> None:
    """Print a plan as it was answered."""
    heading(console, "改造方案")
    paragraph(console, plan.summary, style="good" if plan.feasible else "note")
    before, after = plan.before, plan.after
    paragraph(
        console,
        f"{before.level_name}（{before.points} 分，{before.scenarios} 个场景达标）→ "
        f"{after.level_name}（{after.points} 分，{after.scenarios} 个场景达标，约束性 {after.required} 个）",
        style="quiet",
    )
    for relaxation in plan.relaxations:
        paragraph(console, f"· {relaxation.text}", hang=2, style="note")
    if plan.solutions or plan.measures:
        _items(console, plan)
    _money(console, plan)
    _needs(console, plan)
    _prices(console, plan)
    _alternatives(console, plan)
    heading(console, "依据与口径")
    paragraph(console, plan.proof.text)
    paragraph(console, _sure(plan.reliability))
    optimal = "已证明最优" if plan.solved.optimal else f"与最优相差至多 {plan.solved.gap or 0:.1%}"
    paragraph(console, f"求解：{plan.solved.solver}，{optimal}，{plan.solved.seconds:.2f} 秒。")
    for note in plan.notes:
        paragraph(console, f"· {note}", hang=2, style="quiet")
    paragraph(console, f"方案编号：{plan.recommendation_id}（smematch replay 可重现）", style="quiet")


def _sure(reliability: Reliability) -> str:
    low, high = reliability.ci95 or (reliability.chance, reliability.chance)
    interval = f"95% 区间 {low:.0%}–{high:.0%}，" if low < high else ""
    seen = reliability.observations
    basis = f"按 {seen} 项验收结果校准" if seen else "尚无验收结果，为专家估计"
    return f"把握约 {reliability.chance:.0%}（{interval}{basis}；{reliability.method}）。"


def _money(console: Console, plan: ServedPlan) -> None:
    heading(console, "钱怎么出")
    shares = plan.subsidy.shares
    amounts = (
        ("政府补一点", shares.government_yuan),
        ("平台让一点", shares.platform_yuan),
        ("企业出一点", shares.enterprise_yuan),
    )
    told = "，".join(
        f"{name} {'算不出' if amount is None else f'{amount:,.0f} 元'}" for name, amount in amounts
    )
    paragraph(
        console, f"{plan.subsidy.city_name}：{told}。{plan.subsidy.limit_text}，{plan.subsidy.notice}。"
    )
    paragraph(console, f"{plan.zjtx.text}，{plan.zjtx.notice}。", style="quiet")


def _needs(console: Console, plan: ServedPlan) -> None:
    if not plan.needs:
        return
    heading(console, "您自己提出的问题")
    names = {solution.id: solution.name for solution in plan.solutions}
    for need in plan.needs:
        products = "、".join(names[key] for key in need.solution_ids)
        there = f"，池中有 {need.available} 项产品对得上" if need.available else "，池中也没有对得上的产品"
        paragraph(
            console, f"· {harmless(need.text)}：{harmless(products) or f'本方案没有涉及{there}'}", hang=2
        )


def _items(console: Console, plan: Plan) -> None:
    for solution in plan.solutions:
        _solution(console, solution)
    if plan.measures:
        heading(console, "自办举措（费用为估算）")
        rows = table("举措", "费用（元）", "天数", "加分", numbers=frozenset({"费用（元）", "天数", "加分"}))
        for measure in plan.measures:
            gained = sum((option.adds for option in measure.earns), start=Decimal(0))
            rows.add_row(measure.name, f"{measure.cost.planned_yuan:,.0f}", str(measure.days), str(gained))
        console.print(rows)
    days = "未知" if plan.days is None else f"{plan.days} 天"
    console.print()
    paragraph(console, f"合计：{_cost(plan.cost)}，工期 {days}")
    for party in plan.parties:
        paragraph(
            console, f"签约方：{party.name}（{_KINDS[party.kind]}），{len(party.solution_ids)} 项产品", by=2
        )


def _solution(console: Console, solution: PlannedSolution) -> None:
    console.print()
    head = named(solution.name, solution.synthetic_mark).append(f"  {solution.id}", style="quiet")
    console.print(head, soft_wrap=True)
    days = "" if solution.days is None else f" · {solution.days} 天上线"
    paragraph(
        console, f"{solution.provider or '未写明服务商'} · {_cost(solution.cost)}{days}", by=4, style="quiet"
    )
    for closed in solution.closes:
        star = "★" if closed.required else ""
        line = Text(f"· {closed.name}{star}：{closed.present} 级到 {closed.after} 级")
        line.append(f"（{_PROVENANCE[closed.provenance]}）", style="quiet")
        paragraph(console, line, by=4, hang=2)
    for option in solution.earns:
        line = Text(f"· {option.item_name} +{option.adds} 分：{harmless(option.text)}")
        line.append(f"（{_PROVENANCE[option.provenance]}）", style="quiet")
        paragraph(console, line, by=4, hang=2)


def _prices(console: Console, plan: Plan) -> None:
    heading(console, "各等级的最低费用")
    rows = table(
        "等级",
        "最低费用（元）",
        "比上一级多（元）",
        numbers=frozenset({"最低费用（元）", "比上一级多（元）"}),
    )
    for price in plan.level_prices:
        cost = "现有产品达不到" if price.cost_yuan is None else f"{price.cost_yuan:,.0f}"
        extra = "" if price.extra_yuan is None else f"{price.extra_yuan:,.0f}"
        rows.add_row(price.name, "已达到" if price.reached_now else cost, extra)
    console.print(rows)


def _alternatives(console: Console, plan: ServedPlan) -> None:
    if not plan.alternatives:
        return
    heading(console, "其他选法")
    for way in ways(plan)[1:]:
        told = f"{way.name}：{way.cost_text}，把握{way.chance_text}，顾到自己的问题 {way.needs_text}"
        paragraph(console, f"· {told}；用{harmless(way.products)}", hang=2)
    for line in not_chosen(plan):
        paragraph(console, f"· {harmless(line)}", hang=2)


def _cost(cost: Cost) -> str:
    spread = "" if cost.low_yuan == cost.high_yuan else f"（{cost.low_yuan:,.0f}–{cost.high_yuan:,.0f} 元）"
    return f"约 {cost.planned_yuan:,.0f} 元{spread}{'，含估算' if cost.estimated else ''}"
