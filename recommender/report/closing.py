"""What closes what: each requirement of the target level, and which line of the plan brings it how far."""

from decimal import Decimal

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.diagnosis.value import Points, Value, plain
from recommender.planning.plan import Plan
from recommender.report.items import ItemRow

#: Number of the part that no single line brings: what several lines reach only together.
TOGETHER = 0


class ClosingPart(Value):
    """What one line of the plan brings; ``number`` 0 is what lines bring only together."""

    number: int
    name: str
    amount: Points


class Requirement(Value):
    """One requirement of the target level.

    Attributes
    ----------
    now, needed, after : Decimal
        ``after`` is ``now`` and all parts.
    text : str
        The whole in a sentence, for readers who do not see the chart.
    """

    code: str
    name: str
    unit: str
    now: Points
    needed: Points
    after: Points
    met: bool
    parts: tuple[ClosingPart, ...]
    text: str


def requirements(
    plan: Plan, result: DiagnosisResult, rows: tuple[ItemRow, ...], instrument: Instrument
) -> tuple[Requirement, ...]:
    """Return points, scenarios and required scenarios of the target level.

    What is reached is recomputed by the diagnosis module from the answers after the plan.

    Raises
    ------
    ValueError
        If the lines of the plan claim more than the diagnosis after it.
    """
    step = instrument.threshold(plan.target_level)
    if step is None:
        raise ValueError(f"no level {plan.target_level}")
    after = score(plan.answers_after, plan.scenarios_after, instrument)
    points = {row.number: row.points for row in rows}
    scenarios, required = _raised(plan, result, after)
    names = {row.number: row.name for row in rows}
    level = plan.target_level
    return (
        _requirement(
            ("points", "三个维度总分", "分"), result.total, step.min_points, after.total, points, names
        ),
        _requirement(
            ("scenarios", f"达到{step.name}的应用场景", "个"),
            _count(result, level),
            Decimal(step.min_scenarios),
            _count(after, level),
            scenarios,
            names,
        ),
        _requirement(
            ("required", "其中约束性场景", "个"),
            _count(result, level, required=True),
            Decimal(step.min_required),
            _count(after, level, required=True),
            required,
            names,
        ),
    )


def _count(result: DiagnosisResult, level: int, *, required: bool = False) -> Decimal:
    return Decimal(sum(g.grade >= level and (g.required or not required) for g in result.scenarios))


def _raised(
    plan: Plan, result: DiagnosisResult, after: DiagnosisResult
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    level = plan.target_level
    before = {grade.id: grade.grade for grade in result.scenarios}
    passed = {g.id: g.required for g in after.scenarios if g.grade >= level and before[g.id] < level}
    scenarios: dict[int, Decimal] = {}
    required: dict[int, Decimal] = {}
    for number, item in enumerate(plan.solutions, start=1):
        for closed in item.closes:
            # A scenario that two products raise is told once.
            if closed.after >= level and closed.scenario in passed:
                scenarios[number] = scenarios.get(number, Decimal(0)) + 1
                if passed.pop(closed.scenario):
                    required[number] = required.get(number, Decimal(0)) + 1
    return scenarios, required


def _requirement(
    what: tuple[str, str, str],
    now: Decimal,
    needed: Decimal,
    after: Decimal,
    brought: dict[int, Decimal],
    names: dict[int, str],
) -> Requirement:
    code, name, unit = what
    parts = [
        ClosingPart(number=number, name=names[number], amount=amount)
        for number, amount in sorted(brought.items())
        if amount
    ]
    rest = after - now - sum((part.amount for part in parts), start=Decimal(0))
    if rest < 0:
        raise ValueError(f"the lines of the plan claim {-rest} more {code} than the diagnosis after it")
    if rest:
        parts.append(ClosingPart(number=TOGETHER, name="几项合起来", amount=rest))
    met = after >= needed
    listed = "、".join(f"{part.name}加 {part.amount}" for part in parts) or "没有变化"
    return Requirement(
        code=code,
        name=name,
        unit=unit,
        now=now,
        needed=needed,
        after=after,
        met=met,
        parts=tuple(parts),
        text=(
            f"{name}：现在 {plain(now)} {unit}，需要 {plain(needed)} {unit}；{listed}；"
            f"之后 {plain(after)} {unit}，{'够了' if met else '仍不够'}。"
        ),
    )
