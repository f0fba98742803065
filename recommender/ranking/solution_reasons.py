"""Why a solution is in the list, in the words of an owner."""

from decimal import Decimal

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Solution
from recommender.domain.level import GRADE_NAMES
from recommender.domain.solution import DEPLOYMENT_NAMES, PriceBasis, Provenance
from recommender.domain.taxonomy import load_taxonomy
from recommender.ranking.answer import Closing, GapEffect, Reason
from recommender.ranking.priors import Scored, Thresholds
from recommender.ranking.reason_order import weightiest_first
from recommender.ranking.solution_features import SolutionFit
from recommender.retrieval.situation import Situation
from recommender.text.scenarios import scenarios_of_need

_OFFICIAL = "以官方通知为准"
#: Below this a text match is little more than chance.
_LEAST_MATCH = 0.25


_WAN = Decimal(10_000)


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1')).normalize():,f}"


def yuan(amount: Decimal) -> str:
    """Amount in yuan as people say it: 3,000 元, 2.8 万元."""
    return f"{_plain(amount / _WAN)} 万元" if amount >= _WAN else f"{_plain(amount)} 元"


def yuan_range(low: Decimal, high: Decimal) -> str:
    """Two amounts as people say them: 2.8～5.6 万元."""
    if low == high:
        return yuan(low)
    if low >= _WAN:
        return f"{_plain(low / _WAN)}～{_plain(high / _WAN)} 万元"
    return f"{_plain(low)}～{_plain(high)} 元" if high < _WAN else f"{yuan(low)}～{yuan(high)}"


def level_wording(instrument: Instrument, scenario: str, level: int) -> str:
    """Wording of one level of a scenario in the instrument."""
    entry = instrument.scenario(scenario)
    texts = {step.level: step.text for step in entry.levels} if entry else {}
    return texts.get(level, "")


def price_text(solution: Solution) -> str | None:
    """List price in words, None where it is not told."""
    if solution.price is None:
        return None
    span = yuan_range(solution.price.low_yuan, solution.price.high_yuan)
    return f"每年 {span}" if solution.price.basis is PriceBasis.PER_YEAR else f"一次性 {span}"


def _closing_text(closing: Closing) -> str:
    kind = "（约束性）" if closing.required else ""
    return f"{closing.name}{kind}从{GRADE_NAMES[closing.present]}到{GRADE_NAMES[closing.raised_to]}"


def gap_text(effect: GapEffect) -> str:
    """Say what an item closes and what is still short after it."""
    target = GRADE_NAMES[effect.target_level]
    named = "、".join(_closing_text(closing) for closing in effect.closes[:4])
    parts = []
    if effect.scenarios_short_before:
        parts.append(
            f"离{target}还差的场景由 {effect.scenarios_short_before} 个减到 {effect.scenarios_short_after} 个"
        )
    if effect.required_short_before:
        before, after = effect.required_short_before, effect.required_short_after
        parts.append(f"还差的约束性场景由 {before} 个减到 {after} 个")
    return f"可把{named}，{'，'.join(parts) or f'{target}的场景数已够，此项为巩固'}"


def _gap_reason(effect: GapEffect, instrument: Instrument) -> tuple[str, str]:
    first = effect.closes[0]
    wording = level_wording(instrument, first.scenario, first.raised_to)
    inferred = any(c.provenance == Provenance.INFERRED for c in effect.closes)
    note = "；此作用由产品介绍推断，请向服务商核实" if inferred else ""
    return gap_text(effect) + note, f"{first.name}{GRADE_NAMES[first.raised_to]}：{wording}"


def _match_text(match: float, situation: Situation) -> str:
    whose = "您说的问题" if situation.text_is_own else "您薄弱场景的要求"
    if match >= 0.75:
        return f"产品介绍与{whose}高度吻合"
    if match >= _LEAST_MATCH:
        return f"产品介绍与{whose}{'较吻合' if match >= 0.5 else '有部分相关'}"
    return f"产品介绍与{whose}关联较弱，供参考"


