"""One planning request answered: the objective, what surrounds the plan, the words."""

from collections.abc import Callable
from decimal import Decimal

from recommender.diagnosis.value import plain
from recommender.planning.alternatives import SURE, alternatives
from recommender.planning.assembling import Assembler, cost_of, standing
from recommender.planning.candidates import Pool
from recommender.planning.chances import EffectChances
from recommender.planning.plan import (
    OBJECTIVE_NAMES,
    LevelPrice,
    NeedAnswered,
    Objective,
    Plan,
    Relaxation,
    Reliability,
    Solved,
)
from recommender.planning.planner import LEVELS, Planner
from recommender.planning.problem import MILLI, Problem, Schedule, after, milli
from recommender.planning.relaxation import in_wan, relaxations, yuan
from recommender.planning.reliability import reliability
from recommender.planning.request import PRICE_POINT_NAMES, PlanRequest
from recommender.planning.robust import RobustSelection, robust_selection
from recommender.planning.selection import Requirement, Selection
from recommender.retrieval.situation import SUBSIDY_LEVEL, Situation

_NOTHING = Selection(frozenset(), 0, optimal=True, gap=0.0, seconds=0.0)
#: Products outside the plan that are named for a need.
_OTHERS = 3
_SCHEDULES = {Schedule.PARALLEL: "各项同时进行", Schedule.SEQUENTIAL: "各项先后进行"}


def answer(
    request: PlanRequest,
    situation: Situation,
    problem: Problem,
    pool: Pool,
    rebuild: Callable[[PlanRequest], Problem],
    chances: EffectChances,
) -> Plan:
    """Solve what is asked and word it.

    Parameters
    ----------
    rebuild : callable
        Makes the problem of a changed request, for relaxations.
    """
    planner = Planner(problem)
    objective = request.wanted_objective
    target = situation.target_level or SUBSIDY_LEVEL
    robust: RobustSelection | None = None
    chosen: Selection | None
    match objective:
        case Objective.HIGHEST_LEVEL:
            highest = planner.highest_level()
            chosen = highest[1] if highest else _NOTHING
            target = request.target_level or (highest[0] if highest else target)
        case Objective.MOST_VALUE:
            chosen = planner.most_value()
            target = request.target_level or max(1, _level(problem, chosen))
        case Objective.LEAST_COST:
            chosen, robust = _cheapest(planner, target, request.probability)
    selection = chosen or _fallback(planner)
    assembled = Assembler(problem, pool, selection.ids, target)
    feasible = assembled.after.result.level >= target
    told = relaxations(problem, request, target, rebuild) if not feasible else []
    cost = cost_of(assembled.chosen)
    value = _value(problem, assembled) if objective is Objective.MOST_VALUE else None
    sure = reliability(problem, selection, target, chances, request.probability)
    others = feasible and robust is None and objective is not Objective.MOST_VALUE
    return Plan(
        enterprise=request.enterprise,
        objective=objective,
        target_level=target,
        budget_yuan=None if problem.limits.budget_fen is None else yuan(problem.limits.budget_fen),
        feasible=feasible,
        summary=_summary(problem, assembled, objective, target, told) + _unsure(sure, feasible=feasible),
        before=standing(problem.present, target),
        after=standing(assembled.after.result, target),
        answers_after=assembled.after.answers,
        scenarios_after=assembled.after.grades,
        solutions=assembled.solutions(),
        measures=assembled.measures(),
        cost=cost,
        days=problem.days(selection.ids),
        parties=assembled.parties(),
        proof=assembled.proof(),
        reliability=sure,
        value=value,
        needs=_needs(problem, selection.ids),
        solved=_solved(selection, problem, robust),
        level_prices=_level_prices(planner),
        alternatives=alternatives(planner, pool, selection, target, request.alternatives) if others else (),
        relaxations=tuple(told),
        excluded=pool.excluded,
        notes=_notes(request, situation, problem, assembled, cost.planned_yuan),
    )


def _level(problem: Problem, chosen: Selection | None) -> int:
    return after(problem, chosen.ids if chosen else ()).result.level


def _cheapest(
    planner: Planner, target: int, probability: float | None
) -> tuple[Selection | None, RobustSelection | None]:
    if probability is None:
        return planner.cheapest(Requirement(target)), None
    robust = robust_selection(planner, target, probability)
    return (None if robust is None else robust.selection), robust


def _fallback(planner: Planner) -> Selection:
    """Return the highest level that can be had where the target cannot."""
    highest = planner.highest_level()
    return highest[1] if highest else _NOTHING


def _level_prices(planner: Planner) -> tuple[LevelPrice, ...]:
    budget = planner.problem.limits.budget_fen
    prices = []
    before: int | None = 0
    for level in LEVELS:
        found = planner.level_prices[level]
        step = planner.problem.instrument.threshold(level)
        cost = None if found is None else found.cost_fen
        extra = None if cost is None or before is None else max(0, cost - before)
        prices.append(
            LevelPrice(
                level=level,
                name=step.name if step else "",
                reached_now=planner.problem.present.level >= level,
                cost_yuan=None if cost is None else yuan(cost),
                extra_yuan=None if extra is None else yuan(extra),
                within_budget=None if budget is None else cost is not None and cost <= budget,
            )
        )
        before = cost
    return tuple(prices)


