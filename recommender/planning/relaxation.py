"""What stands between an enterprise and a level: the smallest change that makes it reachable."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from recommender.diagnosis.value import plain
from recommender.planning.plan import Relaxation
from recommender.planning.planner import Planner, relimited
from recommender.planning.problem import MILLI, Problem, after, milli
from recommender.planning.request import PlanRequest
from recommender.planning.selection import Requirement, Selection

#: From a changed request to its problem.
Rebuild = Callable[[PlanRequest], Problem]
_FALLBACK_PRICE_FEN = 3_000_000


def yuan(fen: int) -> Decimal:
    """Fen as yuan with two places."""
    return Decimal(fen).scaleb(-2)


def in_wan(fen: int) -> str:
    """Word an amount as people do: 3.8 万元, rounded up so that it is enough; small ones in yuan."""
    if fen < 1_000_000:
        return f"{-(-fen // 100):,} 元"
    tenths = -(-fen // 100_000)
    return f"{tenths // 10}.{tenths % 10} 万元" if tenths % 10 else f"{tenths // 10:,} 万元"


def relaxations(problem: Problem, request: PlanRequest, level: int, rebuild: Rebuild) -> list[Relaxation]:
    """Return what would make a level reachable, least extra money first.

    There is always at least one entry.

    Parameters
    ----------
    problem : Problem
        In which the level cannot be reached.
    rebuild : callable
        Makes the problem of a changed request.
    """
    name = _name(problem, level)
    found: list[tuple[int, Relaxation]] = []
    limit: int | None = None
    if problem.limits.budget_fen is not None:
        free = Planner(problem).cheapest(Requirement(level), within_budget=False)
        if free is not None:
            limit = extra = free.cost_fen - problem.limits.budget_fen
            text = f"再加 {in_wan(extra)}可达到{name}（总费用约 {in_wan(free.cost_fen)}）"
            found.append((extra, _told("budget", text, extra, free)))
    for code, text, changed in _changes(problem, request, rebuild):
        entry = _with_change(changed, level, code, text, name)
        # A change that saves nothing against more money alone is no advice.
        if entry is not None and (limit is None or entry[0] < limit):
            found.append(entry)
    if found:
        # What rests on an assumed price comes last.
        ordered = sorted(found, key=lambda pair: (pair[1].code == "unknown_price", pair[0], pair[1].code))
        return [entry for _, entry in ordered]
    return [_all_together(problem, request, level, rebuild)]


def _with_change(
    changed: Problem, level: int, code: str, text: str, name: str
) -> tuple[int, Relaxation] | None:
    budget = changed.limits.budget_fen
    selection = Planner(changed).cheapest(Requirement(level), within_budget=False)
    if selection is None:
        return None
    extra = max(0, selection.cost_fen - budget) if budget is not None else 0
    money = f"，并再加 {in_wan(extra)}" if extra else ""
    worded = f"{text}{money}，可达到{name}（总费用约 {in_wan(selection.cost_fen)}）"
    return extra, _told(code, worded, extra, selection)


def _told(code: str, text: str, extra: int, selection: Selection) -> Relaxation:
    return Relaxation(code=code, text=text, extra_yuan=yuan(extra), cost_yuan=yuan(selection.cost_fen))


def _changes(problem: Problem, request: PlanRequest, rebuild: Rebuild) -> Iterator[tuple[str, str, Problem]]:
    limits = problem.limits
    if limits.max_parties is not None:
        yield "parties", "不限签约方数目", relimited(problem, max_parties=None)
    if request.max_days is not None:
        yield "days", "不限工期", rebuild(request.model_copy(update={"max_days": None}))
    if limits.conflicts:
        yield "conflicts", "允许同时选用您列为互斥的产品", relimited(problem, conflicts=())
    if limits.must or limits.prerequisites:
        changed = relimited(problem, must=frozenset(), prerequisites={})
        yield "required_products", "不再指定必选产品和前置产品", changed
    for code, text, update in _request_changes(problem, request):
        yield code, text, rebuild(request.model_copy(update=update))


def _request_changes(problem: Problem, request: PlanRequest) -> Iterator[tuple[str, str, dict[str, object]]]:
    if request.exclude_ids:
        yield "excluded", "重新考虑您排除的产品", {"exclude_ids": ()}
    if not request.allow_measures or request.exclude_measures:
        yield (
            "measures",
            "加上企业自行办理的制度、培训等举措",
            {"allow_measures": True, "exclude_measures": ()},
        )
    if not request.allow_inferred:
        yield "inferred", "把推断的作用也计入（须在实施中证实）", {"allow_inferred": True}
    if request.assumed_price_yuan is None:
        assumed = _typical_price(problem)
        text = f"把没有报价的产品也计入（每件按估算 {in_wan(assumed)}）"
        yield "unknown_price", text, {"assumed_price_yuan": yuan(assumed)}


def _typical_price(problem: Problem) -> int:
    prices = sorted(choice.cost_fen for choice in problem.choices if not choice.is_measure)
    return prices[len(prices) // 2] if prices else _FALLBACK_PRICE_FEN


def _all_together(problem: Problem, request: PlanRequest, level: int, rebuild: Rebuild) -> Relaxation:
    update: dict[str, object] = {"max_days": None, "max_parties": None, "conflicts": (), "must": ()}
    update["prerequisites"] = {}
    for _, _, change in _request_changes(problem, request):
        update |= change
    widest = rebuild(request.model_copy(update=update))
    name = _name(problem, level)
    entry = _with_change(widest, level, "everything", "同时放宽上述全部条件", name)
    if entry is not None:
        return entry[1]
    return Relaxation(code="out_of_reach", text=_out_of_reach(widest, level, name))


def _out_of_reach(problem: Problem, level: int, name: str) -> str:
    """Say what is missing even with every product and measure together."""
    step = problem.instrument.threshold(level)
    best = after(problem, problem.by_id).result
    if step is None:
        return f"没有{name}"
    missing = []
    short = milli(step.min_points) - milli(best.total)
    if short > 0:
        missing.append(f"得分最多 {best.total} 分，还差 {plain(Decimal(short) / MILLI)} 分")
    at_level = [grade for grade in best.scenarios if grade.grade >= level]
    if len(at_level) < step.min_scenarios:
        missing.append(f"达到{name}的场景最多 {len(at_level)} 个，需 {step.min_scenarios} 个")
    required = sum(grade.required for grade in at_level)
    if required < step.min_required:
        missing.append(f"其中约束性最多 {required} 个，需 {step.min_required} 个")
    told = "；".join(missing) or "所设条件互相排斥"
    rest = "，须靠设备改造、网络建设、经营成效等产品以外的改进补足" if short > 0 else ""
    return f"即使把资源池中适用的产品和可自办的举措全部用上，也达不到{name}：{told}{rest}"


def _name(problem: Problem, level: int) -> str:
    step = problem.instrument.threshold(level)
    return step.name if step else f"{level}级"