def _scenario_reason(solution: Solution, situation: Situation) -> tuple[str, str | None]:
    said = scenarios_of_need(situation.text)
    shared = sorted((e for e in solution.scenarios if e.scenario in said), key=lambda e: -said[e.scenario])
    names = "、".join(load_taxonomy().scenario_name(effect.scenario) for effect in shared[:3])
    return f"您说的问题属于{names}，正是这个产品要解决的", shared[0].evidence


def solution_reasons(
    solution: Solution,
    fit: SolutionFit,
    scored: Scored,
    situation: Situation,
    instrument: Instrument,
    thresholds: Thresholds,
    passage: str | None,
) -> tuple[Reason, ...]:
    """Return the reasons that speak for a solution, the weightiest first.

    Parameters
    ----------
    passage : str, optional
        The passage of the product that matched best; evidence of the text match.
    """
    said: dict[str, tuple[str, str | None]] = {}
    features = fit.features
    match = features["text_match"]
    if match is not None:
        said["text_match"] = (_match_text(match, situation), passage or solution.summary)
    if features["scenario"]:
        said["scenario"] = _scenario_reason(solution, situation)
    if fit.effect is not None and fit.effect.closes:
        said["gap_effect"] = _gap_reason(fit.effect, instrument)
    if features["sub_industry"] is not None:
        enterprise = situation.enterprise
        name = (
            load_taxonomy().sub_industry_name(enterprise.sub_industry)
            if enterprise and enterprise.sub_industry
            else ""
        )
        made_for = features["sub_industry"] == 1.0
        said["sub_industry"] = (f"专为{name}行业设计" if made_for else f"通用产品，{name}行业可用", None)
    if (price := features["price"]) is not None and price >= 0.5:
        said["price"] = (f"价格合适：{price_text(solution)}", None)
    if (days := features["days"]) is not None and days >= 0.5:
        said["days"] = (f"上线快：约 {solution.days_to_deploy} 天", None)
    if features["deployment"]:
        ways = "、".join(DEPLOYMENT_NAMES[way] for way in solution.deployment)
        said["deployment"] = (f"部署方式符合您的偏好：{ways}", None)
    if (light := features["light"]) is not None and light >= 0.5:
        said["light"] = ("符合小快轻准：" + "，".join(_light_parts(solution, thresholds)), _OFFICIAL)
    if features["should"]:
        said["should"] = ("符合您希望优先的条件", None)
    return weightiest_first(said, scored)


def _light_parts(solution: Solution, thresholds: Thresholds) -> list[str]:
    parts = []
    if solution.price is not None and solution.price.low_yuan <= thresholds.light_price_yuan:
        parts.append(f"起步投入 {yuan(solution.price.low_yuan)}")
    if solution.days_to_deploy is not None and solution.days_to_deploy <= thresholds.light_days:
        parts.append(f"{solution.days_to_deploy} 天内上线")
    months = solution.payback_months
    if months is not None and months <= thresholds.light_payback_months:
        parts.append(f"约 {months} 个月回本")
    return parts


def solution_warnings(solution: Solution, fit: SolutionFit) -> tuple[str, ...]:
    """Say what the reader should ask before deciding."""
    warnings = []
    if solution.synthetic:
        warnings.append("合成样本，不是真实产品")
    if solution.price is None:
        warnings.append("未公布价格，请先询价")
    if solution.days_to_deploy is None:
        warnings.append("未说明上线时间")
    if not solution.scenarios:
        warnings.append("未说明能改进哪些场景")
    elif all(effect.provenance is Provenance.INFERRED for effect in solution.scenarios):
        warnings.append("改进的场景由介绍文字推断，未经服务商声明")
    if fit.effect is not None and solution.scenarios and not fit.effect.closes:
        warnings.append(f"对达到{GRADE_NAMES[fit.effect.target_level]}没有直接作用")
    return tuple(warnings)
