"""What the measured effect gives reason to propose, and why; people decide."""

from collections.abc import Mapping
from typing import Literal

from recommender.adjustment.effects import Effect, Measure
from recommender.adjustment.rules import AdjustmentRules, MeasureCode, Rule, load_adjustment_rules
from recommender.adjustment.standing import Decision
from recommender.appraisal.views import Consequence
from recommender.diagnosis.value import Value

#: The gravest first.
_ORDER: tuple[Literal["suspend", "warn", "promote"], ...] = ("suspend", "warn", "promote")


class Ground(Value):
    """One rule that holds, or the grade of an appraisal.

    Attributes
    ----------
    measure : str, optional
        None for an appraisal.
    text : str
        Why, with the numbers, in Chinese.
    """

    rule: str
    measure: MeasureCode | None
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


def proposal_of(
    effect: Effect | None,
    decided: Decision | None,
    rules: AdjustmentRules,
    appraised: Consequence | None = None,
) -> Proposal | None:
    """Return the gravest action that a rule or a final appraisal gives reason for; None for none.

    Nothing is proposed again that was decided, or looked at and dismissed, on the same projects, or since the
    appraisal became final.
    """
    by_action: dict[str, list[Ground]] = {action: [] for action in _ORDER}
    for rule in rules.rules if effect is not None else ():
        measure = effect.measures.get(rule.measure) if effect else None
        if effect is not None and measure is not None and _holds(rule, measure, effect):
            by_action[rule.action].append(_ground(rule, measure))
    measured = any(by_action.values())
    if appraised is not None and (decided is None or decided.on < appraised.final_on):
        text = f"绩效考评“{appraised.appraisal_name}”的结果：{appraised.reason}"
        by_action[appraised.proposes].append(Ground(rule="appraisal", measure=None, text=text))
    if by_action["suspend"] or by_action["warn"]:
        by_action["promote"] = []
    action = next((one for one in _ORDER if by_action[one]), None)
    if action is None or (effect is not None and measured and _known_already(action, decided, effect)):
        return None
    grounds = tuple(by_action[action])
    measures = effect.measures if effect else {}
    return Proposal(action=action, grounds=grounds, would_change=_would_change(grounds, measures))


def _known_already(action: str, decided: Decision | None, effect: Effect) -> bool:
    if decided is None:
        return False
    if (decided.dismissed or 0) >= effect.decided:
        return True
    same = decided.action in {action, "dismiss"} and not decided.upheld
    return same and (decided.settled or 0) >= effect.decided


def _holds(rule: Rule, measure: Measure, effect: Effect) -> bool:
    if measure.ci95 is None or min(measure.n, effect.decided) < rule.least_settled:
        return False
    return rule.holds(*measure.ci95)


def _ground(rule: Rule, measure: Measure) -> Ground:
    low, high = (told(rule.measure, end) for end in measure.ci95 or (None, None))
    own = told(rule.measure, measure.raw)
    text = (
        f"{rule.text}：{measure.n} 个项目，{load_adjustment_rules().measure_title(rule.measure)}为 {own}，"
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
    codes = [one.measure for one in grounds if one.measure is not None]
    if not codes:
        return "依据是已经生效的考评结果；下一次考评的结果会更新建议"
    names = "、".join(dict.fromkeys(load_adjustment_rules().measure_title(code) for code in codes))
    n = min(measures[code].n for code in codes)
    return f"依据是 {n} 个以上项目的{names}；有新的项目得出结果、使区间退回界线以内时，建议自动撤销"