def _solved(selection: Selection, problem: Problem, robust: RobustSelection | None) -> Solved:
    optimal, gap = selection.optimal, selection.gap
    if robust is not None:
        cost = selection.cost_fen
        gap = (cost - robust.least_fen) / cost if cost else 0.0
        optimal = cost == robust.least_fen
    candidates = sum(not choice.is_measure for choice in problem.choices)
    return Solved(optimal=optimal, gap=gap, seconds=round(selection.seconds, 4), candidates=candidates)


def _needs(problem: Problem, ids: frozenset[str]) -> tuple[NeedAnswered, ...]:
    told = []
    for need in problem.needs:
        ordered = sorted(need.answers & problem.by_id.keys(), key=lambda key: (-need.matches[key], key))
        told.append(
            NeedAnswered(
                text=need.text,
                solution_ids=tuple(key for key in ordered if key in ids),
                others=tuple(key for key in ordered if key not in ids)[:_OTHERS],
                available=len(ordered),
            )
        )
    return tuple(told)


def _value(problem: Problem, assembled: Assembler) -> Decimal:
    weights, reached = problem.rules.value, assembled.after
    steps = Decimal(0)
    for scenario in problem.instrument.scenarios:
        gained = reached.grades.get(scenario.id, 0) - problem.grades.get(scenario.id, 0)
        steps += gained * (weights.required_step if scenario.required else weights.guiding_step)
    points = Decimal(milli(reached.result.total) - milli(problem.present.total)) / MILLI
    met = sum(
        max((need.matches.get(key, 0.0) for key in assembled.ids), default=0.0) for need in problem.needs
    )
    return plain(points + steps + (weights.need * Decimal(met)).quantize(Decimal("0.001")))


def _summary(
    problem: Problem, assembled: Assembler, objective: Objective, target: int, told: list[Relaxation]
) -> str:
    step = problem.instrument.threshold(target)
    name = step.name if step else ""
    if problem.present.level >= target and not assembled.chosen:
        return f"现有诊断已达到{name}，无需投入。"
    products = sum(not choice.is_measure for choice in assembled.chosen)
    measures = len(assembled.chosen) - products
    reached = assembled.after.result
    have = f"选用 {products} 项产品、自办 {measures} 项举措，约 {in_wan(problem.cost_fen(assembled.ids))}"
    if reached.level == problem.present.level and objective is Objective.MOST_VALUE:
        return f"{have}，等级保持{reached.level_name}，得分增至 {reached.total} 分。"
    if reached.level >= target:
        return f"{have}，由{problem.present.level_name}达到{reached.level_name}（{reached.total} 分）。"
    least = f"{have}，可达到{reached.level_name}。" if assembled.chosen else ""
    return f"在所设条件下达不到{name}。{told[0].text}。{least}"


def _unsure(sure: Reliability, *, feasible: bool) -> str:
    """Warn of a plan that works only if all goes well; the cheapest one often does."""
    if not feasible or sure.chance >= SURE:
        return ""
    return f"但各项作用都如期见效才行，把握只有约 {sure.chance:.0%}。"


def _notes(
    request: PlanRequest, situation: Situation, problem: Problem, assembled: Assembler, cost: Decimal
) -> tuple[str, ...]:
    yearly = f"，按年计价的计 {request.years} 年"
    notes = [
        f"目标：{OBJECTIVE_NAMES[request.wanted_objective]}。费用按{PRICE_POINT_NAMES[request.price_point]}计{yearly}，"
        f"含自办举措的估算费用；工期按{_SCHEDULES[problem.limits.schedule]}计。",
        "等级按2024年版评测指标对方案后的答案重新计算；数字化成效、设备和网络建设、资金保障按现状计，不作改善假设。",
        "场景数要求和费用均以官方通知、合同为准。",
    ]
    if any(choice.estimated for choice in assembled.chosen if not choice.is_measure):
        notes.append("标有“估算”的产品没有报价，按您填写的估算价计。")
    if problem.present.level_is_lower_bound and problem.present.note:
        notes.append(problem.present.note)
    if assembled.proof().declared_level < assembled.after.result.level:
        notes.append("方案的等级计入了推断的作用，推断不作为证明。")
    if request.wanted_objective is Objective.MOST_VALUE:
        notes.append(problem.rules.value.rests_on + "。")
    own = situation.budget_yuan
    if request.budget_yuan is None and own is not None and assembled.chosen:
        told = "在" if cost <= own else "超出"
        notes.append(
            f"方案费用{told}企业登记的预算 {in_wan(int(own * 100))}{'以内' if cost <= own else ''}。"
        )
    if problem.days(assembled.ids) is None:
        notes.append("有产品没有写明上线天数，总工期未知。")
    return tuple(notes)
