"""What the measured effect gives reason to propose, and why; people decide."""

from collections.abc import Mapping
from typing import Literal

from recommender.adjustment.effects import Effect, Measure
from recommender.adjustment.rules import MEASURE_NAMES, AdjustmentRules, MeasureCode, Rule
from recommender.adjustment.standing import Decision
from recommender.diagnosis.value import Value

#: The gravest first.
_ORDER: tuple[Literal["suspend", "warn", "promote"], ...] = ("suspend", "warn", "promote")


class Ground(Value):
    """One rule that holds.

    Attributes
    ----------
    text : str
        Why, with the numbers, in Chinese.
    """

    rule: str
    measure: MeasureCode
    text: str


class Proposal(Value):
    """What is proposed for a party.

    Attributes
    ----------
    would_change : str
        What would make the proposal go away, in Chinese.
    """

    action: Literal["promote", "warn", "suspend"]
    grounds: tuple[Ground, ...]
    would_change: str


def proposal_of(effect: Effect, decided: Decision | None, rules: AdjustmentRules) -> Proposal | None:
    """Return the gravest action that a rule gives reason for; None for none.

    Nothing is proposed again that was decided, or looked at and dismissed, on the same projects.
    """
    by_action: dict[str, list[Ground]] = {action: [] for action in _ORDER}
    for rule in rules.rules:
        measure = effect.measures.get(rule.measure)
        if measure is not None and _holds(rule, measure, effect):
            by_action[rule.action].append(_ground(rule, measure, effect))
    if by_action["suspend"] or by_action["warn"]:
        by_action["promote"] = []
    action = next((one for one in _ORDER if by_action[one]), None)
    if action is None or _known_already(action, decided, effect):
        return None
    grounds = tuple(by_action[action])
    return Proposal(action=action, grounds=grounds, would_change=_would_change(grounds, effect.measures))


def _known_already(action: str, decided: Decision | None, effect: Effect) -> bool:
    if decided is None:
        return False
    if (decided.dismissed or 0) >= effect.settled:
        return True
    same = decided.action in {action, "dismiss"} and not decided.upheld
    return same and (decided.settled or 0) >= effect.settled


def _holds(rule: Rule, measure: Measure, effect: Effect) -> bool:
    low, high = measure.figure.ci95
    if low is None or high is None or min(measure.n, effect.settled) < rule.least_settled:
        return False
    return rule.holds(low, high)


def _ground(rule: Rule, measure: Measure, effect: Effect) -> Ground:
    low, high = (told(rule.measure, end) for end in measure.figure.ci95)
    own = told(rule.measure, measure.raw)
    text = (
        f"{rule.text}：{measure.n} 个项目，{MEASURE_NAMES[rule.measure]}为 {own}，"
        f"向全市平均（{told(rule.measure, measure.pool)}）收缩后在 {low} 到 {high} 之间（95%）"
    )
    return Ground(rule=rule.code, measure=rule.measure, text=text)


def told(code: MeasureCode, value: float | None) -> str:
    """Return a value of a measure as people say it."""
    if value is None:
        return "—"
    if code in {"acceptance", "price_over_list"}:
        return f"{value:.0%}"
    return f"{value:.1f}" if code == "days_over_plan" else f"{value:.2f}"


def _would_change(grounds: tuple[Ground, ...], measures: Mapping[MeasureCode, Measure]) -> str:
    names = "、".join(dict.fromkeys(MEASURE_NAMES[one.measure] for one in grounds))
    n = min(measures[one.measure].n for one in grounds)
    return f"依据是 {n} 个以上项目的{names}；有新的项目得出结果、使区间退回界线以内时，建议自动撤销"
